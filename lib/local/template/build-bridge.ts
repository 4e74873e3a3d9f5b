import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENTS } from '../../runtime/environment.ts';
import type { Settings } from '../../settings/schema.ts';

/** What was synthesised: enough to run it. */
export interface BuiltStack {
  /** Parsed JSON. */
  readonly template: unknown;
  /** By name, without the stack's. */
  readonly functions: Readonly<Record<string, { readonly directory: string; readonly handler: string }>>;
}

export interface BuildOptions {
  readonly settings: Settings;
  readonly name: string | undefined;
  readonly stage: string;
  /** A folder for what is built. */
  readonly directory: string;
}

export type Build = (options: BuildOptions) => Promise<BuiltStack>;

const ENTRIES = fileURLToPath(new URL('../../../functions', import.meta.url));

/**
 * Bundles the functions and synthesises the stack. esbuild works in a process of its own, so the half second that CDK
 * takes to load passes meanwhile.
 */
export const buildBridge: Build = async ({ settings, name, stage, directory }) => {
  const functionsDirectory = join(directory, 'functions');
  const { bundleFunctions } = await import('../../infra/bundle-functions.ts');
  const bundling = bundleFunctions({
    entriesDirectory: ENTRIES,
    names: Object.keys(ENVIRONMENTS),
    outdir: functionsDirectory,
    settings,
  });
  const [{ synthesise }] = await Promise.all([import('../../infra/synthesise.ts'), bundling]);
  const named = name === undefined ? {} : { name };
  const outdir = join(directory, 'cdk.out');
  return await synthesise({ settings, ...named, stage, outdir, functionsDirectory });
};

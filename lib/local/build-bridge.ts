import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENTS } from '../runtime/environment.ts';
import type { Settings } from '../settings/schema.ts';

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

const ENTRIES = fileURLToPath(new URL('../../functions', import.meta.url));

/**
 * Gets ready to bundle the functions and synthesise the stack. The libraries take half a second to load, so this is
 * called first and what it returns once the settings are complete.
 */
export function prepareBuild(): Build {
  const libraries = Promise.all([import('../infra/bundle-functions.ts'), import('../infra/synthesise.ts')]);
  // Whoever builds hears of it.
  libraries.catch(() => {});
  return async ({ settings, name, stage, directory }) => {
    const [{ bundleFunctions }, { synthesise }] = await libraries;
    const functionsDirectory = join(directory, 'functions');
    await bundleFunctions({
      entriesDirectory: ENTRIES,
      names: Object.keys(ENVIRONMENTS),
      outdir: functionsDirectory,
      settings,
    });
    const named = name === undefined ? {} : { name };
    return await synthesise({
      settings,
      ...named,
      stage,
      outdir: join(directory, 'cdk.out'),
      functionsDirectory,
    });
  };
}

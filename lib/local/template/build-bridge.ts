import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { SynthesiseOptions } from '../../infra/synthesise.ts';
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

const PROCESS = fileURLToPath(new URL('./synthesis-process.ts', import.meta.url));
const ENTRIES = fileURLToPath(new URL('../../../functions', import.meta.url));

/**
 * Bundles the functions and synthesises the stack. Both esbuild and CDK have a process of their own, so that CDK loads, half
 * a second, while esbuild works, and its 100 MB are free again afterwards.
 */
export const buildBridge: Build = async ({ settings, name, stage, directory }) => {
  const functionsDirectory = join(directory, 'functions');
  const synthesis = startSynthesis();
  try {
    const { bundleFunctions } = await import('../../infra/bundle-functions.ts');
    const names = Object.keys(ENVIRONMENTS);
    await bundleFunctions({ entriesDirectory: ENTRIES, names, outdir: functionsDirectory, settings });
    const named = name === undefined ? {} : { name };
    return await synthesis.run({
      settings,
      ...named,
      stage,
      outdir: join(directory, 'cdk.out'),
      functionsDirectory,
    });
  } finally {
    synthesis.kill();
  }
};

const answer = z.object({
  template: z.record(z.string(), z.unknown()),
  functions: z.record(z.string(), z.object({ directory: z.string(), handler: z.string() })),
});

function startSynthesis() {
  // Without the flags of this process: those of tsx are not needed, and would be loaded again.
  const child = fork(PROCESS, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const complaint = text(child.stderr ?? Readable.from([]));
  return {
    run: async (options: SynthesiseOptions): Promise<BuiltStack> => {
      child.send(options);
      const ended = once(child, 'exit').then(async () => {
        throw new Error(`The stack could not be synthesised: ${await complaint}`);
      });
      const [message] = await Promise.race([once(child, 'message'), ended]);
      return answer.parse(message);
    },
    kill: () => child.kill(),
  };
}

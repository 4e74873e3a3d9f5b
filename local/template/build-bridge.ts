import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { SynthesiseOptions } from '../../lib/infra/synthesise.ts';
import type { Settings } from '../../lib/settings/schema.ts';

/** What was synthesised: enough to run it. */
export interface BuiltStack {
  /** Parsed JSON. */
  readonly template: unknown;
  /** By name, without the stack's. */
  readonly functions: Readonly<Record<string, { readonly directory: string; readonly handler: string }>>;
  /** What runs in a container's thread, as JavaScript. @default the TypeScript of this project */
  readonly runtimeFile?: string | undefined;
}

interface BuildOptions {
  readonly settings: Settings;
  readonly name: string | undefined;
  readonly stage: string;
  /** A folder for what is built. */
  readonly directory: string;
}

export type Build = (options: BuildOptions) => Promise<BuiltStack>;

const PROCESS = fileURLToPath(new URL('./synthesis-process.ts', import.meta.url));
const ENTRIES = fileURLToPath(new URL('../../functions', import.meta.url));

export interface SynthesisRequest extends SynthesiseOptions {
  /** Of the functions' sources. */
  readonly entriesDirectory: string;
  /** Where the containers' runtime goes. */
  readonly runtimeFile: string;
}

/**
 * Bundles the functions and synthesises the stack, both in a process of its own: CDK's 200 MB and esbuild's 500 MB are free
 * again afterwards.
 */
export const buildBridge: Build = async ({ settings, name, stage, directory }) => {
  const synthesis = startSynthesis();
  try {
    return await synthesis.run({
      settings,
      ...(name !== undefined && { name }),
      stage,
      outdir: join(directory, 'cdk.out'),
      functionsDirectory: join(directory, 'functions'),
      entriesDirectory: ENTRIES,
      runtimeFile: join(directory, 'lambda-runtime.mjs'),
    });
  } finally {
    synthesis.kill();
  }
};

const answer = z.object({
  template: z.record(z.string(), z.unknown()),
  functions: z.record(z.string(), z.object({ directory: z.string(), handler: z.string() })),
  runtimeFile: z.string(),
});

function startSynthesis() {
  // Without the flags of this process: those of tsx are not needed, and would be loaded again.
  const child = fork(PROCESS, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const complaint = text(child.stderr ?? Readable.from([]));
  return {
    run: async (request: SynthesisRequest): Promise<BuiltStack> => {
      child.send(request);
      const ended = once(child, 'exit').then(async () => {
        throw new Error(`The bridge could not be built: ${await complaint}`);
      });
      const [message] = await Promise.race([once(child, 'message'), ended]);
      return answer.parse(message);
    },
    kill: () => child.kill(),
  };
}

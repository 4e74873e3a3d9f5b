import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { UserError } from '../../lib/domain/errors.ts';
import type { SynthesiseOptions } from '../../lib/infra/synthesise.ts';
import type { Settings } from '../../lib/settings/schema.ts';

/** A synthesised stack with its bundles. */
export interface BuiltStack {
  /** Parsed JSON. */
  readonly template: unknown;
  /** By name, without the stack's. */
  readonly functions: Readonly<Record<string, { readonly directory: string; readonly handler: string }>>;
  /** The JavaScript that a container's thread runs. @default this project's TypeScript */
  readonly runtimeFile?: string | undefined;
}

interface BuildOptions {
  readonly settings: Settings;
  readonly name: string | undefined;
  readonly stage: string;
  /** The output directory. */
  readonly directory: string;
}

export type Build = (options: BuildOptions) => Promise<BuiltStack>;

const PROCESS = fileURLToPath(new URL('./synthesis-process.ts', import.meta.url));
const ENTRIES = fileURLToPath(new URL('../../functions', import.meta.url));

export interface SynthesisRequest extends SynthesiseOptions {
  /** The directory of the functions' sources. */
  readonly entriesDirectory: string;
  /** The output file of the containers' runtime. */
  readonly runtimeFile: string;
}

/**
 * Bundles the functions and synthesises the stack in a child process, so that CDK's 200 MB and esbuild's 500 MB are freed
 * afterwards.
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

/** The stack or a bundle could not be made of the source. */
export class BuildFailed extends UserError {
  readonly kind = 'usage';

  /** @param complaint what the process wrote: the message is kept, and its trace left out */
  constructor(complaint: string) {
    const lines = complaint.split('\n').map((line) => line.trim());
    const ofBundler = lines.filter((line) => line.includes(': ERROR: '));
    const [first = 'it ended without a word'] = lines.filter((line) => /^\w*Error\b.*: /.test(line));
    super(`The bridge could not be built: ${ofBundler.length > 0 ? ofBundler.join('; ') : first}`);
  }
}

function startSynthesis() {
  // Without this process's flags: tsx would be loaded again and is not needed.
  const child = fork(PROCESS, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const complaint = text(child.stderr ?? Readable.from([]));
  return {
    run: async (request: SynthesisRequest): Promise<BuiltStack> => {
      child.send(request);
      const ended = once(child, 'exit').then(async () => {
        throw new BuildFailed(await complaint);
      });
      const [message] = await Promise.race([once(child, 'message'), ended]);
      return answer.parse(message);
    },
    kill: () => child.kill(),
  };
}

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ENTRY = fileURLToPath(new URL('./lambda-runtime.ts', import.meta.url));

/**
 * Makes plain JavaScript of what runs in each container's thread. Node strips the types of TypeScript too, but with a
 * compiler that each thread would load for itself: 10 MB.
 * @param outfile `….mjs`
 */
export async function bundleLambdaRuntime(outfile: string): Promise<void> {
  await build({
    entryPoints: [ENTRY],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
}

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ENTRY = fileURLToPath(new URL('./lambda-runtime.ts', import.meta.url));

/**
 * Bundles the runtime of the containers' threads as JavaScript. Node strips types too, but each thread would load the
 * compiler: 10 MB.
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

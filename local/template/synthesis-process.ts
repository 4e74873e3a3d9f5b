import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundleFunctions } from '../../lib/infra/bundle-functions.ts';
import type { SynthesiseOptions } from '../../lib/infra/synthesise.ts';
import { listFunctions } from '../../lib/runtime/environment.ts';
import type { SynthesisRequest } from './build-bridge.ts';

const LAMBDA_RUNTIME = fileURLToPath(new URL('../lambda/lambda-runtime.ts', import.meta.url));

// A parent that was killed is started again, and two builds of one directory would mix.
process.on('disconnect', () => process.exit());

/** Builds the request that the parent process sends. An error ends the process with its stack on stderr. */
const [request]: SynthesisRequest[] = await once(process, 'message');
if (request !== undefined) process.send?.(await build(request), () => process.exit());

/** CDK takes half a second to load, in parallel with esbuild. */
async function build({ entriesDirectory, runtimeFile, ...options }: SynthesisRequest) {
  const [{ synthesise }] = await Promise.all([
    import('../../lib/infra/synthesise.ts'),
    bundle(entriesDirectory, options),
    bundleLambdaRuntime(runtimeFile),
  ]);
  return { ...(await synthesise(options)), runtimeFile };
}

async function bundle(
  entriesDirectory: string,
  { functionsDirectory, settings }: SynthesiseOptions,
): Promise<void> {
  const names = listFunctions(settings);
  await bundleFunctions({ entriesDirectory, names, outdir: functionsDirectory, settings });
}

/**
 * Bundles the runtime of the containers' threads as JavaScript. Node strips types too, but each thread would load the
 * compiler: 10 MB.
 * @param outfile `….mjs`
 */
async function bundleLambdaRuntime(outfile: string): Promise<void> {
  await esbuild.build({
    entryPoints: [LAMBDA_RUNTIME],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // ssh2 does without its native parts.
    external: ['cpu-features', '*.node'],
    logLevel: 'silent',
    plugins: [omitOnDemand()],
  });
}

/** It reads which hosts a provider connects to, and runs none: each thread would parse the libraries of all. */
function omitOnDemand(): esbuild.Plugin {
  return {
    name: 'omit-on-demand',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === 'dynamic-import' ? { path, external: true } : undefined,
      );
    },
  };
}

import { once } from 'node:events';
import { bundleFunctions } from '../../lib/infra/bundle-functions.ts';
import type { SynthesiseOptions } from '../../lib/infra/synthesise.ts';
import { ENVIRONMENTS } from '../../lib/runtime/environment.ts';
import { bundleLambdaRuntime } from '../lambda/bundle-lambda-runtime.ts';
import type { SynthesisRequest } from './build-bridge.ts';

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
  const names = Object.keys(ENVIRONMENTS);
  await bundleFunctions({ entriesDirectory, names, outdir: functionsDirectory, settings });
}

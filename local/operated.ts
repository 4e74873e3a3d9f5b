import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFunctions } from '../lib/runtime/environment.ts';
import type { LocalSystem } from '../operator/open-bridge.ts';
import { openSecretFile, secretFileStore } from './secrets.ts';
import { DEFAULT_STATE_DIRECTORY, localStackName, useStateDirectory } from './state-directory.ts';

/** The local system for its operator. What is heavy is loaded when it is used. */
export const localSystem: LocalSystem = {
  openBridge: async (stateDirectory) => {
    const { openLocalBridge } = await import('./operated-bridge.ts');
    return openLocalBridge(stateDirectory);
  },
  openSecrets: (stateDirectory = DEFAULT_STATE_DIRECTORY) => {
    const file = openSecretFile(join(useStateDirectory(stateDirectory), 'secrets.json'));
    return { stackName: localStackName(), store: secretFileStore(file) };
  },
  synthesise: async (settings) => {
    const { synthesise } = await import('../lib/infra/synthesise.ts');
    const directory = await mkdtemp(join(tmpdir(), 'dear-fulfillment-bridge-template-'));
    try {
      const functionsDirectory = join(directory, 'functions');
      // The template is the same whatever the code, and bundling that takes ten times as long.
      for (const name of listFunctions(settings)) {
        await mkdir(join(functionsDirectory, name), { recursive: true });
        await writeFile(join(functionsDirectory, name, 'index.mjs'), '');
      }
      const outdir = join(directory, 'cdk.out');
      return (await synthesise({ settings, stage: 'cost', outdir, functionsDirectory })).template;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const { buildBridge } = await import('./template/build-bridge.ts');
    const directory = await mkdtemp(join(tmpdir(), 'dear-fulfillment-bridge-template-'));
    try {
      return (await buildBridge({ settings, name: undefined, stage: 'cost', directory })).template;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

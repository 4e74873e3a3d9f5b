import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecretStore } from '../operator/bridge.ts';
import type { LocalSystem } from '../operator/open-bridge.ts';
import { openSecretFile, type SecretFile } from './secrets.ts';
import { localStackName, useStateDirectory } from './state-directory.ts';

/** The local system for its operator. What is heavy is loaded when it is used. */
export const localSystem: LocalSystem = {
  openBridge: async (stateDirectory) => {
    const { openLocalBridge } = await import('./operated-bridge.ts');
    return openLocalBridge(stateDirectory);
  },
  openSecrets: (stateDirectory = DEFAULT_STATE_DIRECTORY) => {
    const path = useStateDirectory(stateDirectory);
    return { stackName: localStackName(), store: secretFileStore(getSecretFile(path)) };
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

export const DEFAULT_STATE_DIRECTORY = '.local';

export function getSecretFile(stateDirectory: string): SecretFile {
  return openSecretFile(join(stateDirectory, 'secrets.json'));
}

/** One file holds all secrets, so the time of its last change is that of each. */
export function secretFileStore(file: SecretFile): SecretStore {
  return {
    read: async (name) => file.all()[name],
    write: async (name, value) => file.replace(name, { ...value }),
    changedAt: async (name) => (name in file.all() ? file.changedAt() : ''),
  };
}

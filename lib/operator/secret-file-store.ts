import type { SecretFile } from '../local/secrets/secrets.ts';
import type { SecretStore } from './secret-store.ts';

/** The secrets of the local system. One file holds them all, so that they all changed when it did. */
export function secretFileStore(file: SecretFile): SecretStore {
  return {
    read: async (name) => file.all()[name],
    write: async (name, value) => file.replace(name, { ...value }),
    changedAt: async (name) => (name in file.all() ? file.changedAt() : ''),
  };
}

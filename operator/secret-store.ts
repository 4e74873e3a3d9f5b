import type { SecretFile } from '../local/secrets.ts';

/** Where a bridge's credentials are kept. Values are JSON; nobody prints one. */
export interface SecretStore {
  /** The parsed value, to be checked by whoever knows its form; undefined where there is none, or nothing was filled in yet. */
  read(name: string): Promise<unknown>;
  /** Replaces the whole value. */
  write(name: string, value: object): Promise<void>;
  /** When it was last changed, ISO UTC; '' where nobody knows. */
  changedAt(name: string): Promise<string>;
}

/** The secrets of the local system. One file holds them all, so that they all changed when it did. */
export function secretFileStore(file: SecretFile): SecretStore {
  return {
    read: async (name) => file.all()[name],
    write: async (name, value) => file.replace(name, { ...value }),
    changedAt: async (name) => (name in file.all() ? file.changedAt() : ''),
  };
}

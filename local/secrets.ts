import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { UserError } from '../lib/domain/errors.ts';
import { withoutByteOrderMark } from '../lib/domain/text.ts';
import { getProviderDefinition } from '../lib/providers/registry.ts';
import type { Settings } from '../lib/settings/schema.ts';
import type { SecretStore } from '../operator/bridge.ts';
import type { SecretDefinition } from './template/stack.ts';

/** A credential of a real account is missing, or the file cannot be read. */
export class SecretsError extends UserError {
  readonly kind = 'usage';
}

type SecretValue = string | Readonly<Record<string, unknown>>;
export type Secrets = Readonly<Record<string, SecretValue>>;

/** The secrets of a local system: a JSON file that only its owner can read. */
export interface SecretFile {
  readonly path: string;
  /** The current content of the file. */
  all(): Secrets;
  /** The text that Secrets Manager returns; null where there is no such secret. */
  text(name: string): string | null;
  /** Adds secrets that the file does not have. */
  add(secrets: Secrets): void;
  /** Replaces or adds one. */
  replace(name: string, value: SecretValue): void;
  /** When the file was last written, ISO UTC; '' where there is none. */
  changedAt(): string;
}

const fileSchema = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())]));

export function openSecretFile(path: string): SecretFile {
  const all = (): Secrets => (existsSync(path) ? parseFile(path) : {});
  const write = (secrets: Secrets) => {
    writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    chmodSync(`${path}.new`, 0o600);
    renameSync(`${path}.new`, path);
  };
  return {
    path,
    all,
    text: (name) => {
      const value = all()[name];
      if (value === undefined) return null;
      return typeof value === 'string' ? value : JSON.stringify(value);
    },
    add: (secrets) => write({ ...secrets, ...all() }),
    replace: (name, value) => write({ ...all(), [name]: value }),
    changedAt: () => (existsSync(path) ? statSync(path).mtime.toISOString() : ''),
  };
}

/** One file holds all secrets, so its time of change applies to each. */
export function secretFileStore(file: SecretFile): SecretStore {
  return {
    read: async (name) => file.all()[name],
    write: async (name, value) => file.replace(name, { ...value }),
    changedAt: async (name) => (name in file.all() ? file.changedAt() : ''),
  };
}

/** The error quotes nothing of the file. */
function parseFile(path: string): Secrets {
  try {
    return fileSchema.parse(JSON.parse(withoutByteOrderMark(readFileSync(path, 'utf8'))));
  } catch {
    throw new SecretsError(
      `${path} is not a JSON object of secrets`,
      'Correct it, or delete it to start with a new one',
    );
  }
}

/** Marks a generated sandbox credential, so that it is never sent to a real account. */
const SANDBOX_PREFIX = 'sandbox-';

interface Credential {
  readonly name: string;
  readonly keys: readonly string[];
  readonly sandbox: boolean;
}

/** The credentials that the settings require, under the names of the stack's secrets. */
function getCredentials(settings: Settings, stackName: string): Credential[] {
  const connections = settings.connections.map((connection) => ({
    name: `${stackName}/connection/${connection.id}`,
    keys: getProviderDefinition(connection.provider)
      .secretFields.filter(({ isOptional }) => isOptional !== true)
      .map(({ key }) => key),
    sandbox: getProviderDefinition(connection.provider).isSandbox(connection),
  }));
  const dear = {
    name: `${stackName}/dear`,
    keys: ['accountId', 'applicationKey'],
    sandbox: settings.dear.baseUrl === 'sandbox',
  };
  return [dear, ...connections];
}

/**
 * Generates credentials for sandboxes and adds empty ones for real accounts.
 * @param isKept whether the file outlives this run
 * @throws {SecretsError} naming every entry of the file that a person has to fill in
 */
export function provideCredentials(
  file: SecretFile,
  settings: Settings,
  stackName: string,
  isKept = true,
): void {
  const credentials = getCredentials(settings, stackName);
  const invented = credentials.map(({ name, keys, sandbox }) => {
    const entries = keys.map((key) => [key, sandbox ? `${SANDBOX_PREFIX}${randomText(24)}` : '']);
    return [name, Object.fromEntries(entries)] as const;
  });
  file.add(Object.fromEntries(invented));
  const missing = credentials
    .filter(({ sandbox }) => !sandbox)
    .flatMap((one) => missingKeys(file.all(), one));
  if (missing.length === 0) return;
  const lines = missing.map((line) => `  - ${line}`).join('\n');
  throw new SecretsError(
    'Credentials of real accounts are missing',
    isKept
      ? `Check and store them with: npx bridge init --secrets-only. Or fill these in, in ${file.path}:\n${lines}`
      : `An --ephemeral system keeps none. Leave --ephemeral out, and store them with: npx bridge init --secrets-only\n${lines}`,
  );
}

function missingKeys(secrets: Secrets, { name, keys }: Credential): string[] {
  const value = secrets[name];
  return keys
    .filter((key) => {
      const text = typeof value === 'object' ? value[key] : undefined;
      return typeof text !== 'string' || text === '' || text.startsWith(SANDBOX_PREFIX);
    })
    .map((key) => `"${name}" → "${key}"`);
}

/** Generates the secrets that Secrets Manager would generate at deployment. */
export function provideGenerated(file: SecretFile, definitions: readonly SecretDefinition[]): void {
  const generated = definitions.flatMap(({ name, generate }) =>
    generate === null ? [] : [[name, generateSecret(generate)] as const],
  );
  file.add(Object.fromEntries(generated));
}

function generateSecret(generate: NonNullable<SecretDefinition['generate']>): SecretValue {
  const text = randomText(generate.length);
  return generate.key === null ? text : { ...generate.template, [generate.key]: text };
}

/** Letters and digits without bias: bytes from 248 on are skipped, because 248 is a multiple of 62. */
function randomText(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
    }
  }
  return text;
}

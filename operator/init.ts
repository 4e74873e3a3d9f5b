import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { DearClient } from '../lib/dear/client.ts';
import { listLocations, readAccount } from '../lib/dear/reference.ts';
import type { Clock } from '../lib/domain/clock.ts';
import type { ProviderDefinition, SecretField } from '../lib/providers/provider-definition.ts';
import type { Verification } from '../lib/providers/provider-set-up.ts';
import type { dearSecret } from '../lib/runtime/secrets.ts';
import { parseSettings } from '../lib/settings/define-config.ts';
import { DEAR_URL } from '../lib/settings/schema.ts';
import type { StackTarget, Target } from './bridge.ts';
import type { LoadLocalSystem, NamedSecrets } from './open-bridge.ts';
import { NotRunning, Refused } from './user-errors.ts';

/** What `bridge init` needs to connect one DEAR location to one account of a provider. */
export interface Answers {
  readonly provider: ProviderDefinition;
  /** The connection's id. */
  readonly connection: string;
  /** Name of the DEAR location, spelt as in DEAR. */
  readonly location: string;
  readonly dearUrl: string;
  /** The provider's own settings, without those that keep their default: `{ warehouseId: 'se-123456' }`. */
  readonly own: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
}

/** Never printed, and never a parameter of the command line, which every process of the machine can read. */
export interface Credentials {
  readonly dear: z.infer<typeof dearSecret>;
  /** Of the provider, by the keys of its `secretFields`. */
  readonly provider: Readonly<Record<string, string>>;
}

/**
 * The text of a `bridge.config.ts` for the answers, checked as every settings file is.
 * @throws {ConfigurationError} an answer cannot be used
 */
export function formatSettings(answers: Omit<Answers, 'credentials'>): string {
  const dear = answers.dearUrl === DEAR_URL ? {} : { baseUrl: answers.dearUrl };
  const connection = {
    id: answers.connection,
    provider: answers.provider.id,
    location: answers.location,
    ...answers.own,
  };
  parseSettings({ dear, connections: [connection] }, 'The settings made of your answers');
  return [
    "import { defineConfig } from './lib/settings/define-config.ts';",
    '',
    '/** Every other setting has a default; docs/settings.md lists them. */',
    'export default defineConfig({',
    `  dear: ${formatObject(dear)},`,
    '  connections: [',
    '    {',
    ...Object.entries(connection).map(([key, value]) => `      ${key}: ${quote(value)},`),
    '    },',
    '  ],',
    '});',
    '',
  ].join('\n');
}

/** @throws {Refused} the file is there, and `force` is not given */
export async function writeSettings(file: string, text: string, force: boolean): Promise<void> {
  if (existsSync(file) && !force) {
    throw new Refused(`${file} exists already`, 'Replace it with --force, or look first with --dry-run');
  }
  await writeFile(file, text);
}

function formatObject(object: Readonly<Record<string, string>>): string {
  const entries = Object.entries(object).map(([key, value]) => `${key}: ${quote(value)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A location may have an apostrophe. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The credentials of one connection, on their way to where the bridge reads them. */
type ConnectionCredentials = Pick<Answers, 'connection' | 'provider' | 'credentials'>;

/**
 * The credentials with those that we choose ourselves: as they are stored, else new ones of 192 bits in characters that every form
 * accepts.
 */
export async function addGenerated(
  target: Target,
  { connection, provider: { secretFields }, credentials }: ConnectionCredentials,
  loadLocal: LoadLocalSystem,
): Promise<Credentials> {
  const missing = secretFields.filter(
    ({ key, isGenerated }) => isGenerated === true && credentials.provider[key] === undefined,
  );
  if (missing.length === 0) return credentials;
  const { stackName, store } = await openSecrets(target, loadLocal);
  const stored = storedTexts.parse(await store.read(toSecretName(stackName, connection)));
  const generated = missing.map(
    ({ key }) => [key, stored[key] ?? randomBytes(24).toString('base64url')] as const,
  );
  return { ...credentials, provider: { ...credentials.provider, ...Object.fromEntries(generated) } };
}

/**
 * Puts the credentials where the bridge reads them: the state directory's file, or Secrets Manager. Those that we choose stay valid
 * beside their successors, until the successors are stored again.
 * @returns the names under which they are now
 * @throws {NotRunning} the stack is not deployed, so its secrets are not there
 */
export async function storeCredentials(
  target: Target,
  { connection, provider: { secretFields }, credentials }: ConnectionCredentials,
  loadLocal: LoadLocalSystem,
): Promise<string[]> {
  const { stackName, store } = await openSecrets(target, loadLocal);
  const names = [`${stackName}/dear`, toSecretName(stackName, connection)] as const;
  const areChosen = secretFields.some(({ isGenerated }) => isGenerated === true);
  try {
    const before = areChosen ? storedTexts.parse(await store.read(names[1])) : {};
    await store.write(names[0], credentials.dear);
    await store.write(names[1], {
      ...credentials.provider,
      ...getPrevious(secretFields, before, credentials.provider),
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') throw notDeployed(stackName);
    throw error;
  }
  return [...names];
}

async function openSecrets(target: Target, loadLocal: LoadLocalSystem): Promise<NamedSecrets> {
  return target.kind === 'local'
    ? (await loadLocal()).openSecrets(target.stateDirectory)
    : await openStackSecrets(target);
}

function toSecretName(stackName: string, connection: string): string {
  return `${stackName}/connection/${connection}`;
}

const storedTexts = z.record(z.string(), z.string()).catch({});

/** `previousPassword` for a `password` that is replaced. */
function getPrevious(
  fields: readonly SecretField[],
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = fields.filter(({ key, isGenerated }) => isGenerated === true && before[key] !== undefined);
  if (known.every(({ key }) => before[key] === now[key])) return {};
  return Object.fromEntries(
    known.map(({ key }) => [`previous${key.charAt(0).toUpperCase()}${key.slice(1)}`, before[key] ?? '']),
  );
}

async function openStackSecrets({ stackName, region, profile }: StackTarget): Promise<NamedSecrets> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const { secretsManagerStore } = await import('./secrets-manager-store.ts');
  const client = new SecretsManagerClient({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  });
  return { stackName, store: secretsManagerStore(client) };
}

function notDeployed(name: string): NotRunning {
  return new NotRunning(
    `${name} has no secrets before its first deployment`,
    `Deploy it (npx cdk deploy), then: bridge init --stack ${name} --secrets FILE --secrets-only`,
  );
}

/** What the credentials give access to. */
export interface Verified {
  readonly company: string;
  /** Names of DEAR's locations that are not deprecated. */
  readonly locations: readonly string[];
  readonly provider: Verification;
}

export type AccountAccess = Omit<Answers, 'location'>;

/**
 * Checks each credential with reads: two calls of DEAR, and those of the provider.
 * @throws {OperatorActionNeeded} one of them is wrong
 * @throws {UpstreamError}
 */
export async function verifyCredentials(access: AccountAccess, now: Clock): Promise<Verified> {
  const { credentials, connection, provider, own } = access;
  const client = new DearClient({ baseUrl: access.dearUrl, ...credentials.dear });
  try {
    const { company } = await readAccount(client);
    const locations = await listLocations(client);
    const setUp = await provider.setUp();
    const verified = await setUp.verify({
      connection: { id: connection, ...own },
      secret: credentials.provider,
      now,
    });
    const usable = locations.filter(({ parentId, isDeprecated }) => parentId === null && !isDeprecated);
    return { company, locations: usable.map(({ name }) => name), provider: verified };
  } finally {
    await client.close();
  }
}

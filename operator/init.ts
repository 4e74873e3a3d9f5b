import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { DearClient } from '../lib/dear/client.ts';
import { listLocations, readAccount } from '../lib/dear/reference.ts';
import type { Clock } from '../lib/domain/clock.ts';
import { OperatorActionNeeded, Unavailable } from '../lib/domain/errors.ts';
import type { ProviderDefinition, SecretField } from '../lib/providers/provider-definition.ts';
import type { Verification } from '../lib/providers/provider-set-up.ts';
import type { dearSecret } from '../lib/runtime/secrets.ts';
import { parseSettings } from '../lib/settings/define-config.ts';
import { DEAR_URL } from '../lib/settings/schema.ts';
import type { StackTarget, Target } from './bridge.ts';
import type { LoadLocalSystem, NamedSecrets } from './open-bridge.ts';
import { NotRunning, Refused } from './user-errors.ts';

/** A connection that `bridge init` makes, or whose credentials it stores. */
export interface ConnectionAnswers {
  readonly provider: ProviderDefinition;
  /** The connection's id. */
  readonly connection: string;
  /** The provider's own settings, without those that keep their default: `{ warehouseId: 'se-123456' }`. */
  readonly own: Readonly<Record<string, unknown>>;
  readonly keys: ProviderKeys;
}

/** What `bridge init` needs to write the settings of one DEAR location and one account of a provider. */
export interface Answers extends Omit<ConnectionAnswers, 'keys'> {
  /** Name of the DEAR location, spelt as in DEAR. */
  readonly location: string;
  readonly dearUrl: string;
  /** Texts, because they were typed. */
  readonly own: Readonly<Record<string, string>>;
}

/** Keys are never printed, and never a parameter of the command line, which every process of the machine can read. */
export type DearKeys = z.infer<typeof dearSecret>;
/** By the keys of the provider's `secretFields`. */
export type ProviderKeys = Readonly<Record<string, string>>;

/**
 * The text of a `bridge.config.ts` for the answers, checked as every settings file is.
 * @throws {ConfigurationError} an answer cannot be used
 */
export function formatSettings(answers: Answers): string {
  const dear = answers.dearUrl === DEAR_URL ? {} : { baseUrl: answers.dearUrl };
  const connection = toConnection(answers);
  parseSettings({ dear, connections: [connection] }, 'The settings made of your answers');
  return [
    "import { defineConfig } from './lib/settings/define-config.ts';",
    '',
    '/** Every other setting has a default; docs/settings.md lists them. */',
    'export default defineConfig({',
    `  dear: ${formatObject(dear)},`,
    '  connections: [',
    ...`${formatConnection(connection)},`.split('\n').map((line) => `    ${line}`),
    '  ],',
    '});',
    '',
  ].join('\n');
}

/** The connection of the answers, as a person would write it. */
export function toConnection({ connection, provider, location, own }: Answers): Record<string, string> {
  return { id: connection, provider: provider.id, location, ...own };
}

/** Lines of an object literal. */
export function formatConnection(connection: Readonly<Record<string, string>>): string {
  const lines = Object.entries(connection).map(([key, value]) => `  ${key}: ${quote(value)},`);
  return ['{', ...lines, '}'].join('\n');
}

function formatObject(object: Readonly<Record<string, string>>): string {
  const entries = Object.entries(object).map(([key, value]) => `${key}: ${quote(value)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A location may have an apostrophe. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The secrets of the bridge that the target names. A local one need not run. */
export async function openSecrets(target: Target, loadLocal: LoadLocalSystem): Promise<NamedSecrets> {
  return target.kind === 'local'
    ? (await loadLocal()).openSecrets(target.stateDirectory)
    : await openStackSecrets(target);
}

/** A secret as it will be stored. */
export interface SecretToStore {
  readonly name: string;
  readonly value: object;
}

/**
 * The keys of a connection with those that we choose ourselves: as they are stored, else new ones of 192 bits in characters that
 * every form accepts.
 */
export async function addGenerated(
  { secretFields }: ProviderDefinition,
  connection: string,
  keys: ProviderKeys,
  { stackName, store }: NamedSecrets,
): Promise<ProviderKeys> {
  const missing = secretFields.filter(
    ({ key, isGenerated }) => isGenerated === true && keys[key] === undefined,
  );
  if (missing.length === 0) return keys;
  const stored = storedTexts.parse(await store.read(toSecretName(stackName, connection)));
  const generated = missing.map(
    ({ key }) => [key, stored[key] ?? randomBytes(24).toString('base64url')] as const,
  );
  return { ...keys, ...Object.fromEntries(generated) };
}

/**
 * The secrets to store, once each of them is known to be there. Keys that we choose stay valid beside their successors, until the
 * successors are stored again.
 * @param dear null: DEAR's stay as they are
 * @throws {NotRunning} the deployed stack lacks one of them, because it is not deployed, or without that connection
 */
export async function prepareSecrets(
  dear: DearKeys | null,
  connections: readonly ConnectionAnswers[],
  { stackName, store }: NamedSecrets,
): Promise<SecretToStore[]> {
  const ofConnections = connections.map(async ({ provider: { secretFields }, connection, keys }) => {
    const name = toSecretName(stackName, connection);
    const areChosen = secretFields.some(({ isGenerated }) => isGenerated === true);
    const before = areChosen ? storedTexts.parse(await store.read(name)) : {};
    return { name, value: { ...keys, ...getPrevious(secretFields, before, keys) } };
  });
  const secrets = [
    ...(dear === null ? [] : [{ name: `${stackName}/dear`, value: dear }]),
    ...(await Promise.all(ofConnections)),
  ];
  for (const { name } of secrets) await requireSecret(name, stackName, store);
  return secrets;
}

/** A file or a secret that `bridge init` writes. */
export interface Write {
  readonly name: string;
  readonly perform: () => Promise<void>;
}

/**
 * Writes one after the other.
 * @returns what was written; `failure` is null where that is everything
 */
export async function writeAll(
  writes: readonly Write[],
): Promise<{ written: string[]; failure: Refused | null }> {
  const names = writes.map(({ name }) => name);
  for (const [index, { name, perform }] of writes.entries()) {
    try {
      await perform();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const failure = new Refused(
        `${name} could not be written: ${why}. Written before: ${list(names.slice(0, index))}. Not written: ${list(names.slice(index))}`,
        'Correct that and repeat the command; what is written already is written again',
      );
      return { written: names.slice(0, index), failure };
    }
  }
  return { written: names, failure: null };
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
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
  const { secretsManagerStore } = await import('./stack/secrets-manager-store.ts');
  const { explaining } = await import('./stack/aws-errors.ts');
  const client = new SecretsManagerClient({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  });
  return { stackName, store: secretsManagerStore(explaining(client)) };
}

async function requireSecret(name: string, stackName: string, store: NamedSecrets['store']): Promise<void> {
  try {
    await store.changedAt(name);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
    throw new NotRunning(
      `The secret ${name} is not there: ${stackName} is not deployed here, or without that connection. Nothing was written`,
      `Deploy it with these settings (npx cdk deploy), then: bridge init --stack ${stackName} --secrets FILE --secrets-only`,
    );
  }
}

/** What DEAR's keys give access to. */
export interface VerifiedDear {
  readonly company: string;
  /** Names of DEAR's locations that are not deprecated. */
  readonly locations: readonly string[];
}

/**
 * Two calls, both of them reads.
 * @throws {OperatorActionNeeded} the keys are wrong
 * @throws {UpstreamError} naming the host
 */
export async function verifyDear(baseUrl: string, keys: DearKeys): Promise<VerifiedDear> {
  const client = new DearClient({ baseUrl, ...keys });
  try {
    const { company } = await readAccount(client);
    const locations = await listLocations(client);
    const usable = locations.filter(({ parentId, isDeprecated }) => parentId === null && !isDeprecated);
    return { company, locations: usable.map(({ name }) => name) };
  } catch (error) {
    throw withHost(error, baseUrl);
  } finally {
    await client.close();
  }
}

/**
 * Checks the keys of a connection with the provider's reads.
 * @throws {OperatorActionNeeded} they are wrong
 * @throws {UpstreamError} naming the host
 */
export async function verifyConnection(access: ConnectionAnswers, now: Clock): Promise<Verification> {
  const { provider, connection, own, keys } = access;
  const setUp = await provider.setUp();
  try {
    return await setUp.verify({ connection: { ...own, id: connection }, secret: keys, now });
  } catch (error) {
    throw withHost(error, own.baseUrl ?? provider.settings().baseUrl?.safeParse(undefined).data);
  }
}

/** An address is the first suspect, so it is named beside what it answered. */
function withHost(error: unknown, url: unknown): unknown {
  if (!(error instanceof OperatorActionNeeded || error instanceof Unavailable)) return error;
  if (typeof url !== 'string' || !URL.canParse(url)) return error;
  const details = { ...error.details, operation: `${error.details.operation} at ${new URL(url).host}` };
  return error instanceof Unavailable ? new Unavailable(details) : new OperatorActionNeeded(details);
}

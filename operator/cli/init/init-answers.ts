import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import * as z from 'zod';
import { OperatorActionNeeded, Unavailable } from '../../../lib/domain/errors.ts';
import { withoutByteOrderMark } from '../../../lib/domain/text.ts';
import type { ProviderDefinition, SetUpQuestion } from '../../../lib/providers/provider-definition.ts';
import type { Choice, Verification } from '../../../lib/providers/provider-set-up.ts';
import { getProviderDefinition, PROVIDERS } from '../../../lib/providers/registry.ts';
import { dearSecret } from '../../../lib/runtime/secrets.ts';
import type { ConnectionSettings } from '../../../lib/settings/connection.ts';
import { DEAR_URL, type Settings } from '../../../lib/settings/schema.ts';
import {
  type Answers,
  addGenerated,
  type ConnectionAnswers,
  type DearKeys,
  type ProviderKeys,
  type VerifiedDear,
  verifyConnection,
  verifyDear,
} from '../../init.ts';
import type { NamedSecrets } from '../../open-bridge.ts';
import { NotFound, toMessage, UsageError } from '../../user-errors.ts';
import type { Invocation } from '../command.ts';
import { formatSecrets, getUrlOption, mayBeMissing, proposeId, refuseSandbox } from './init-options.ts';
import { askChoice, askPassword, askText } from './prompts.ts';

/** What `init` was told, all of it checked. */
export interface Gathered {
  /** null where DEAR is the sandbox, which has keys of its own. */
  readonly dear: { readonly keys: DearKeys; readonly found: VerifiedDear } | null;
  readonly connections: ReadonlyArray<ConnectionAnswers & { readonly found: string }>;
}

/** The content of the file of `--secrets`, unchecked; null: its parts are asked for. */
type Given = Readonly<Record<string, unknown>> | null;

/**
 * What a new settings file says: from the options, and at a terminal by asking for the rest. A wrong answer is asked for again.
 * @param before the settings that the connection is added to
 * @throws {UsageError | Refused} something is missing, and there is no terminal to ask at; DEAR is the sandbox
 * @throws {UpstreamError} the keys are refused, or their host does not answer
 */
export async function gatherNew(
  invocation: Invocation,
  secrets: NamedSecrets,
  before: Settings | null = null,
): Promise<Gathered & { readonly answers: Answers }> {
  const { options } = invocation;
  const given = await readGiven(invocation);
  const provider = await chooseProvider(invocation);
  const connection = options.text('connection') ?? proposeId(provider, before);
  if (given !== null) [parseDear(given, provider), parseKeys(given, provider)];
  const dearUrl = options.text('dear-url') ?? before?.dear.baseUrl ?? DEAR_URL;
  if (dearUrl === 'sandbox') throw refuseSandbox();
  const dear = await gatherDear(invocation, given, provider, dearUrl);
  const checked = await gatherConnection(invocation, given, secrets, provider, connection);
  const location =
    options.text('location') ??
    (await choose(invocation, '--location', 'Which DEAR location?', dear.found.locations));
  const own = { ...checked.own, ...(await askOwn(invocation, provider, checked.verified)) };
  const { keys, verified } = checked;
  return {
    dear,
    connections: [{ provider, connection, own, keys, found: verified.found }],
    answers: { provider, connection, location, dearUrl, own },
  };
}

/**
 * New keys for connections of existing settings, checked against the addresses and choices of these settings.
 * @throws {NotFound} the settings lack the connection
 * @throws {UsageError | UpstreamError} see `gatherNew`; a choice of the settings is not in the account
 */
export async function gatherKeys(
  invocation: Invocation,
  settings: Settings,
  secrets: NamedSecrets,
): Promise<Gathered> {
  const given = await readGiven(invocation);
  const chosen = await chooseConnections(invocation, settings, given);
  const parts = chosen.map((one) => ({ one, provider: getProviderDefinition(one.provider) }));
  const [first] = parts;
  const dearUrl = invocation.options.text('dear-url') ?? settings.dear.baseUrl;
  if (given !== null) for (const { provider } of parts) parseKeys(given, provider);
  const dear =
    dearUrl === 'sandbox' || first === undefined
      ? null
      : await gatherDear(invocation, given, first.provider, dearUrl);
  const connections: Array<ConnectionAnswers & { readonly found: string }> = [];
  for (const { one, provider } of parts) {
    const checked = await gatherConnection(invocation, given, secrets, provider, one.id, one);
    requireChoices(one, provider, checked.verified);
    const { keys, own, verified } = checked;
    connections.push({ provider, connection: one.id, own, keys, found: verified.found });
  }
  return { dear, connections };
}

/** The connections of real accounts that the options and the given keys are for. */
async function chooseConnections(
  invocation: Invocation,
  { connections }: Settings,
  given: Given,
): Promise<ConnectionSettings[]> {
  const { options, terminal } = invocation;
  const named = options.text('connection');
  const known = connections.map(({ id }) => id).join(', ');
  if (named !== undefined) {
    const found = connections.filter(({ id }) => id === named);
    if (found.length > 0) return found;
    throw new NotFound(`The settings have no connection ${named}`, `Connections: ${known}`);
  }
  const provider = options.text('provider');
  const real = connections.filter((one) => {
    const definition = getProviderDefinition(one.provider);
    const isMeant = provider === undefined || one.provider === provider;
    return (
      isMeant &&
      (!definition.isSandbox(one) || options.text(getUrlOption(definition.secretsKey)) !== undefined)
    );
  });
  if (real.length === 0)
    throw new UsageError(
      `The settings have no connection of a real account${provider === undefined ? '' : ` of ${provider}`}`,
      'Sandboxes have keys of their own. Name the settings of the real accounts: BRIDGE_CONFIG=acme.config.ts',
    );
  if (real.length === 1) return real;
  if (given === null) {
    if (!terminal.interactive) throw missing(`--connection; choices: ${known}`);
    const ids = real.map(({ id }) => id);
    const id = await askChoice('Whose keys?', ids);
    return real.filter((one) => one.id === id);
  }
  const meant = real.filter(
    (one) => provider !== undefined || getProviderDefinition(one.provider).secretsKey in given,
  );
  if (meant.length > 0) return meant;
  throw missing(`--connection; choices: ${known}`);
}

/** A choice that the account lacks would be refused with each order. */
function requireChoices(
  connection: Readonly<Record<string, unknown>> & { readonly id: string },
  { questions }: ProviderDefinition,
  { choices }: Verification,
): void {
  for (const { key } of questions) {
    const known = choices[key]?.map(({ value }) => value);
    const value = connection[key];
    if (known === undefined || value === undefined || known.includes(String(value))) continue;
    throw new UsageError(
      `${key} '${value}' of the connection ${connection.id} is not in the account, which has: ${known.join(', ')}`,
      'Correct the settings, or give the keys of the other account. Nothing was written',
    );
  }
}

async function gatherDear(
  invocation: Invocation,
  given: Given,
  provider: ProviderDefinition,
  baseUrl: string,
) {
  return await untilAccepted(
    invocation,
    async () => (given === null ? await askDear(invocation) : parseDear(given, provider)),
    async (keys) => await verifyDear(baseUrl, keys),
  );
}

/** @param existing the connection's settings; null: it is new, and its address may be asked for */
async function gatherConnection(
  invocation: Invocation,
  given: Given,
  secrets: NamedSecrets,
  provider: ProviderDefinition,
  connection: string,
  existing: ConnectionSettings | null = null,
) {
  const asked = await untilAccepted(
    invocation,
    async () => {
      const typed = existing === null ? await askOwn(invocation, provider, null) : {};
      const keys = given === null ? await askKeys(invocation, provider) : parseKeys(given, provider);
      return {
        own: { ...getAddress(invocation, provider), ...typed },
        keys: await addGenerated(provider, connection, keys, secrets),
      };
    },
    async ({ own, keys }) =>
      await verifyConnection({ provider, connection, own: { ...existing, ...own }, keys }, Date.now),
    existing === null && provider.questions.some(({ isAddress }) => isAddress === true),
  );
  return { ...asked.keys, verified: asked.found };
}

/**
 * Asks until the answer is accepted, where a person can be asked.
 * @param hasAddress whether an address is among the questions, so that one that does not answer is asked for again
 */
async function untilAccepted<Keys, Found>(
  { terminal, output, options }: Invocation,
  ask: () => Promise<Keys>,
  check: (keys: Keys) => Promise<Found>,
  hasAddress = false,
): Promise<{ keys: Keys; found: Found }> {
  const canAsk = terminal.interactive && options.text('secrets') === undefined;
  let keys = await ask();
  for (;;) {
    output.progress('Checking the credentials …');
    try {
      return { keys, found: await check(keys) };
    } catch (error) {
      const isWrong = error instanceof OperatorActionNeeded;
      if (!canAsk || !(isWrong || error instanceof Unavailable)) throw error;
      output.say(toMessage(error));
      if (isWrong || hasAddress) keys = await ask();
      else if (!(await terminal.confirm('Try again?'))) throw error;
    }
  }
}

async function chooseProvider({ options, terminal }: Invocation): Promise<ProviderDefinition> {
  const given = options.text('provider');
  if (given !== undefined) return getProviderDefinition(given);
  if (!terminal.interactive || options.text('secrets') !== undefined || PROVIDERS.length < 2)
    return PROVIDERS[0];
  const titles = PROVIDERS.map(({ title }) => title);
  const title = await askChoice('Which fulfillment service?', titles);
  return PROVIDERS.find((one) => one.title === title) ?? PROVIDERS[0];
}

/** The address is left out where it is the provider's own, which is the default. */
function getAddress({ options }: Invocation, provider: ProviderDefinition): Record<string, string> {
  const url = options.text(getUrlOption(provider.secretsKey));
  return url === undefined || provider.examples.baseUrl?.includes(`'${url}'`) === true
    ? {}
    : { baseUrl: url };
}

/** @param verified null: the questions about addresses, which come before the credentials are checked */
async function askOwn(
  invocation: Invocation,
  { questions }: ProviderDefinition,
  verified: Verification | null,
): Promise<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const question of questions) {
    if ((question.isAddress === true) !== (verified === null)) continue;
    own[question.key] = await answer(invocation, question, verified?.choices[question.key]);
  }
  return own;
}

/** What is chosen from has to be one of the choices; the only choice is not asked for. */
async function answer(
  invocation: Invocation,
  { option, label }: SetUpQuestion,
  choices: readonly Choice[] | undefined,
): Promise<string> {
  const { options, terminal, output } = invocation;
  const given = options.text(option);
  if (choices === undefined) {
    if (given !== undefined) return given;
    if (!terminal.interactive) throw missing(`--${option}`);
    return await askText(label);
  }
  const values = choices.map(({ value }) => value);
  const [only, ...others] = values;
  const chosen = given ?? (others.length === 0 ? only : undefined);
  if (chosen === undefined) return await choose(invocation, `--${option}`, label, values);
  if (values.includes(chosen)) return chosen;
  const problem = `--${option} ${chosen} is not in the account; it has: ${values.join(', ')}`;
  if (!terminal.interactive) throw new UsageError(problem);
  output.say(problem);
  return await choose(invocation, `--${option}`, label, values);
}

/** @throws {UsageError} the file cannot be read, or is no object; the message quotes nothing of it */
async function readGiven({ options }: Invocation): Promise<Given> {
  const file = options.text('secrets');
  if (file === undefined) return null;
  const content = file === '-' ? await readAll(process.stdin) : await readSecrets(file);
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(withoutByteOrderMark(content)));
  } catch {
    throw wrongSecrets('is no JSON object', PROVIDERS[0]);
  }
}

async function readSecrets(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`--secrets ${file} cannot be read`);
  }
}

function parseDear(given: Exclude<Given, null>, provider: ProviderDefinition): DearKeys {
  const parsed = dearSecret.safeParse(given.dear);
  if (parsed.success) return parsed.data;
  throw wrongSecrets(namesLacking('dear', parsed.error), provider);
}

/** The message quotes nothing of the file. */
function parseKeys(given: Exclude<Given, null>, provider: ProviderDefinition): ProviderKeys {
  const text = z.string().min(1);
  const fields = provider.secretFields.map(
    (field) => [field.key, mayBeMissing(field) ? text.exactOptional() : text] as const,
  );
  const parsed = z.object(Object.fromEntries(fields)).safeParse(given[provider.secretsKey] ?? {});
  if (parsed.success) return z.record(z.string(), z.string()).parse(parsed.data);
  throw wrongSecrets(namesLacking(provider.secretsKey, parsed.error), provider);
}

/** Names fields and quotes nothing of the file. */
function wrongSecrets(what: string, provider: ProviderDefinition): UsageError {
  return new UsageError(`--secrets ${what}: it has to be ${formatSecrets(provider)}`);
}

/** @param of the key of the file under which they belong */
function namesLacking(of: string, { issues }: z.ZodError): string {
  const paths = issues.map(({ path }) => [of, ...path.map(String)].join('.'));
  return `lacks ${[...new Set(paths)].join(' and ')}`;
}

async function askDear({ terminal }: Invocation): Promise<DearKeys> {
  if (!terminal.interactive) throw missing('--secrets FILE (or - for stdin)');
  return {
    accountId: await askText('DEAR account id (Integrations → API)'),
    applicationKey: await askPassword('DEAR application key'),
  };
}

async function askKeys(
  { terminal }: Invocation,
  { secretFields }: ProviderDefinition,
): Promise<ProviderKeys> {
  if (!terminal.interactive) throw missing('--secrets FILE (or - for stdin)');
  const keys: Record<string, string> = {};
  for (const { key, label, isGenerated, isOptional = false } of secretFields) {
    if (isGenerated === true) continue;
    const text = await askPassword(
      isOptional ? `${label}; leave it empty if you have none` : label,
      isOptional,
    );
    if (text !== '') keys[key] = text;
  }
  return keys;
}

async function choose(
  { terminal }: Invocation,
  option: string,
  question: string,
  from: readonly string[],
): Promise<string> {
  if (!terminal.interactive) throw missing(`${option}; choices: ${from.join(', ')}`);
  return await askChoice(question, from);
}

function missing(what: string): UsageError {
  return new UsageError(`Missing, and there is no terminal to ask at: ${what}`);
}

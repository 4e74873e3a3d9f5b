import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import * as z from 'zod';
import type { ProviderDefinition, SetUpQuestion } from '../../lib/providers/provider-definition.ts';
import type { Choice, Verification } from '../../lib/providers/provider-set-up.ts';
import { getProviderDefinition, PROVIDERS } from '../../lib/providers/registry.ts';
import { dearSecret } from '../../lib/runtime/secrets.ts';
import { DEAR_URL } from '../../lib/settings/schema.ts';
import { type AccountAccess, type Answers, addGenerated, type Credentials, type Verified } from '../init.ts';
import { Refused, UsageError } from '../user-errors.ts';
import { getTarget, type Invocation } from './command.ts';
import { formatSecrets, getUrlOption, mayBeMissing } from './init-options.ts';

/**
 * What `init` has to know: from the options, and at a terminal by asking for the rest.
 * @param verify called as soon as there are credentials, so that what they open can be chosen from
 * @throws {UsageError} something is missing, and there is no terminal to ask at
 */
export async function gatherAnswers(
  invocation: Invocation,
  verify: (access: AccountAccess) => Promise<Verified>,
): Promise<{ answers: Answers; verified: Verified }> {
  const { options, local } = invocation;
  const provider = await chooseProvider(invocation);
  const connection = options.text('connection') ?? provider.connectionId;
  const given = await getCredentials(invocation, provider);
  const access: AccountAccess = {
    provider,
    connection,
    dearUrl: options.text('dear-url') ?? DEAR_URL,
    own: { ...getAddress(invocation, provider), ...(await askOwn(invocation, provider, null)) },
    credentials: await addGenerated(getTarget(options), { provider, connection, credentials: given }, local),
  };
  const verified = await verify(access);
  if (options.flag('secrets-only')) return { answers: { ...access, location: '' }, verified };
  const location =
    options.text('location') ??
    (await choose(invocation, '--location', 'Which DEAR location?', verified.locations));
  const own = { ...access.own, ...(await askOwn(invocation, provider, verified.provider)) };
  return { answers: { ...access, own, location }, verified };
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
  const { options, terminal } = invocation;
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
  throw new UsageError(`--${option} ${chosen} is not in the account; it has: ${values.join(', ')}`);
}

async function getCredentials(
  { options, terminal }: Invocation,
  provider: ProviderDefinition,
): Promise<Credentials> {
  const file = options.text('secrets');
  if (file !== undefined)
    return parsed(file === '-' ? await readAll(process.stdin) : await readSecrets(file), provider);
  if (!terminal.interactive) throw missing('--secrets FILE (or - for stdin)');
  const dear = {
    accountId: await askText('DEAR account id (Integrations → API)'),
    applicationKey: await askPassword('DEAR application key'),
  };
  const own: Record<string, string> = {};
  for (const { key, label, isGenerated, isOptional = false } of provider.secretFields) {
    if (isGenerated === true) continue;
    const text = await askPassword(
      isOptional ? `${label}; leave it empty if you have none` : label,
      isOptional,
    );
    if (text !== '') own[key] = text;
  }
  return { dear, provider: own };
}

async function readSecrets(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`--secrets ${file} cannot be read`);
  }
}

/** The message quotes nothing of the file. */
function parsed(text: string, provider: ProviderDefinition): Credentials {
  const given = z.string().min(1);
  const keys = provider.secretFields.map(
    (field) => [field.key, mayBeMissing(field) ? given.exactOptional() : given] as const,
  );
  const own = z.object(Object.fromEntries(keys));
  const isOptional = provider.secretFields.every(mayBeMissing);
  const form = z.object({
    dear: dearSecret,
    [provider.secretsKey]: isOptional ? own.prefault({}) : own,
  });
  try {
    const { dear, [provider.secretsKey]: own } = form.parse(JSON.parse(text));
    return { dear: dearSecret.parse(dear), provider: z.record(z.string(), z.string()).parse(own) };
  } catch {
    throw new UsageError(`--secrets has to be ${formatSecrets(provider)}`);
  }
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

async function askText(message: string): Promise<string> {
  const { text } = await import('@clack/prompts');
  return getAnswer(await text({ message, validate: requireText }));
}

/** Hidden while it is typed. */
async function askPassword(message: string, isOptional = false): Promise<string> {
  const { password } = await import('@clack/prompts');
  const answer = await password({ message, ...(!isOptional && { validate: requireText }) });
  // An empty answer is undefined where it may be empty.
  return getAnswer(answer ?? '');
}

async function askChoice(message: string, from: readonly string[]): Promise<string> {
  const { select } = await import('@clack/prompts');
  return getAnswer(await select({ message, options: from.map((value) => ({ value, label: value })) }));
}

function requireText(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? 'It cannot be empty.' : undefined;
}

/** Ctrl-C answers with a symbol and ends the command. */
function getAnswer(value: string | symbol): string {
  if (typeof value === 'string') return value.trim();
  throw new Refused('Nothing was written');
}

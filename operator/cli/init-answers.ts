import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { SHIPSTATION_URL } from '../../lib/providers/shipstation-v2/settings.ts';
import { DEAR_URL } from '../../lib/settings/schema.ts';
import { type AccountAccess, type Answers, type Credentials, credentials, type Verified } from '../init.ts';
import { Refused, UsageError } from '../user-errors.ts';
import type { Invocation } from './command.ts';

/**
 * What `init` has to know: from the options, and at a terminal by asking for the rest.
 * @param verify called as soon as there are credentials, so that what they open can be chosen from
 * @throws {UsageError} something is missing, and there is no terminal to ask at
 */
export async function gatherAnswers(
  invocation: Invocation,
  verify: (access: AccountAccess) => Promise<Verified>,
): Promise<{ answers: Answers; verified: Verified }> {
  const { options } = invocation;
  const access: AccountAccess = {
    connection: options.text('connection') ?? 'shipstation',
    dearUrl: options.text('dear-url') ?? DEAR_URL,
    shipStationUrl: options.text('shipstation-url') ?? SHIPSTATION_URL,
    credentials: await getCredentials(invocation),
  };
  const verified = await verify(access);
  if (options.flag('secrets-only'))
    return { answers: { ...access, location: '', warehouseId: '' }, verified };
  const location =
    options.text('location') ??
    (await choose(invocation, '--location', 'Which DEAR location?', verified.locations));
  const ids = verified.warehouses.map(({ id }) => id);
  const [only, ...others] = ids;
  const chosen = options.text('warehouse') ?? (others.length === 0 ? only : undefined);
  const warehouseId =
    chosen ?? (await choose(invocation, '--warehouse', 'Which ShipStation warehouse?', ids));
  requireWarehouse(warehouseId, ids);
  return { answers: { ...access, location, warehouseId }, verified };
}

/** The location is not checked: `bridge locations ensure` creates it where it is missing. */
function requireWarehouse(id: string, known: readonly string[]): void {
  if (known.includes(id)) return;
  throw new UsageError(`--warehouse ${id} is not in the account; its warehouses: ${known.join(', ')}`);
}

async function getCredentials({ options, terminal }: Invocation): Promise<Credentials> {
  const file = options.text('secrets');
  if (file !== undefined)
    return parsed(file === '-' ? await readAll(process.stdin) : await readSecrets(file));
  if (!terminal.interactive) throw missing('--secrets FILE (or - for stdin)');
  return credentials.parse({
    dear: {
      accountId: await askText('DEAR account id (Integrations → API)'),
      applicationKey: await askPassword('DEAR application key'),
    },
    shipStation: { apiKey: await askPassword('ShipStation V2 API key (Settings → Account → API Settings)') },
  });
}

async function readSecrets(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`--secrets ${file} cannot be read`);
  }
}

/** The message quotes nothing of the file. */
function parsed(text: string): Credentials {
  const form = '{ "dear": { "accountId": "…", "applicationKey": "…" }, "shipStation": { "apiKey": "…" } }';
  try {
    const result = credentials.safeParse(JSON.parse(text));
    if (result.success) return result.data;
  } catch {
    // Not JSON; said below.
  }
  throw new UsageError(`--secrets has to be ${form}`);
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
async function askPassword(message: string): Promise<string> {
  const { password } = await import('@clack/prompts');
  return getAnswer(await password({ message, validate: requireText }));
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

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { ProviderDefinition } from '../../../lib/providers/provider-definition.ts';
import { PROVIDERS } from '../../../lib/providers/registry.ts';
import type { Settings } from '../../../lib/settings/schema.ts';
import type { Answers, ConnectionAnswers, Write } from '../../init.ts';
import type { NamedSecrets } from '../../open-bridge.ts';
import { Refused, toMessage } from '../../user-errors.ts';
import { type CommandDefinition, getTarget, type Invocation } from '../command.ts';
import type { Gathered } from './init-answers.ts';
import { formatSecrets, getUrlOption } from './init-options.ts';

/** Where the settings are read from, too. */
const FILE = 'bridge.config.ts';

/** The address of each service that has one, and each provider's own questions, as `--warehouse`. */
const providerOptions = new Map<string, Option>();
for (const { secretsKey, vocabulary, questions, examples } of PROVIDERS as readonly ProviderDefinition[]) {
  const name = getUrlOption(secretsKey);
  if (examples.baseUrl !== undefined) {
    providerOptions.set(
      name,
      new Option(`--${name} <url>`, `another address than ${vocabulary.service}’s own`),
    );
  }
  for (const { option, label } of questions) {
    providerOptions.set(option, new Option(`--${option} <value>`, label));
  }
}

export const init: CommandDefinition = {
  usage: 'init',
  about:
    'Connects a DEAR location to a fulfillment service: checks the credentials, writes the settings, stores the secrets',
  examples: [
    ['bridge init', 'asks for everything; for the local system'],
    [
      "bridge init --location 'Austin' --warehouse se-123456 --secrets credentials.json",
      'without a terminal',
    ],
    [
      'bridge init --stack acme-prod --secrets - --secrets-only',
      'new keys for a deployed bridge, from stdin',
    ],
  ],
  options: [
    new Option('--location <name>', 'the DEAR location, spelt as in DEAR'),
    new Option('--provider <id>', `the fulfillment service (default ${PROVIDERS[0].id})`).choices(
      PROVIDERS.map(({ id }) => id),
    ),
    new Option(
      '--connection <id>',
      'short name of the connection (default: that of the service); with --secrets-only one of the settings, by default each that the keys are for',
    ),
    new Option('--secrets <file>', `${formatSecrets(PROVIDERS[0])}; - for stdin`),
    new Option('--secrets-only', 'store new credentials for the connections of existing settings'),
    new Option('--dear-url <url>', 'another address than DEAR’s own'),
    ...providerOptions.values(),
    new Option('--file <path>', `where the settings are (default: BRIDGE_CONFIG, else ${FILE})`),
    new Option('--force', 'replace a file that exists'),
    new Option('--add', 'add the connection to the file, beside those that it has').conflicts([
      'force',
      'secretsOnly',
    ]),
  ],
  writes: true,
  run,
};

async function run(invocation: Invocation): Promise<undefined> {
  const { options, output, local } = invocation;
  const { openSecrets } = await import('../../init.ts');
  const file = options.text('file') ?? process.env.BRIDGE_CONFIG ?? FILE;
  if (options.flag('secrets-only')) {
    const settings = await readSettings(invocation, file);
    const { gatherKeys } = await import('./init-answers.ts');
    const secrets = await openSecrets(getTarget(options), local);
    const gathered = await gatherKeys(invocation, settings, secrets);
    return await finish(invocation, { file: '', text: '', gathered, secrets });
  }
  const adds = options.flag('add');
  if (existsSync(file) && !options.flag('force') && !adds && !invocation.dryRun) throw exists(file);
  const { loadSettings } = await import('../../../lib/settings/load.ts');
  const before = adds ? await loadSettings(file) : null;
  const { gatherNew } = await import('./init-answers.ts');
  const { formatSettings } = await import('../../init.ts');
  const secrets = await openSecrets(getTarget(options), local);
  const gathered = await gatherNew(invocation, secrets, before);
  const text = adds ? await addTo(file, gathered.answers) : formatSettings(gathered.answers);
  await finish(invocation, { file, text, gathered, secrets });
  output.say(invocation.dryRun ? 'Nothing was written.' : nextStep(invocation, gathered.answers, file));
}

async function addTo(file: string, answers: Answers): Promise<string> {
  const { addConnection } = await import('./add-connection.ts');
  const { formatConnection, toConnection } = await import('../../init.ts');
  const connection = toConnection(answers);
  return await addConnection(file, await readFile(file, 'utf8'), connection, formatConnection(connection));
}

function exists(file: string): Refused {
  return new Refused(
    `${file} exists already`,
    'Name another file: --file acme.config.ts. Replace this one: --force. Add a connection to it: --add. Store keys for its connections: --secrets-only. See what would be written: --dry-run',
  );
}

/** What is deployed decides for a deployed bridge, whatever the files of this machine say. */
async function readSettings({ options, bridge }: Invocation, file: string): Promise<Settings> {
  if (options.text('stack') !== undefined) return (await bridge()).settings;
  const { loadSettings } = await import('../../../lib/settings/load.ts');
  return await loadSettings(file);
}

interface Result {
  /** '' where no settings are written. */
  readonly file: string;
  readonly text: string;
  readonly gathered: Gathered;
  readonly secrets: NamedSecrets;
}

/**
 * Everything is checked: writes it, secrets first, because they fail more often.
 * @throws {Refused} saying what was written before a write failed
 */
async function finish(invocation: Invocation, { file, text, gathered, secrets }: Result): Promise<undefined> {
  const { output, dryRun, options } = invocation;
  const { prepareSecrets, writeAll } = await import('../../init.ts');
  const { dear, connections } = gathered;
  output.say(describeAccounts(gathered));
  const toStore = dryRun ? [] : await prepareSecrets(dear?.keys ?? null, connections, secrets);
  const storing = toStore.map<Write>(({ name, value }) => ({
    name,
    perform: async () => await secrets.store.write(name, value),
  }));
  const writing: Write = { name: file, perform: async () => await writeFile(file, text) };
  const { written, failure } = await writeAll([...storing, ...(file === '' || dryRun ? [] : [writing])]);
  const stored = written.filter((name) => name !== file);
  if (stored.length > 0 && options.text('stack') !== undefined) await recordInAudit(invocation, stored);
  if (failure !== null) throw failure;
  output.data({ file, settings: text, secrets: stored, dryRun }, () =>
    dryRun ? text : [...(file === '' ? [] : [file]), ...stored].join('\n'),
  );
  if (dryRun) return;
  for (const one of connections) for (const line of await listInstructions(one)) output.say(line);
  if (file === '') output.say(`Next: ${toDoctor(invocation)}`);
}

/** What has to be entered in the service, with the password that was just made: it is shown this once. */
async function listInstructions({
  provider,
  connection,
  own,
  keys,
}: ConnectionAnswers): Promise<readonly string[]> {
  const setUp = await provider.setUp();
  const lines = setUp.instructions({ connection: { ...own, id: connection }, secret: keys, now: Date.now });
  const generated = provider.secretFields.filter(({ isGenerated }) => isGenerated === true);
  return [...lines, ...generated.map(({ key, label }) => `${label}: ${keys[key]}`)];
}

/**
 * In the audit of a deployed bridge; a local one may not run yet. Keys are often renewed while something is broken, so they are
 * stored first, and the command succeeds without the audit.
 */
async function recordInAudit(
  { bridge, operator, output }: Invocation,
  secrets: readonly string[],
): Promise<void> {
  const { recordAct } = await import('../../record-act.ts');
  try {
    await recordAct(await bridge(), operator, 'stored new credentials', secrets.join(', '));
  } catch (error) {
    output.say(`The credentials are stored, but the audit has no entry: ${toMessage(error)}`);
  }
}

function describeAccounts({ dear, connections }: Gathered): string {
  const company = dear === null ? [] : [`The DEAR account is ${dear.found.company}.`];
  const services = connections.map(({ provider, connection, found }) => {
    const which = connections.length === 1 ? '' : ` (${connection})`;
    return `${provider.vocabulary.service}${which}: ${found}.`;
  });
  return [...company, ...services].join(' ');
}

function nextStep(invocation: Invocation, { connection }: Answers, file: string): string {
  const named = resolve(file) === resolve(process.env.BRIDGE_CONFIG ?? FILE);
  const first = named ? '' : `export BRIDGE_CONFIG=${file}, then: `;
  if (invocation.options.text('stack') !== undefined) return `Next: ${first}${toDoctor(invocation)}`;
  return `Next: ${first}npm start, then: bridge locations ensure ${connection}`;
}

function toDoctor({ options }: Invocation): string {
  const stack = options.text('stack');
  return stack === undefined ? 'npm start, then: bridge doctor' : `bridge doctor --stack ${stack}`;
}

import { Option } from 'commander';
import type { ProviderDefinition } from '../../lib/providers/provider-definition.ts';
import { PROVIDERS } from '../../lib/providers/registry.ts';
import type { Answers, Verified } from '../init.ts';
import { type CommandDefinition, getTarget, type Invocation } from './command.ts';
import { formatSecrets, getUrlOption } from './init-options.ts';

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
    new Option('--connection <id>', 'short name of the connection (default: that of the service)'),
    new Option('--secrets <file>', `${formatSecrets(PROVIDERS[0])}; - for stdin`),
    new Option('--secrets-only', 'store the credentials, and leave the settings'),
    new Option('--dear-url <url>', 'another address than DEAR’s own'),
    ...providerOptions.values(),
    new Option('--file <path>', 'where the settings go').default(FILE, FILE),
    new Option('--force', 'replace a file that exists'),
  ],
  writes: true,
  run,
};

async function run(invocation: Invocation): Promise<undefined> {
  const { options, output, dryRun } = invocation;
  const secretsOnly = options.flag('secrets-only');
  const { gatherAnswers } = await import('./init-answers.ts');
  const { formatSettings, verifyCredentials, writeSettings } = await import('../init.ts');
  const { answers, verified } = await gatherAnswers(invocation, async (access) => {
    output.progress('Checking the credentials …');
    return await verifyCredentials(access, Date.now);
  });
  output.say(describeAccounts(answers, verified));
  const text = secretsOnly ? '' : formatSettings(answers);
  const file = options.text('file') ?? FILE;
  if (!dryRun && !secretsOnly) await writeSettings(file, text, options.flag('force'));
  const secrets = dryRun ? [] : await store(invocation, answers);
  if (secrets.length > 0 && options.text('stack') !== undefined) await recordInAudit(invocation, secrets);
  output.data({ file: secretsOnly ? '' : file, settings: text, secrets, dryRun }, () =>
    dryRun ? text : [...(secretsOnly ? [] : [file]), ...secrets].join('\n'),
  );
  if (secrets.length > 0) for (const line of await listInstructions(answers)) output.say(line);
  output.say(dryRun ? 'Nothing was written.' : nextStep(invocation, answers));
}

/** What has to be entered in the service, with the password that was just made: it is shown this once. */
async function listInstructions({ provider, connection, own, credentials }: Answers): Promise<string[]> {
  const setUp = await provider.setUp();
  const secret = credentials.provider;
  const lines = setUp.instructions({ connection: { id: connection, ...own }, secret, now: Date.now });
  const generated = provider.secretFields.filter(({ isGenerated }) => isGenerated === true);
  return [...lines, ...generated.map(({ key, label }) => `${label}: ${secret[key]}`)];
}

async function store({ options, local }: Invocation, answers: Answers): Promise<string[]> {
  const { storeCredentials } = await import('../init.ts');
  return await storeCredentials(getTarget(options), answers, local);
}

/**
 * In the audit of a deployed bridge; a local one may not run yet. Keys are often renewed while something is broken, so they are
 * stored first, and the command succeeds without the audit.
 */
async function recordInAudit(
  { bridge, operator, output }: Invocation,
  secrets: readonly string[],
): Promise<void> {
  const { recordAct } = await import('../record-act.ts');
  try {
    await recordAct(await bridge(), operator, 'stored new credentials', secrets.join(', '));
  } catch (error) {
    output.say(
      `The credentials are stored, but the audit has no entry: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function describeAccounts({ provider }: Answers, verified: Verified): string {
  return `The DEAR account is ${verified.company}. ${provider.vocabulary.service}: ${verified.provider.found}.`;
}

function nextStep({ options }: Invocation, { connection }: Answers): string {
  const stack = options.text('stack');
  if (stack === undefined) return `Next: npm start, then: bridge locations ensure ${connection}`;
  return `Next: bridge doctor --stack ${stack}`;
}

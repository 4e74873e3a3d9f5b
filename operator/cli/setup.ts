import type { Answers, Verified } from '../init.ts';
import {
  type CommandDefinition,
  type CommandGroup,
  getParameter,
  getTarget,
  type Invocation,
} from './command.ts';

const FILE = 'bridge.config.ts';

export const init: CommandDefinition = {
  usage: 'init',
  about:
    'Connects a DEAR location to a ShipStation account: tries the credentials, writes the settings, stores the secrets',
  examples: [
    ['bridge init', 'asks for everything, for the local system'],
    [
      "bridge init --location 'ShipStation Austin' --warehouse se-123456 --secrets credentials.json",
      'without a terminal',
    ],
    [
      'bridge init --stack acme-prod --secrets - --secrets-only',
      'new keys for a deployed bridge, from stdin',
    ],
  ],
  options: [
    ['--location <name>', 'the DEAR location, spelt as in DEAR'],
    ['--warehouse <id>', 'ShipStation’s ship-from location; its only one where it has one'],
    ['--connection <id>', 'short name of the connection', 'shipstation'],
    [
      '--secrets <file>',
      '{ "dear": { "accountId", "applicationKey" }, "shipStation": { "apiKey" } }; - for stdin',
    ],
    ['--secrets-only', 'store the credentials, and leave the settings'],
    ['--dear-url <url>', 'another address than DEAR’s own'],
    ['--shipstation-url <url>', 'another address than ShipStation’s own'],
    ['--file <path>', 'where the settings go', FILE],
    ['--force', 'write over a file that is there'],
  ],
  writes: true,
  run,
};

async function run(invocation: Invocation): Promise<undefined> {
  const { options, output, dryRun } = invocation;
  const secretsOnly = options.flag('secrets-only');
  const { gatherAnswers } = await import('./init-answers.ts');
  const { verifyCredentials } = await import('../init.ts');
  const { settingsText, writeSettings } = await import('../init.ts');
  const { answers, verified } = await gatherAnswers(invocation, async (access) => {
    output.progress('Trying the credentials …');
    return await verifyCredentials(access, Date.now);
  });
  output.say(welcome(verified));
  const text = secretsOnly ? '' : settingsText(answers);
  const file = options.text('file') ?? FILE;
  if (!dryRun && !secretsOnly) await writeSettings(file, text, options.flag('force'));
  const secrets = dryRun ? [] : await store(invocation, answers);
  if (secrets.length > 0 && options.text('stack') !== undefined) await writeDown(invocation, secrets);
  output.data({ file: secretsOnly ? '' : file, settings: text, secrets, dryRun }, () =>
    dryRun ? text : [...(secretsOnly ? [] : [file]), ...secrets].join('\n'),
  );
  output.say(dryRun ? 'Nothing was written.' : nextStep(invocation, answers));
}

async function store({ options, local }: Invocation, answers: Answers): Promise<string[]> {
  const { storeCredentials } = await import('../init.ts');
  return await storeCredentials(getTarget(options), answers.connection, answers.credentials, local);
}

/**
 * The audit of a deployed bridge; a local one need not run yet. Keys are renewed when things go wrong, so that they are stored
 * first, and an audit that cannot be reached is no reason to fail.
 */
async function writeDown(
  { bridge, operator, output }: Invocation,
  secrets: readonly string[],
): Promise<void> {
  const { recordAct } = await import('../record-act.ts');
  try {
    await recordAct(await bridge(), operator, 'stored new credentials', secrets.join(', '));
  } catch (error) {
    output.say(`The audit does not have it: ${error instanceof Error ? error.message : error}`);
  }
}

function welcome({ company, warehouses }: Verified): string {
  return `DEAR opens the account of ${company}; ShipStation has ${warehouses.length} warehouses.`;
}

function nextStep({ options }: Invocation, { connection }: Answers): string {
  const stack = options.text('stack');
  if (stack === undefined) return `Next: npm start, then: bridge locations ensure ${connection}`;
  return `Next: bridge doctor --stack ${stack}`;
}

export const locations: CommandGroup = {
  name: 'locations',
  about: 'The DEAR locations of the connections',
  commands: [
    {
      usage: 'ensure <connection>',
      about:
        'Finds the DEAR location of a connection, or creates it; beside one with bins it creates another',
      examples: [
        ['bridge locations ensure shipstation', 'once, when you connect'],
        ['bridge locations ensure shipstation --dry-run', 'what it would do'],
      ],
      writes: true,
      run: ensure,
    },
  ],
};

async function ensure(invocation: Invocation): Promise<undefined> {
  const { output, operator, dryRun, bridge } = invocation;
  const { ensureConnectionLocation, planConnectionLocation } = await import('../ensure-location.ts');
  const opened = await bridge();
  const connection = getParameter(invocation);
  if (dryRun) {
    const choice = await planConnectionLocation(opened, connection);
    const said = choice.action === 'create' ? `${choice.name} would be created.` : choice.explanation;
    return output.data({ connection, choice, dryRun }, () => said) as undefined;
  }
  const ensured = await ensureConnectionLocation(opened, connection, operator);
  output.data({ connection, ...ensured }, () => ensured.explanation);
}

import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { ConformanceResult } from '../../lib/providers/http/conformance.ts';
import { UsageError } from '../user-errors.ts';
import { type CommandDefinition, type CommandGroup, getParameter, type Invocation } from './command.ts';
import { EXAMPLE_CONNECTION } from './init/init-options.ts';
import { clean, formatTable } from './output.ts';
import { EXIT } from './program.ts';

export const provider: CommandGroup = {
  name: 'provider',
  about: 'A connection’s service: pause and resume what is written to it; check a warehouse by contract',
  commands: [
    {
      usage: 'pause <connection>',
      about: 'Stops writing to the service: orders wait; shipments are still collected and written to DEAR',
      examples: [
        [`bridge provider pause ${EXAMPLE_CONNECTION} --why "stock count until 14:00"`, 'orders wait'],
      ],
      options: [new Option('--why <text>', 'the reason, shown on orders that wait')],
      writes: true,
      run: pause,
    },
    {
      usage: 'resume <connection>',
      about: 'Resumes: each order continues within the length of the pause, half an hour at most',
      examples: [[`bridge provider resume ${EXAMPLE_CONNECTION}`, 'sends what waited']],
      writes: true,
      run: resume,
    },
    {
      usage: 'status',
      about: 'Shows which connections are paused, by whom and since when',
      examples: [['bridge provider status', 'shows every pause']],
      run: status,
    },
    {
      usage: 'conformance',
      about:
        'Tries with orders of its own what of the HTTP contract a warehouse keeps; it sends orders that begin with CHECK-',
      examples: [
        [
          'bridge provider conformance --url https://wms.example.com/bridge --secret-file secret.txt',
          'says of each rule whether it is kept',
        ],
      ],
      options: [
        new Option('--url <address>', 'the warehouse’s address, below which the contract’s paths are'),
        new Option('--secret-file <file>', 'holds the signing secret; without it, one for trials is shown'),
      ],
      run: conformance,
    },
  ],
};

async function pause(invocation: Invocation): Promise<undefined> {
  const { options, output, operator, dryRun, bridge } = invocation;
  const { pauseProvider } = await import('../upstream-access.ts');
  const opened = await bridge();
  const { id } = opened.connection(getParameter(invocation));
  if (dryRun) return output.data({ connection: id, dryRun }, () => `${id} would be paused.`) as undefined;
  const begun = await pauseProvider(opened, id, operator, options.text('why') ?? '');
  output.data(begun, () => `${id} is paused since ${begun.since}, by ${begun.by}.`);
  output.say(`Resume it: bridge provider resume ${id}`);
}

async function resume(invocation: Invocation): Promise<undefined> {
  const { output, operator, dryRun, bridge } = invocation;
  const { resumeProvider } = await import('../upstream-access.ts');
  const opened = await bridge();
  const { id } = opened.connection(getParameter(invocation));
  const ended = dryRun ? await opened.pauses.read(id) : await resumeProvider(opened, id, operator);
  const verb = dryRun ? 'would be resumed' : 'is resumed';
  output.data({ connection: id, pause: ended, dryRun }, () =>
    ended === null ? `${id} was not paused.` : `${id} ${verb}.`,
  );
}

async function status({ output, bridge }: Invocation): Promise<undefined> {
  const { listPauses } = await import('../upstream-access.ts');
  const all = await listPauses(await bridge());
  output.data(all, () =>
    formatTable(
      ['CONNECTION', 'STATE', 'SINCE', 'BY', 'WHY'],
      all.map(({ connection, pause: one }) =>
        one === null
          ? [connection, 'active', '', '', '']
          : [connection, 'paused', one.since, one.by, one.why],
      ),
    ),
  );
}

async function conformance({ options, output }: Invocation): Promise<number> {
  const baseUrl = options.text('url');
  if (baseUrl === undefined || !URL.canParse(baseUrl)) throw new UsageError('--url has to be an address');
  const { checkConformance, TRIAL_SECRET } = await import('../../lib/providers/http/conformance.ts');
  const file = options.text('secret-file');
  if (file === undefined) output.say(`Calls are signed with the secret for trials: ${TRIAL_SECRET}`);
  const signingSecret = file === undefined ? TRIAL_SECRET : await readSecretFile(file);
  const results: ConformanceResult[] = [];
  for await (const result of checkConformance({ baseUrl, signingSecret, now: Date.now, fetch })) {
    results.push(result);
    output.progress(result.rule);
  }
  output.data(results, () => formatConformance(results));
  return results.some(({ outcome }) => outcome === 'broken') ? EXIT.refused : EXIT.ok;
}

async function readSecretFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`--secret-file ${file} cannot be read`);
  });
  const { isUsableSecret } = await import('../../lib/providers/http/signature.ts');
  if (isUsableSecret(text.trim())) return text.trim();
  throw new UsageError(`--secret-file ${file} has to hold a secret of 24 to 64 bytes`);
}

function formatConformance(results: readonly ConformanceResult[]): string {
  const table = formatTable(
    ['PART', 'OUTCOME', 'RULE'],
    results.map(({ part, outcome, rule }) => [part, outcome, rule]),
  );
  const broken = results.filter(({ outcome }) => outcome === 'broken');
  const details = broken.map(
    ({ rule, request, expected, found }) =>
      `\n${rule}\n  request   ${request}\n  expected  ${expected}\n  found     ${clean(found)}`,
  );
  return [table, ...details].join('\n');
}

export const budget: CommandDefinition = {
  usage: 'budget',
  about:
    'Shows how many calls DEAR and each service got in the last minute, and how far ahead more are booked',
  examples: [['bridge budget', 'shows whether a rate limit delays the bridge']],
  run: showBudgets,
};

async function showBudgets({ output, bridge }: Invocation): Promise<undefined> {
  const { readBudgets } = await import('../upstream-access.ts');
  const states = await readBudgets(await bridge());
  output.data(states, () =>
    formatTable(
      ['SYSTEM', 'CALLS A MINUTE', 'LAST MINUTE', 'THIS MINUTE', 'BOOKED AHEAD'],
      states.map(({ system, callsPerMinute, callsMinuteBefore, callsThisMinute, bookedMs }) => [
        system,
        String(callsPerMinute),
        String(callsMinuteBefore),
        String(callsThisMinute),
        bookedMs === 0 ? 'nothing: the next call may be made at once' : `${(bookedMs / 1000).toFixed(1)} s`,
      ]),
    ),
  );
}

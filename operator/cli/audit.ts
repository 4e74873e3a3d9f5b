import { Option } from 'commander';
import { type CommandGroup, countOption, type Invocation, momentOption } from './command.ts';
import { clean, formatTable } from './output.ts';

export const audit: CommandGroup = {
  name: 'audit',
  about: 'What operators did, and whose data they read',
  commands: [
    {
      usage: 'list',
      about: 'Lists what operators did, the latest first; without readings of personal data',
      examples: [
        ['bridge audit list --by mina --since 7d', 'what one person did'],
        ['bridge audit list --about SO-00042-1 --readings also', 'who did what to an order, or read it'],
      ],
      options: [
        new Option('--by <text>', 'by whom: a part of the name or of the identity'),
        new Option('--what <text>', 'a part of what was done: release, edit, paused'),
        new Option('--about <text>', 'a part of the order, sale, connection or queue'),
        momentOption('--since <when>', 'from (default: all of 400 days)'),
        momentOption('--until <when>', 'to, without that moment (default now)'),
        new Option('--readings <which>', 'readings of personal data')
          .choices(['none', 'also', 'only'])
          .default('none'),
        countOption('--limit <count>', 'at most this many', 100),
      ],
      run: list,
    },
  ],
};

async function list({ options, output, bridge }: Invocation): Promise<undefined> {
  const { listAudit } = await import('../audit.ts');
  const query = {
    by: options.text('by') ?? '',
    what: options.text('what') ?? '',
    about: options.text('about') ?? '',
    since: options.momentIfGiven('since'),
    until: options.momentIfGiven('until'),
    readings: toReadings(options.text('readings')),
  };
  const page = await listAudit(await bridge(), query, options.count('limit'));
  output.data(page, () =>
    page.entries.length === 0
      ? 'No entry matches.'
      : formatTable(
          ['WHEN', 'WHO', 'WHAT', 'TO'],
          page.entries.map(({ at, by, what, about }) => [at.slice(0, 19), by, what, about].map(clean)),
        ),
  );
  if (page.earlier !== '') output.say(`There are earlier ones: add --until ${page.earlier}`);
}

function toReadings(typed: string | undefined): 'none' | 'also' | 'only' {
  return typed === 'also' || typed === 'only' ? typed : 'none';
}

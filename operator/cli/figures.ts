import { formatSeconds } from '../../lib/domain/clock.ts';
import type { Times } from '../../lib/store/figures.ts';
import { type CommandDefinition, type Invocation, momentOption } from './command.ts';
import { formatTable } from './output.ts';

export const figures: CommandDefinition = {
  usage: 'figures',
  about: 'Shows orders a day, how long they took, what waited, and how far ahead DEAR was booked',
  examples: [
    ['bridge figures', 'the last two weeks'],
    ['bridge figures --since 90d --json', 'by day and connection, for programs'],
  ],
  options: [momentOption('--since <when>', 'from that day on', '13d')],
  run: show,
};

async function show({ output, options, bridge }: Invocation): Promise<undefined> {
  const { AUTHORISED_TO_SENT, readFigures } = await import('../figures.ts');
  const view = await readFigures(await bridge(), options.moment('since'));
  output.data(view, () =>
    formatTable(
      [
        'DAY',
        'CONNECTION',
        'MADE',
        'IN',
        'SENT',
        'IN',
        'AUTHORISED TO SENT',
        'CONFIRMED',
        'IN',
        'WAITED AT MOST',
      ],
      view.days.flatMap(({ day, connections, waiting }) => {
        const rows = connections.length === 0 ? [null] : connections;
        return rows.map((one, index) => [
          index === 0 ? day : '',
          one?.connection ?? '-',
          String(one?.made ?? 0),
          formatTimes(one?.seconds.made ?? null),
          String(one?.sent ?? 0),
          formatTimes(one?.seconds.sent ?? null),
          formatTimes(one?.seconds.authorisedToSent ?? null),
          String(one?.confirmed ?? 0),
          formatTimes(one?.seconds.confirmed ?? null),
          index === 0 ? formatWaiting(waiting) : '',
        ]);
      }),
    ),
  );
  output.say(
    `IN: half of them within, and 95 % within. MADE since the event, SENT since ready, CONFIRMED since the label. AUTHORISED TO SENT: ${AUTHORISED_TO_SENT}`,
  );
}

function formatTimes(times: Times | null): string {
  return times === null ? '-' : `${formatSeconds(times.p50)} / ${formatSeconds(times.p95)}`;
}

function formatWaiting(waiting: Readonly<Record<string, number>>): string {
  return Object.entries(waiting)
    .sort(([, one], [, other]) => other - one)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');
}

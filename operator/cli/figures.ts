import { formatSeconds } from '../../lib/domain/clock.ts';
import type { Times } from '../../lib/store/figures.ts';
import type { DayOfFigures } from '../figures.ts';
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
  const opened = await bridge();
  const view = await readFigures(opened, options.moment('since'));
  const isOne = opened.settings.connections.length === 1;
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
        'WAITING, MOST AT ONCE',
      ],
      view.days.flatMap((day) =>
        toRows(day, isOne).map(({ connection, made, sent, confirmed, seconds }, index) => [
          index === 0 ? day.day : '',
          connection,
          String(made),
          formatTimes(seconds.made),
          String(sent),
          formatTimes(seconds.sent),
          formatTimes(seconds.authorisedToSent),
          String(confirmed),
          formatTimes(seconds.confirmed),
          index === 0 ? formatWaiting(day.waiting) : '',
        ]),
      ),
    ),
  );
  output.say(
    `IN: half of them within, and 95 % within, each to about a fifth. MADE since the event, SENT since ready, CONFIRMED since the label. AUTHORISED TO SENT: ${AUTHORISED_TO_SENT} WAITING: orders of all connections, to 1,000 for each word.`,
  );
}

/** What waits is counted over all connections, so its row is of all, unless there is but one. */
function toRows(day: DayOfFigures, isOne: boolean): DayOfFigures['connections'] {
  return isOne && day.connections.length === 1
    ? day.connections
    : [{ ...day, connection: 'all' }, ...day.connections];
}

function formatTimes(times: Times | null): string {
  return times === null ? '-' : `about ${formatSeconds(times.p50)} / ${formatSeconds(times.p95)}`;
}

function formatWaiting(waiting: Readonly<Record<string, number>>): string {
  return Object.entries(waiting)
    .sort(([, one], [, other]) => other - one)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');
}

import type { CommandDefinition, Invocation } from './command.ts';
import { tableOf } from './output.ts';

export const budget: CommandDefinition = {
  usage: 'budget',
  about: 'Shows how far ahead the calls of DEAR and each provider are booked',
  examples: [['bridge budget', 'is DEAR’s limit what holds things up?']],
  run,
};

async function run({ output, bridge }: Invocation): Promise<undefined> {
  const { readBudgets } = await import('../budget.ts');
  const states = await readBudgets(await bridge());
  output.data(states, () =>
    tableOf(
      ['SYSTEM', 'CALLS A MINUTE', 'BOOKED AHEAD'],
      states.map(({ system, callsPerMinute, bookedMs }) => [
        system,
        String(callsPerMinute),
        bookedMs === 0 ? 'nothing: the next call may begin at once' : `${(bookedMs / 1000).toFixed(1)} s`,
      ]),
    ),
  );
}

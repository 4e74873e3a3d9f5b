import type { CommandDefinition, Invocation } from './command.ts';

export const budget: CommandDefinition = {
  usage: 'budget',
  about: 'How much of DEAR’s calls per minute is booked ahead',
  examples: [['bridge budget', 'is DEAR’s limit what holds things up?']],
  run,
};

async function run({ output, bridge }: Invocation): Promise<undefined> {
  const { readBudget } = await import('../budget.ts');
  const state = await readBudget(await bridge(), 'dear');
  output.data(state, () =>
    state.bookedMs === 0
      ? `${state.account}: idle; the next call may begin at once.`
      : `${state.account}: booked for the next ${(state.bookedMs / 1000).toFixed(1)} s.`,
  );
}

import { type CommandGroup, getParameter, type Invocation } from './command.ts';
import { EXAMPLE_CONNECTION } from './init/init-options.ts';

export const locations: CommandGroup = {
  name: 'locations',
  about: 'The DEAR locations of the connections',
  commands: [
    {
      usage: 'ensure <connection>',
      about:
        'Finds the DEAR location of a connection, or creates it; beside one with bins it creates another',
      examples: [
        [`bridge locations ensure ${EXAMPLE_CONNECTION}`, 'once, when you connect'],
        [`bridge locations ensure ${EXAMPLE_CONNECTION} --dry-run`, 'what it would do'],
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

import { Option } from 'commander';
import type { CommandDefinition, Invocation } from './command.ts';
import { clean } from './output.ts';
import { EXIT } from './program.ts';

export const doctor: CommandDefinition = {
  usage: 'doctor',
  about: 'Checks everything that can go wrong, and says what to do about it; changes nothing',
  examples: [
    ['bridge doctor', 'the local system'],
    ['bridge doctor --stack acme-prod --failed', 'only what is wrong'],
  ],
  options: [new Option('--failed', 'leave out checks that passed')],
  run,
};

async function run({ options, output, bridge }: Invocation): Promise<number | undefined> {
  const { examine } = await import('../doctor.ts');
  const opened = await bridge();
  const checks = await examine(opened, (name) => output.progress(`Checking ${name} …`));
  const failed = checks.filter(({ ok }) => !ok);
  const shown = options.flag('failed') ? failed : checks;
  output.data(shown, () =>
    shown
      .flatMap(({ name, ok, found, next }) => [
        `${ok ? output.paint('green', 'ok  ') : output.paint('red', 'FAIL')}  ${clean(`${name}: ${found}`)}`,
        ...(next === '' ? [] : [`        → ${clean(next)}`]),
      ])
      .join('\n'),
  );
  output.say(
    failed.length === 0
      ? `All ${checks.length} checks passed.`
      : `${failed.length} of ${checks.length} checks failed.`,
  );
  return failed.length === 0 ? undefined : EXIT.refused;
}

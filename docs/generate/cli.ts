import type { Command } from 'commander';
import { createProgram, EXIT_MEANINGS } from '../../operator/cli/program.ts';
import { COMMANDS } from '../../operator/cli/run.ts';
import { generatedFrom, page, table } from './markdown.ts';

/** Options that every command has, or every command that writes; listed once. */
const SHARED = ['--json', '--stack', '--profile', '--region', '--state-dir', '--dry-run', '--as'];

/** `docs/cli.md`: every command of `bridge` with its arguments and options, as commander knows them. */
export function cliPage(): string {
  const commands = getLeaves(createProgram(COMMANDS, { out: () => {}, err: () => {} }, async () => {}));
  return page(
    '# The command line',
    generatedFrom('the commands in the command line’s source'),
    '`npx bridge` reads and changes a bridge, and `bridge <command> --help` shows examples. It works on the local system that runs, or with `--stack acme-prod` on a deployed one, with your own AWS credentials. Data goes to stdout and messages to stderr. Every change, and every reading of personal data, is recorded in an audit that is kept for 400 days, with who AWS says you are; `--as` adds a name. Changes are on the order too. A change of many things at once is shown first and has to be confirmed; without a terminal it needs `--yes`. With `--stack`, the settings are those that were deployed.',
    '## Commands',
    table(
      ['Command', 'What it does', 'Own options'],
      commands.map(({ usage, command }) => [
        `\`${usage}\`${isWriting(command) ? ' ✎' : ''}`,
        command.description(),
        ownOptions(command),
      ]),
    ),
    '✎ changes something: it takes `--dry-run` and `--as <name>`.',
    '## Options of every command',
    table(['Option', 'What it does'], sharedOptions(commands)),
    '## Exit codes',
    table(
      ['Code', 'Meaning'],
      EXIT_MEANINGS.map(([code, words]) => [String(code), `${words[0]?.toUpperCase()}${words.slice(1)}`]),
    ),
  );
}

interface Leaf {
  readonly usage: string;
  readonly command: Command;
}

function getLeaves(command: Command, path: readonly string[] = []): readonly Leaf[] {
  const here = [...path, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((inner) => getLeaves(inner, here));
  const parameters = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [{ usage: [...here, ...parameters].join(' '), command }];
}

const isWriting = (command: Command) => command.options.some(({ long }) => long === '--dry-run');

function ownOptions(command: Command): string {
  return command.options
    .filter(({ long, hidden }) => !hidden && !SHARED.includes(long ?? ''))
    .map(({ flags, description, argChoices, defaultValue, defaultValueDescription }) => {
      const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`;
      const otherwise = defaultValueDescription ?? defaultValue;
      const ending = otherwise === undefined ? '' : ` (default ${String(otherwise)})`;
      return `\`${flags}\`: ${description}${choices}${ending}`;
    })
    .join('; ');
}

function sharedOptions(commands: readonly Leaf[]): string[][] {
  const options = commands.flatMap(({ command }) => command.options);
  return SHARED.flatMap((name) => {
    const option = options.find(({ long }) => long === name);
    return option === undefined ? [] : [[`\`${option.flags}\``, option.description]];
  });
}

import { Command, CommanderError } from 'commander';
import type { CommandDefinition, CommandGroup, OptionDefinition } from './command.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import type { Terminal } from './output.ts';

/** Told what was asked for: parameters as typed, options by their long names in camel case. */
type OnCommand = (
  definition: CommandDefinition,
  parameters: readonly string[],
  options: Record<string, unknown>,
) => Promise<void>;

const WHICH_BRIDGE: readonly OptionDefinition[] = [
  ['--stack <name>', 'a deployed bridge by its stack; default: the local system'],
  ['--profile <name>', 'AWS profile'],
  ['--region <name>', 'AWS region'],
  ['--state <dir>', 'state directory of the local system (default .local)'],
];
const FORM: readonly OptionDefinition[] = [['--json', 'print JSON, for programs']];
const WRITING: readonly OptionDefinition[] = [
  ['--dry-run', 'only show what would be done'],
  ['--as <name>', 'the operator’s name for the log; default: the user of this machine'],
];

/** The whole command line as commander knows it. */
export function createProgram(
  entries: ReadonlyArray<CommandGroup | CommandDefinition>,
  terminal: Pick<Terminal, 'out' | 'err'>,
  onCommand: OnCommand,
): Command {
  const program = new Command('bridge')
    .description(
      'Looks into a fulfillment bridge, and acts on it: on the local system, or on a deployed stack.',
    )
    .addHelpText('before', getExamples(ROOT_EXAMPLES))
    .addHelpText('after', exitCodes());
  configureProgramOutput(program, terminal);
  for (const entry of entries) {
    if ('commands' in entry) addGroup(program, entry, terminal, onCommand);
    else addCommand(program, entry, terminal, onCommand);
  }
  return program;
}

/** Whether commander ended by itself: after a help text, or because it did not understand. */
export function toEnding(error: unknown): 'helped' | 'misunderstood' | null {
  if (!(error instanceof CommanderError)) return null;
  return error.exitCode === 0 ? 'helped' : 'misunderstood';
}

const ROOT_EXAMPLES: CommandDefinition['examples'] = [
  ['bridge doctor', 'is everything as it should be?'],
  ['bridge orders list --waiting', 'what waits, longest first, and why'],
  ['bridge sale show SO-00042 --stack acme-prod', 'where is this sale?'],
];

function addGroup(
  program: Command,
  group: CommandGroup,
  terminal: Pick<Terminal, 'out' | 'err'>,
  onCommand: OnCommand,
): void {
  const command = program.command(group.name).description(group.about);
  const examples = group.commands.flatMap(({ examples: [first] }) => (first === undefined ? [] : [first]));
  command.addHelpText('before', getExamples(examples));
  configureProgramOutput(command, terminal);
  for (const one of group.commands) addCommand(command, one, terminal, onCommand);
}

function addCommand(
  parent: Command,
  definition: CommandDefinition,
  terminal: Pick<Terminal, 'out' | 'err'>,
  onCommand: OnCommand,
): void {
  const command = parent.command(definition.usage).description(definition.about);
  command.addHelpText('before', getExamples(definition.examples));
  const options = [
    ...(definition.options ?? []),
    ...(definition.writes === true ? WRITING : []),
    ...FORM,
    ...WHICH_BRIDGE,
  ];
  for (const [flags, about, otherwise] of options) command.option(flags, about, otherwise);
  configureProgramOutput(command, terminal);
  command.action(() => onCommand(definition, command.args, command.opts()));
}

/** Commander writes where we say, and throws instead of ending the process. */
function configureProgramOutput(command: Command, { out, err }: Pick<Terminal, 'out' | 'err'>): void {
  command.exitOverride().configureOutput({ writeOut: out, writeErr: err, getOutHasColors: () => false });
  command.showHelpAfterError('(--help shows examples)');
}

function getExamples(examples: CommandDefinition['examples']): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, about]) => `  ${line.padEnd(width)}  ${about}`);
  return `Examples\n${lines.join('\n')}\n`;
}

function exitCodes(): string {
  const lines = EXIT_MEANINGS.map(([code, words]) => `  ${String(code).padStart(2)}  ${words}`);
  return `\nExit codes\n${lines.join('\n')}`;
}

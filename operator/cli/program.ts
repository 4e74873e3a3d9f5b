import { Command, CommanderError, Option } from 'commander';
import type { CommandDefinition, CommandGroup } from './command.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import type { Terminal } from './output.ts';

/** Runs a command. @param parameters as typed @param options by their long names in camel case, as parsed */
type OnCommand = (
  definition: CommandDefinition,
  parameters: readonly string[],
  options: Record<string, unknown>,
) => Promise<void>;

const WHICH_BRIDGE = [
  new Option('--stack <name>', 'a deployed bridge by its stack; default: the local system').conflicts(
    'state',
  ),
  new Option('--profile <name>', 'AWS profile'),
  new Option('--region <name>', 'AWS region'),
  new Option('--state <dir>', 'state directory of the local system (default .local)'),
];
const FORM = new Option('--json', 'print JSON, for programs');
const WRITING = [
  new Option('--dry-run', 'only show what would be done'),
  new Option('--as <name>', 'the operator’s name for the log; default: the user of this machine'),
];

/** The whole command line as commander knows it. */
export function createProgram(
  entries: ReadonlyArray<CommandGroup | CommandDefinition>,
  terminal: Pick<Terminal, 'out' | 'err'>,
  onCommand: OnCommand,
): Command {
  const program = new Command('bridge')
    .description('Shows and changes a fulfillment bridge: the local system, or a deployed stack.')
    .addHelpText('before', getExamples(ROOT_EXAMPLES))
    .addHelpText('after', exitCodes());
  configureProgramOutput(program, terminal);
  for (const entry of entries) {
    if ('commands' in entry) addGroup(program, entry, terminal, onCommand);
    else addCommand(program, entry, terminal, onCommand);
  }
  return program;
}

/** Commander's own end of a command line: a help text was shown, or the words could not be understood. */
export function toCommanderExit(error: unknown): 'help-shown' | 'not-understood' | null {
  if (!(error instanceof CommanderError)) return null;
  return error.exitCode === 0 ? 'help-shown' : 'not-understood';
}

const ROOT_EXAMPLES: CommandDefinition['examples'] = [
  ['bridge doctor', 'checks everything'],
  ['bridge orders list --waiting', 'lists what waits and why, longest first'],
  ['bridge sale show SO-00042 --stack acme-prod', 'shows a sale of a deployed bridge'],
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
    FORM,
    ...WHICH_BRIDGE,
  ];
  for (const option of options) command.addOption(option);
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
  const lines = EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(2)}  ${meaning}`);
  return `\nExit codes\n${lines.join('\n')}`;
}

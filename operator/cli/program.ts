import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import {
  Deferred,
  OperatorActionNeeded,
  Rejected,
  UpstreamError,
  UserError,
  type UserErrorKind,
} from '../../lib/domain/errors.ts';
import type { CommandDefinition, CommandGroup } from './command.ts';
import type { Terminal } from './output.ts';

/** Runs a command. @param parameters as typed @param options by their long names in camel case, as parsed */
type OnCommand = (
  definition: CommandDefinition,
  parameters: readonly string[],
  options: Record<string, unknown>,
) => Promise<void>;

const WHICH_BRIDGE = [
  new Option('--stack <name>', 'a deployed bridge by its stack; default: the local system').conflicts(
    'stateDir',
  ),
  new Option('--profile <name>', 'AWS profile'),
  new Option('--region <name>', 'AWS region'),
  new Option('--state-dir <dir>', 'state directory of the local system (default .local)'),
  new Option('--state <text>').hideHelp().argParser(refuseOldState),
];
/** It named the directory, and looked like a part of an address. */
function refuseOldState(): never {
  throw new InvalidArgumentError(
    'The state directory of the local system is --state-dir now; the state of an address is --state-or-province.',
  );
}

const FORM = new Option('--json', 'print JSON, for programs');
const WRITING = [
  new Option('--dry-run', 'only show what would be done'),
  new Option('--as <name>', 'a name for the log, beside who you are to AWS or to this machine'),
];

/** Of this checkout; a deployed stack may be older. */
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

/** The whole command line as commander knows it. */
export function createProgram(
  entries: ReadonlyArray<CommandGroup | CommandDefinition>,
  terminal: Pick<Terminal, 'out' | 'err'>,
  onCommand: OnCommand,
): Command {
  const program = new Command('bridge')
    .version(version, '--version', 'print the version')
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
  command.showHelpAfterError(
    `Commands of ${group.name}: ${group.commands.map(getName).join(', ')}\n${SEE_HELP}`,
  );
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
  if (options.some(({ flags }) => flags.includes('<when>'))) command.addHelpText('after', ABOUT_MOMENTS);
  configureProgramOutput(command, terminal);
  command.action(() => onCommand(definition, command.args, command.opts()));
}

const ABOUT_MOMENTS =
  '\n<when> is 24h (ago), today, yesterday, 2026-02-03 or 2026-02-03T09:30Z. A day is of UTC, and begins at 00:00.';

/** Commander writes where we say, and throws instead of ending the process. */
function configureProgramOutput(command: Command, { out, err }: Pick<Terminal, 'out' | 'err'>): void {
  command.exitOverride().configureOutput({ writeOut: out, writeErr: err, getOutHasColors: () => false });
  command.showHelpAfterError(SEE_HELP);
}

const SEE_HELP = '(--help shows examples)';

function getName({ usage }: CommandDefinition): string {
  return usage.split(' ')[0] ?? usage;
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

/** What a script may branch on. */
export const EXIT = {
  ok: 0,
  /** A check failed, or something was refused. */
  refused: 1,
  /** The command line, or the settings, cannot be used. */
  usage: 2,
  notFound: 3,
  /** DEAR, a provider or AWS could not be reached, or did not answer as it should. */
  unreachable: 4,
  notRunning: 5,
  /** A mistake of the bridge itself. */
  fault: 70,
} as const;

export const EXIT_MEANINGS: ReadonlyArray<readonly [number, string]> = [
  [EXIT.ok, 'done'],
  [EXIT.refused, 'a check failed, or it was refused'],
  [EXIT.usage, 'the command line or the settings cannot be used'],
  [EXIT.notFound, 'what it names is not there'],
  [EXIT.unreachable, 'DEAR, a service or AWS could not be reached'],
  [EXIT.notRunning, 'no bridge runs there'],
  [EXIT.fault, 'a mistake of the bridge itself'],
];

const BY_KIND: Readonly<Record<UserErrorKind, number>> = {
  refused: EXIT.refused,
  usage: EXIT.usage,
  'not-found': EXIT.notFound,
  unreachable: EXIT.unreachable,
  'not-running': EXIT.notRunning,
};

/** Of our own errors the class decides. */
export function toExitCode(error: unknown): number {
  if (error instanceof UserError) return BY_KIND[error.kind];
  // The order was changed at the same moment: the same command may succeed now.
  if (error instanceof Deferred) return EXIT.refused;
  if (error instanceof UpstreamError) return hasRefused(error) ? EXIT.refused : EXIT.unreachable;
  return isOfAwsOrNetwork(error) ? EXIT.unreachable : EXIT.fault;
}

function hasRefused(error: UpstreamError): boolean {
  return error instanceof Rejected || error instanceof OperatorActionNeeded;
}

/** By name and code: loading the SDK for its classes would take longer than most commands. */
function isOfAwsOrNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('$metadata' in error || /^(CredentialsProviderError|TimeoutError)$/.test(error.name)) return true;
  return (
    'code' in error && /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EPIPE)/.test(String(error.code))
  );
}

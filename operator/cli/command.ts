import type { Option } from 'commander';
import type { Bridge, Target } from '../bridge.ts';
import type { LoadLocalSystem } from '../open-bridge.ts';
import type { Operator } from '../record-act.ts';
import { UsageError } from '../user-errors.ts';
import type { Options } from './options.ts';
import type { Output, Terminal } from './output.ts';

/** A command as data: what its help says, and what it does. `run` loads what is heavy. */
export interface CommandDefinition {
  /** With its parameters: `show <reference>`. */
  readonly usage: string;
  readonly about: string;
  /** `[command line, what it does]`, at least one. */
  readonly examples: ReadonlyArray<readonly [line: string, about: string]>;
  readonly options?: readonly Option[];
  /** Whether it changes anything; then it has `--dry-run` and `--as`. */
  readonly writes?: boolean;
  /** Resolves with an exit code where it is not 0. */
  readonly run: (invocation: Invocation) => Promise<number | undefined>;
}

export interface CommandGroup {
  readonly name: string;
  readonly about: string;
  readonly commands: readonly CommandDefinition[];
}

/** A command line, understood. */
export interface Invocation {
  readonly parameters: readonly string[];
  readonly options: Options;
  readonly output: Output;
  readonly terminal: Terminal;
  readonly local: LoadLocalSystem;
  /** Only show what would be done. */
  readonly dryRun: boolean;
  readonly operator: Operator;
  /** Opens the bridge that the options name; closed when the command ends. */
  bridge(): Promise<Bridge>;
}

/** The parameter, which the command's usage requires. */
export function getParameter({ parameters }: Invocation, index = 0): string {
  const parameter = parameters[index];
  if (parameter === undefined) throw new UsageError('A parameter is missing', 'See --help');
  return parameter;
}

/**
 * Whether to do what was shown: yes with `--yes`, else what the person at the terminal answers. Without a terminal it is not
 * done.
 */
export async function confirmed(invocation: Invocation, question: string): Promise<boolean> {
  if (invocation.options.flag('yes')) return true;
  if (invocation.terminal.interactive && !invocation.output.json) {
    return await invocation.terminal.confirm(question);
  }
  invocation.output.say('Nothing was done. Add --yes to do it.');
  return false;
}

/** The bridge that `--stack`, or `--state`, names. */
export function getTarget(options: Options): Target {
  const stackName = options.text('stack');
  const stateDirectory = options.text('state');
  if (stackName === undefined) {
    return { kind: 'local', ...(stateDirectory !== undefined && { stateDirectory }) };
  }
  const profile = options.text('profile');
  const region = options.text('region');
  return {
    kind: 'stack',
    stackName,
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  };
}

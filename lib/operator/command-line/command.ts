import type { Bridge } from '../bridge.ts';
import type { Operator } from '../record-act.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** `[flags, what it does, value where it is left out]` */
export type OptionDefinition = readonly [flags: string, about: string, otherwise?: string];

/** A command as data: what its help says, and what it does. Whatever is heavy is loaded by `run`. */
export interface CommandDefinition {
  /** With its parameters: `show <reference>`. */
  readonly usage: string;
  readonly about: string;
  /** `[command line, what it does]`, at least one. */
  readonly examples: ReadonlyArray<readonly [line: string, about: string]>;
  readonly options?: readonly OptionDefinition[];
  /** Whether it changes anything; then it can be tried with `--dry-run`, and says who did it. */
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
  /** Only show what would be done. */
  readonly dryRun: boolean;
  /** Who is at the controls. */
  readonly operator: Operator;
  /** Opens the bridge that the options name; closed when the command ends. */
  bridge(): Promise<Bridge>;
}

/** The parameter, which the command's usage requires. */
export function parameterOf({ parameters }: Invocation, index = 0): string {
  const parameter = parameters[index];
  if (parameter === undefined) throw new UsageError('A parameter is missing; see --help');
  return parameter;
}

/**
 * Whether to go on with something that the person has been shown: they said so beforehand, or are asked now. Without a
 * terminal nobody is asked, and it is not done.
 */
export async function mayGoOn(invocation: Invocation, question: string): Promise<boolean> {
  if (invocation.options.flag('yes')) return true;
  if (invocation.terminal.interactive && !invocation.output.json)
    return invocation.terminal.confirm(question);
  invocation.output.say('Nothing was done. Add --yes to do it.');
  return false;
}

export const YES: OptionDefinition = ['--yes', 'do it without asking'];

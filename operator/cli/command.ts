import { isoTime } from '../../lib/domain/clock.ts';
import { parseDuration } from '../../lib/domain/duration.ts';
import type { Bridge, Target } from '../bridge.ts';
import type { LoadLocalSystem } from '../open-bridge.ts';
import type { Operator } from '../record-act.ts';
import { UsageError } from '../user-errors.ts';
import type { Output, Terminal } from './output.ts';

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
  readonly local: LoadLocalSystem;
  /** Only show what would be done. */
  readonly dryRun: boolean;
  /** Who is at the controls. */
  readonly operator: Operator;
  /** Opens the bridge that the options name; closed when the command ends. */
  bridge(): Promise<Bridge>;
}

/** The parameter, which the command's usage requires. */
export function getParameter({ parameters }: Invocation, index = 0): string {
  const parameter = parameters[index];
  if (parameter === undefined) throw new UsageError('A parameter is missing; see --help');
  return parameter;
}

/**
 * Whether to go on with something that the person has been shown: they said so beforehand, or are asked now. Without a
 * terminal nobody is asked, and it is not done.
 */
export async function confirmed(invocation: Invocation, question: string): Promise<boolean> {
  if (invocation.options.flag('yes')) return true;
  if (invocation.terminal.interactive && !invocation.output.json)
    return invocation.terminal.confirm(question);
  invocation.output.say('Nothing was done. Add --yes to do it.');
  return false;
}

export const YES: OptionDefinition = ['--yes', 'do it without asking'];

/** The options of a command line by their long names, read as what they are. */
export interface Options {
  /** undefined where it was left out. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
  /** Of an option that may be given several times, or holds words between commas. */
  list(name: string): string[];
  /** @throws {UsageError} unless it is a whole number from 1 on */
  count(name: string, otherwise: number): number;
  /**
   * A moment as ISO UTC: a date, a date with a time, or how long ago: `90m`, `24h`, `7d`.
   * @throws {UsageError}
   */
  moment(name: string, otherwise: string): string;
}

/** @param now ms since the epoch */
export function createOptions(values: Readonly<Record<string, unknown>>, now: () => number): Options {
  const text = (name: string) => {
    const value = values[camelCased(name)];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    flag: (name) => values[camelCased(name)] === true,
    list: (name) =>
      [values[camelCased(name)]]
        .flat()
        .filter((value) => typeof value === 'string')
        .flatMap((value) => value.split(','))
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    count: (name, otherwise) => {
      const given = text(name);
      const number = given === undefined ? otherwise : Number(given);
      if (Number.isInteger(number) && number > 0) return number;
      throw new UsageError(`--${name} ${given} is not a whole number from 1 on; for example: --${name} 20`);
    },
    moment: (name, otherwise) => toMoment(name, text(name) ?? otherwise, now()),
  };
}

function toMoment(name: string, given: string, now: number): string {
  const ago = parseDuration(given);
  if (ago !== null) return isoTime(now - ago);
  const moment = /^\d{4}-/.test(given) ? Date.parse(hasZone(given) ? given : `${given}Z`) : Number.NaN;
  if (!Number.isNaN(moment)) return new Date(moment).toISOString();
  throw new UsageError(
    `--${name} ${given} is no moment; for example: --${name} 24h, --${name} 2026-02-03 or --${name} 2026-02-03T09:30Z`,
  );
}

/** Without one it is UTC, as everything else here; a date alone is UTC by itself. */
function hasZone(text: string): boolean {
  return !text.includes('T') || /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
}

function camelCased(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The bridge that `--stack`, or `--state`, names. */
export function getTarget(options: Options): Target {
  const stackName = options.text('stack');
  const stateDirectory = options.text('state');
  if (stackName === undefined)
    return { kind: 'local', ...(stateDirectory !== undefined && { stateDirectory }) };
  const profile = options.text('profile');
  const region = options.text('region');
  return {
    kind: 'stack',
    stackName,
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  };
}

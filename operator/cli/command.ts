import { InvalidArgumentError, Option } from 'commander';
import { DAY_MS, isoTime, parseDuration } from '../../lib/domain/clock.ts';
import type { Bridge, Target } from '../bridge.ts';
import type { LoadLocalSystem } from '../open-bridge.ts';
import type { Operator } from '../record-act.ts';
import { UsageError } from '../user-errors.ts';
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

/** The bridge that `--stack`, or `--state-dir`, names. */
export function getTarget(options: Options): Target {
  const stackName = options.text('stack');
  const stateDirectory = options.text('state-dir');
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

/** A moment that was typed: a date, or how long ago. @param now ms since the epoch @returns ISO UTC */
type Moment = (now: number) => string;

export const YES = new Option('--yes', 'do it without asking');

/** A whole number from 1 on. */
export function countOption(flags: string, about: string, otherwise: number, max = Infinity): Option {
  const parse = (given: string) => {
    const count = Number(given);
    if (Number.isInteger(count) && count > 0 && count <= max) return count;
    const range = max === Infinity ? 'from 1 on' : `from 1 to ${max}`;
    throw new InvalidArgumentError(`It has to be a whole number ${range}; for example: ${otherwise}`);
  };
  return new Option(flags, about).argParser(parse).default(otherwise);
}

/** A date, a date with a time, `today`, `yesterday`, or how long ago: `90m`, `24h`, `7d`. Days are of UTC. */
export function momentOption(flags: string, about: string, otherwise?: string): Option {
  const option = new Option(flags, about).argParser(parseMoment);
  return otherwise === undefined ? option : option.default(parseMoment(otherwise), otherwise);
}

function parseMoment(given: string): Moment {
  const ago = parseDuration(given);
  if (ago !== null) return (now) => isoTime(now - ago);
  const daysAgo = DAYS_AGO[given.trim().toLowerCase()];
  if (daysAgo !== undefined) return (now) => toMidnight(now - daysAgo * DAY_MS);
  const moment = /^\d{4}-/.test(given) ? Date.parse(hasZone(given) ? given : `${given}Z`) : Number.NaN;
  if (!Number.isNaN(moment) && isInCalendar(given)) return () => isoTime(moment);
  throw new InvalidArgumentError(
    'It has to be a moment; for example: 24h, yesterday, 2026-02-03 or 2026-02-03T09:30Z (UTC)',
  );
}

const DAYS_AGO: Readonly<Record<string, number>> = { today: 0, yesterday: 1 };

/** As a date alone is: the beginning of the day in UTC. */
function toMidnight(at: number): string {
  return isoTime(Math.floor(at / DAY_MS) * DAY_MS);
}

/** `2026-02-30` would be a day of March. */
function isInCalendar(given: string): boolean {
  const day = given.slice(0, 'yyyy-mm-dd'.length);
  return !/^\d{4}-\d\d-\d\d$/.test(day) || isoTime(Date.parse(day)).startsWith(day);
}

/** Without a zone it is UTC, as everything else here; a date alone is UTC by itself. */
function hasZone(text: string): boolean {
  return !text.includes('T') || /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
}

/** Words between commas, or the option given several times. @param allowed in any case; every word where it is left out */
export function listOption(flags: string, about: string, allowed?: readonly string[]): Option {
  const parse = (given: string, before: unknown) => {
    const words = given.split(',').map((word) => word.trim());
    const added = words.filter((word) => word !== '').map((word) => findWord(word, allowed));
    return Array.isArray(before) ? [...before, ...added] : added;
  };
  return new Option(flags, about).argParser(parse);
}

function findWord(word: string, allowed: readonly string[] | undefined): string {
  const found =
    allowed === undefined ? word : allowed.find((one) => one.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Allowed choices are ${allowed?.join(', ')}.`);
}

/** The options of a command line by their long names, as their parsers left them. */
export interface Options {
  /** undefined where it was left out. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
  list(name: string): string[];
  count(name: string): number;
  /** ISO UTC. */
  moment(name: string): string;
  /** The same; '' where it was left out. */
  momentIfGiven(name: string): string;
}

/** @param now ms since the epoch */
export function createOptions(values: Readonly<Record<string, unknown>>, now: () => number): Options {
  const get = (name: string) => values[toCamelCase(name)];
  return {
    text: (name) => {
      const value = get(name);
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => get(name) === true,
    list: (name) => [get(name)].flat().filter((word) => typeof word === 'string'),
    count: (name) => {
      const value = get(name);
      if (typeof value === 'number') return value;
      throw new TypeError(`--${name} is not declared as a count`);
    },
    momentIfGiven: (name) => {
      const value = get(name);
      return typeof value === 'function' ? String(value(now())) : '';
    },
    moment: (name) => {
      const value = get(name);
      if (typeof value === 'function') return String(value(now()));
      throw new TypeError(`--${name} is not declared as a moment, or was left out`);
    },
  };
}

function toCamelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

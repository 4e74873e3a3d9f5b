import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters, styleText } from 'node:util';
import { cutText } from '../lib/domain/text.ts';

/** A line of JSON that a handler's logger wrote. */
export type LogRecord = Readonly<Record<string, unknown>> & { readonly message: string };

export interface Output {
  /** Takes a line that a function wrote. */
  functionLine(functionName: string, line: string): void;
  /** Says that something failed which is not a function's own business: an invocation, a poll, a schedule. */
  problem(source: string, error: unknown): void;
  /** How often, or how much, each metric was counted so far. */
  metrics(): Record<string, number>;
}

export interface OutputOptions {
  readonly write: (line: string) => void;
  readonly onEvent: (record: LogRecord) => void;
  /** ms since the Unix epoch. */
  readonly now: () => number;
  readonly colour: boolean;
}

/** What the logger adds to every line, and what the line shows in another form. */
const NOISE = new Set([
  'cold_start',
  'correlation_id',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'level',
  'message',
  'sampling_rate',
  'service',
  'timestamp',
  'tenant_id',
  'xray_trace_id',
]);
const SERVICE_WIDTH = 17;
const EVENT_WIDTH = 22;
const MAX_VALUE = 300;

/** Turns what the functions write into one readable line each, and counts their metrics. */
export function createOutput({ write, onEvent, now, colour }: OutputOptions): Output {
  const totals = new Map<string, number>();
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;

  function showRecord(record: LogRecord, functionName: string): void {
    const at = getMoment(record, now());
    const service = typeof record.service === 'string' ? record.service : functionName;
    const marked = { WARN: paint('yellow', ' WARN '), ERROR: paint('red', ' ERROR ') };
    const mark = Object.entries(marked).find(([level]) => level === getLevel(record))?.[1] ?? ' ';
    const start = `${paint('dim', clockTime(at))}  ${paint('cyan', service.padEnd(SERVICE_WIDTH))}${mark}`;
    write(`${start}${paint('bold', record.message.padEnd(EVENT_WIDTH))} ${formatFields(record)}`.trimEnd());
  }

  return {
    functionLine: (functionName, line) => {
      const parsed = parseObject(line);
      if (parsed !== null && isMetrics(parsed)) return count(parsed, totals);
      if (parsed === null || typeof parsed.message !== 'string') return write(line);
      const record = { ...parsed, message: parsed.message };
      onEvent(record);
      showRecord(record, functionName);
    },
    problem: (source, error) => {
      const reason = error instanceof Error ? error.message : String(error);
      showRecord({ level: 'ERROR', message: 'local.problem', service: source, reason }, source);
    },
    metrics: () => Object.fromEntries(totals),
  };
}

/** Colour is for people: not for a file, nor where `NO_COLOR` asks for none. */
export function wantsColour(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !environment.NO_COLOR;
}

function getLevel(record: LogRecord): string {
  const level = String(record.level ?? '').toUpperCase();
  return level === 'CRITICAL' ? 'ERROR' : level;
}

function getMoment(record: LogRecord, otherwise: number): number {
  const at = typeof record.timestamp === 'string' ? Date.parse(record.timestamp) : Number.NaN;
  return Number.isNaN(at) ? otherwise : at;
}

function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 8);
}

function formatFields(record: LogRecord): string {
  return Object.entries(record)
    .filter(([name, value]) => !NOISE.has(name) && !isEmpty(value) && !saysNothingMore(name, record))
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(' ');
}

function isEmpty(value: unknown): boolean {
  return (
    value === '' || value === null || value === undefined || (Array.isArray(value) && value.length === 0)
  );
}

/** A sale's id is 36 characters that nobody reads where its number stands beside it. */
function saysNothingMore(name: string, record: LogRecord): boolean {
  return name === 'saleId' && typeof record.saleOrderNumber === 'string' && record.saleOrderNumber !== '';
}

/** One line, whatever the value: control characters could otherwise forge lines, or colours. */
function shown(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return shown(value.join(', '));
  const text = typeof value === 'string' ? value : JSON.stringify(messageOfError(value));
  const short = cutText(text, MAX_VALUE, '…');
  const clean = stripVTControlCharacters(short).replace(/\p{Cc}+/gu, ' ');
  return typeof value === 'string' && /[\s="]/.test(clean) ? JSON.stringify(clean) : clean;
}

/** Of an error that the logger took apart, its stack is left out: it stands in the record for whoever wants it. */
function messageOfError(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('stack' in value)) return value;
  const { stack, location, ...rest } = value as Record<string, unknown>;
  return rest;
}

function parseObject(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

/** CloudWatch's embedded metric format: `_aws` says which of the other members are metrics. */
function isMetrics(record: Record<string, unknown>): boolean {
  return '_aws' in record;
}

function count(record: Record<string, unknown>, totals: Map<string, number>): void {
  for (const name of metricNames(record._aws)) {
    const values = [record[name]].flat().filter((value) => typeof value === 'number');
    const sum = values.reduce((total, value) => total + value, 0);
    totals.set(name, (totals.get(name) ?? 0) + sum);
  }
}

function metricNames(aws: unknown): string[] {
  const directives: unknown = Object(aws).CloudWatchMetrics;
  if (!Array.isArray(directives)) return [];
  const metrics: unknown[] = directives.flatMap((directive: unknown) => Object(directive).Metrics ?? []);
  return [...new Set(metrics.map((metric) => String(Object(metric).Name)))];
}

const FILE = 'logs.jsonl';
const OLDER = 'logs.older.jsonl';
/** About 10,000 lines; twice that is kept. */
const LARGEST_BYTES = 4 * 1024 * 1024;

/** Keeps what the functions log, so that it can still be asked for: the last 4 to 8 MB of it. */
export interface LogFile {
  append(line: string): void;
}

/** @param largestBytes how large the file grows before it makes room for a new one */
export function openLogFile(directory: string, largestBytes = LARGEST_BYTES): LogFile {
  const file = join(directory, FILE);
  let bytes = existsSync(file) ? statSync(file).size : 0;
  return {
    append: (line) => {
      if (bytes > largestBytes) {
        renameSync(file, join(directory, OLDER));
        bytes = 0;
      }
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
      bytes += Buffer.byteLength(line) + 1;
    },
  };
}

/** Oldest first. */
export function readLogFile(directory: string): string[] {
  return [OLDER, FILE]
    .map((name) => join(directory, name))
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '');
}

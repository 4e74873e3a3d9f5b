import { stripVTControlCharacters, styleText } from 'node:util';
import { cutText } from '../lib/domain/text.ts';

/** A log line of a function, parsed. */
export type LogRecord = Readonly<Record<string, unknown>> & { readonly message: string };

export interface Output {
  /** Handles a line that a function wrote. */
  functionLine(functionName: string, line: string): void;
  /** Reports a failure outside the functions: an invocation, a poll, a schedule. */
  problem(source: string, error: unknown): void;
  /** The sum of each metric so far. */
  metrics(): Record<string, number>;
}

export interface OutputOptions {
  readonly write: (line: string) => void;
  readonly onEvent: (record: LogRecord) => void;
  /** ms since the Unix epoch. */
  readonly now: () => number;
  readonly colour: boolean;
}

/** Fields that the logger adds to every line, and fields that the line shows in another form. */
const HIDDEN_FIELDS = new Set([
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
/** The line above it says what failed; the log file has the rest. */
const STACK_FRAME = /^\s+at .*[:)]/;
const SERVICE_WIDTH = 17;
const EVENT_WIDTH = 22;
const MAX_VALUE = 300;

/** Formats log lines of the functions for people, and sums their metrics. */
export function createOutput({ write, onEvent, now, colour }: OutputOptions): Output {
  const totals = new Map<string, number>();
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;

  function showRecord(record: LogRecord, functionName: string): void {
    // Several for each step, which says how they ended; the console shows them.
    if (record.message === 'upstream.called') return;
    const at = getTime(record, now());
    const service = typeof record.service === 'string' ? record.service : functionName;
    const marked = { WARN: paint('yellow', ' WARN '), ERROR: paint('red', ' ERROR ') };
    const mark = Object.entries(marked).find(([level]) => level === getLevel(record))?.[1] ?? ' ';
    const start = `${paint('dim', clockTime(at))}  ${paint('cyan', service.padEnd(SERVICE_WIDTH))}${mark}`;
    write(`${start}${paint('bold', record.message.padEnd(EVENT_WIDTH))} ${formatFields(record)}`.trimEnd());
  }

  return {
    functionLine: (functionName, line) => {
      if (STACK_FRAME.test(line)) return;
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

/** Only for a terminal, and not where `NO_COLOR` is set. */
export function wantsColour(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !environment.NO_COLOR;
}

function getLevel(record: LogRecord): string {
  const level = String(record.level ?? '').toUpperCase();
  return level === 'CRITICAL' ? 'ERROR' : level;
}

function getTime(record: LogRecord, otherwise: number): number {
  const at = typeof record.timestamp === 'string' ? Date.parse(record.timestamp) : Number.NaN;
  return Number.isNaN(at) ? otherwise : at;
}

function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 8);
}

function formatFields(record: LogRecord): string {
  return Object.entries(record)
    .filter(([name, value]) => !HIDDEN_FIELDS.has(name) && !isEmpty(value) && !isRedundant(name, record))
    .map(([name, value]) => `${name}=${formatValue(value)}`)
    .join(' ');
}

function isEmpty(value: unknown): boolean {
  return (
    value === '' || value === null || value === undefined || (Array.isArray(value) && value.length === 0)
  );
}

/** A sale's id is left out where its number is in the line. */
function isRedundant(name: string, record: LogRecord): boolean {
  return name === 'saleId' && typeof record.saleOrderNumber === 'string' && record.saleOrderNumber !== '';
}

/** One line without control characters, which could forge lines or colours. */
function formatValue(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return formatValue(value.join(', '));
  const text = typeof value === 'string' ? value : JSON.stringify(withoutStack(value));
  const short = cutText(text, MAX_VALUE, '…');
  const clean = stripVTControlCharacters(short).replace(/\p{Cc}+/gu, ' ');
  return typeof value === 'string' && /[\s="]/.test(clean) ? JSON.stringify(clean) : clean;
}

/** A logged error without its stack, which the log file has. */
function withoutStack(value: unknown): unknown {
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

/** CloudWatch's embedded metric format: `_aws` names the metrics among the other fields. */
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

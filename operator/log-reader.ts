/** A log line of a function: identifiers, counts and outcomes. */
export interface LogLine {
  /** ISO UTC. */
  readonly at: string;
  /** The function's name without the stack's: `dispatch-order`. */
  readonly service: string;
  /** `order.dispatched` */
  readonly event: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LogQuery {
  /** ISO UTC. */
  readonly since: string;
  readonly until: string;
  /** Only lines that hold one of these texts; empty: every line. */
  readonly about: readonly string[];
  /** '' for every function. */
  readonly service: string;
  /** At most this many, the newest. */
  readonly limit: number;
}

/** What the functions logged. */
export interface LogReader {
  /** Oldest first. */
  read(query: LogQuery): Promise<LogLine[]>;
}

/** What the logger adds to every line. */
const LOGGER_FIELDS = new Set([
  'cold_start',
  'correlation_id',
  'function_arn',
  'function_memory_size',
  'function_name',
  'level',
  'message',
  'sampling_rate',
  'service',
  'timestamp',
  'xray_trace_id',
]);

/** A line as the functions' logger writes it; null for any other text, such as Lambda's own reports. */
export function parseLogLine(text: string): LogLine | null {
  const record = parseObject(text);
  if (record === null || typeof record.message !== 'string' || '_aws' in record) return null;
  const at = Date.parse(String(record.timestamp));
  if (Number.isNaN(at)) return null;
  return {
    at: new Date(at).toISOString(),
    service: String(record.service ?? ''),
    event: record.message,
    level: String(record.level ?? 'INFO').toUpperCase(),
    fields: Object.fromEntries(Object.entries(record).filter(([name]) => !LOGGER_FIELDS.has(name))),
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

/** The lines that a query selects, oldest first. @param lines in any order */
export function selectLines(lines: readonly LogLine[], { service, limit }: LogQuery): LogLine[] {
  const selected = lines.filter((line) => service === '' || line.service === service);
  return selected.sort((a, b) => a.at.localeCompare(b.at)).slice(-limit);
}

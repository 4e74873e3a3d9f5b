/** Fields of a wide log line: identifiers, counts and outcomes. Never what a customer typed. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One wide line per unit of work; `event` is `<thing>.<what happened>`. */
export type LogEvent = (event: string, fields: LogFields) => void;

import type * as z from 'zod';

type Path = readonly PropertyKey[];

export interface TolerantlyRead<Data> {
  /** undefined where not even the rest can be read. */
  readonly data: Data | undefined;
  /** Paths of what could not be read and counts as absent: `Order.Lines.2.Quantity`. Never a value. */
  readonly unreadable: readonly string[];
}

/** A field, then the row that it is in, then the row around that one. */
const ROUNDS = 4;

/**
 * Reads as much of an answer as can be read. A field in a form that nobody knows counts as absent; where the field may not be
 * absent, the row of a list that it is in is left out instead. So one odd value does not hide all others.
 */
export function readTolerantly<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
): TolerantlyRead<z.output<Schema>> {
  const unreadable = new Map<string, Path>();
  let current: unknown = structuredClone(answer);
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { success, data, error } = schema.safeParse(current);
    if (success) return { data, unreadable: [...unreadable.keys()] };
    const before = new Set(unreadable.keys());
    const paths = error.issues.map(({ path }) => path);
    for (const path of paths) unreadable.set(path.map(String).join('.') || 'body', path);
    const again = paths.filter((path) => before.has(path.map(String).join('.')));
    current = again.length === 0 ? withoutFields(current, paths) : withoutRows(current, again);
  }
  return { data: undefined, unreadable: [...unreadable.keys()] };
}

function withoutFields(answer: unknown, paths: readonly Path[]): unknown {
  for (const path of paths) {
    const holder = at(answer, path.slice(0, -1));
    const name = path.at(-1);
    // A row that is no object stays for the next round, as a list without it has other places.
    if (isRecord(holder) && !Array.isArray(holder) && name !== undefined) delete holder[String(name)];
  }
  return answer;
}

/** The last first, so that the places of the others stay. */
function withoutRows(answer: unknown, paths: readonly Path[]): unknown {
  const rows = paths.map(rowOf).filter((path) => path !== null);
  const distinct = [...new Map(rows.map((path) => [path.map(String).join('.'), path])).values()];
  const lastFirst = distinct.sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)));
  for (const path of lastFirst) {
    const list = at(answer, path.slice(0, -1));
    if (Array.isArray(list)) list.splice(Number(path.at(-1)), 1);
  }
  return answer;
}

/** Of the innermost list; null where the field is in none. */
function rowOf(path: Path): Path | null {
  const index = path.findLastIndex((step) => typeof step === 'number');
  return index === -1 ? null : path.slice(0, index + 1);
}

function at(answer: unknown, path: Path): unknown {
  return path.reduce<unknown>((held, step) => (isRecord(held) ? held[String(step)] : undefined), answer);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

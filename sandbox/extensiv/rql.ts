import { invalidQuery } from './errors.ts';

/** Extensiv's query language, as far as it is documented. Names are dotted and in any case; values are decoded once more. */
export type Matches = (row: object) => boolean;

const OPERATORS = ['==', '!=', '=gt=', '=ge=', '=lt=', '=le=', '=in=', '=out='] as const;
type Operator = (typeof OPERATORS)[number];

/** @param rql decoded once, as every parameter is @throws {Refusal} it cannot be parsed */
export function parseRql(rql: string): Matches {
  const reader = { text: rql, at: 0 };
  if (rql.trim() === '') return () => true;
  const matches = readOr(reader);
  if (reader.at !== rql.length) throw unreadable(rql);
  return matches;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readOr(reader: Reader): Matches {
  const parts = [readAnd(reader)];
  while (take(reader, ',')) parts.push(readAnd(reader));
  return (row) => parts.some((one) => one(row));
}

function readAnd(reader: Reader): Matches {
  const parts = [readTerm(reader)];
  while (take(reader, ';')) parts.push(readTerm(reader));
  return (row) => parts.every((one) => one(row));
}

function readTerm(reader: Reader): Matches {
  if (take(reader, '(')) {
    const inner = readOr(reader);
    if (!take(reader, ')')) throw unreadable(reader.text);
    return inner;
  }
  const name = readWhile(reader, /[\w.]/);
  const operator = OPERATORS.find((one) => reader.text.startsWith(one, reader.at));
  if (name === '' || operator === undefined) throw unreadable(reader.text);
  reader.at += operator.length;
  const isList = (operator === '=in=' || operator === '=out=') && take(reader, '(');
  const raw = readWhile(reader, isList ? /[^()]/ : /[^;,()]/);
  if (isList && !take(reader, ')')) throw unreadable(reader.text);
  return (row) => compare(getField(row, name.toLowerCase().split('.')), operator, raw);
}

function take(reader: Reader, mark: string): boolean {
  if (reader.text[reader.at] !== mark) return false;
  reader.at += 1;
  return true;
}

function readWhile(reader: Reader, allowed: RegExp): string {
  const start = reader.at;
  while (reader.at < reader.text.length && allowed.test(reader.text[reader.at] ?? '')) reader.at += 1;
  return reader.text.slice(start, reader.at);
}

function unreadable(rql: string) {
  return invalidQuery('rql', `Cannot parse ${rql}`);
}

export function getField(row: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return row;
  if (typeof row !== 'object' || row === null) return undefined;
  const found = Object.entries(row).find(([key]) => key.toLowerCase() === name);
  return getField(found?.[1], rest);
}

function compare(field: unknown, operator: Operator, raw: string): boolean {
  switch (operator) {
    case '==':
      return isLike(field, raw);
    case '!=':
      return !isLike(field, raw);
    case '=in=':
      return raw.split(',').some((one) => isLike(field, one));
    case '=out=':
      return raw.split(',').every((one) => !isLike(field, one));
    case '=gt=':
      return order(field, raw) > 0;
    case '=ge=':
      return order(field, raw) >= 0;
    case '=lt=':
      return order(field, raw) < 0;
    case '=le=':
      return order(field, raw) <= 0;
  }
}

/** Without regard to case, as the database compares. `*` at an end stands for any text. */
function isLike(field: unknown, raw: string): boolean {
  const text = String(field ?? '').toLowerCase();
  const value = decode(raw.replace(/^\*|\*$/g, '')).toLowerCase();
  const [begins, ends] = [raw.endsWith('*'), raw.startsWith('*')];
  if (begins && ends) return text.includes(value);
  if (begins) return text.startsWith(value);
  return ends ? text.endsWith(value) : text === value;
}

function order(field: unknown, raw: string): number {
  const value = decode(raw);
  if (field === undefined || field === null) return Number.NaN;
  if (typeof field === 'number') return field - Number(value);
  // Times, which have one form, down to as many digits as were sent.
  const text = String(field);
  return text === value ? 0 : text > value ? 1 : -1;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalidQuery('rql', 'A value is not encoded');
  }
}

/** `a,-b` */
export function sorter(sort: string): (one: object, other: object) => number {
  const keys = sort.split(',').filter((key) => key !== '');
  return (one, other) => {
    for (const key of keys) {
      const path = key.replace(/^-/, '').toLowerCase().split('.');
      const [a, b] = [getField(one, path), getField(other, path)];
      const result =
        typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
      if (result !== 0) return key.startsWith('-') ? -result : result;
    }
    return 0;
  };
}

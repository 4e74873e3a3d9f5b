import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { FileFormat } from './format.ts';

/** A row of a file that was read. */
export interface Row {
  /** In the file; the first is 1. */
  readonly line: number;
  /** Without outer blanks; '' where the column is empty. */
  get(column: string): string;
}

export interface RowProblem {
  readonly line: number;
  readonly why: string;
}

/** What a file holds. */
export interface Table {
  readonly rows: readonly Row[];
  readonly problems: readonly RowProblem[];
}

/** The file as a whole cannot be read. The message quotes nothing of it. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** @param rows the texts of each row, in the order of the columns */
export function writeCsv(
  columns: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  { delimiter, lineEnd, header, quotes, escapeFormulas }: FileFormat,
): string {
  return stringify(
    [...(header ? [columns] : []), ...rows].map((row) => [...row]),
    {
      delimiter,
      record_delimiter: lineEnd === 'crlf' ? '\r\n' : '\n',
      quoted: quotes === 'always',
      // Values of '' are left bare by `quoted` alone.
      quoted_empty: quotes === 'always',
      escape_formulas: escapeFormulas,
    },
  );
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** What of a file is read. */
interface Wanted {
  /** The columns that the file must have. */
  readonly required: readonly string[];
  /** Values of columns that a row must have. */
  readonly only: Readonly<Record<string, string>>;
}

/**
 * Rows by RFC 4180, with what real files have besides: blank lines, blanks around values, quotes within a value, any line ends,
 * Excel's `sep=;` and `="00123"`. Columns are known by their header, whatever their order and case; without a header by their
 * number. A row that is left out by its values may be of any length, as a line of totals is.
 * @throws {UnreadableFile}
 */
export function readCsv(text: string, wanted: Wanted, { delimiter, header }: FileFormat): Table {
  const { required, only } = wanted;
  const problems: RowProblem[] = [];
  const records = parseRecords(text, delimiter, problems);
  const names = header ? records[0]?.record : records[0]?.record.map((_, index) => String(index + 1));
  if (names === undefined) {
    if (header) throw new UnreadableFile('it is empty: it has not even a header');
    return { rows: [], problems };
  }
  const positions = findColumns(names, required);
  // Columns without a name at the end come from a delimiter too many.
  const width = names.findLastIndex((name) => name !== '') + 1;
  const rows: Row[] = [];
  for (const { record, info } of records.slice(header ? 1 : 0)) {
    const at = (column: string) => record[positions.get(fold(column)) ?? -1];
    if (
      isHeader(record, names) ||
      Object.entries(only).some(([column, value]) => (at(column) ?? value) !== value)
    )
      continue;
    // The end of a row that was cut off may be the beginning of a number, and a value too many shifts those behind it.
    const isShifted = header && record.slice(names.length).some((value) => value !== '');
    if (record.length < width || isShifted)
      problems.push({ line: info.lines, why: `it has ${record.length} columns instead of ${width}` });
    else rows.push({ line: info.lines, get: (column) => at(column) ?? '' });
  }
  return { rows, problems };
}

/** Folded name → position. @throws {UnreadableFile} a required column is missing, or there twice */
function findColumns(names: readonly string[], required: readonly string[]): ReadonlyMap<string, number> {
  const folded = names.map(fold);
  const missing = required.filter((name) => !folded.includes(fold(name)));
  if (missing.length > 0) throw new UnreadableFile(`it has no column ${missing.join(', ')}`);
  const twice = required.find((name) => folded.indexOf(fold(name)) !== folded.lastIndexOf(fold(name)));
  if (twice !== undefined) throw new UnreadableFile(`it has the column ${twice} twice`);
  return new Map(folded.map((name, index) => [name, index]));
}

/** Files that were put together have it again. */
function isHeader(record: readonly string[], names: readonly string[]): boolean {
  return (
    record.length === names.length && record.every((value, index) => fold(value) === fold(names[index] ?? ''))
  );
}

/** By which Excel knows the delimiter. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=.{1,2}\r?\n/i;
/** Behind the last row: DOS ends a text with 0x1A, and a file of whole blocks is filled with zeros. */
const PADDING = '\u0000\u001A';

function parseRecords(text: string, delimiter: string, problems: RowProblem[]): CsvRecord[] {
  let isOpen = false;
  let end = text.length;
  while (end > 0 && PADDING.includes(text.charAt(end - 1))) end -= 1;
  const records = parse(text.slice(0, end), {
    delimiter,
    // Of each row by itself: by default the first line end is taken for that of all.
    record_delimiter: ['\r\n', '\n', '\r'],
    from_line: SEPARATOR_LINE.test(text) ? 2 : 1,
    bom: true,
    info: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      isOpen ||= error?.code === 'CSV_QUOTE_NOT_CLOSED';
      problems.push({ line: Number(error?.lines ?? 0), why: `it is no row of CSV (${error?.code ?? ''})` });
    },
  }) as unknown as CsvRecord[];
  // All rows from there on are in one value.
  if (isOpen) throw new UnreadableFile('a quote in it is never closed');
  return records.map(({ record, info }) => ({ record: record.map(toText), info }));
}

/** Excel keeps the zeros of `="00123"`. */
function toText(value: string): string {
  const [, text = value] = /^="(.*)"$/s.exec(value) ?? [];
  return text.replaceAll(INVISIBLE, '').trim();
}

/** Without width: byte order marks of files that were put together, and what is copied from web pages. */
const INVISIBLE = /[\u200B\u2060\uFEFF]/g;

function fold(name: string): string {
  return name.trim().toLowerCase();
}

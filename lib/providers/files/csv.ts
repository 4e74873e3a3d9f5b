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

/**
 * Rows by RFC 4180, with what real files have besides: blank lines, blanks around values, quotes within a value, any line
 * ends. Columns are known by their header, whatever their order and case; without a header by their number.
 * @param required the columns that the file must have
 * @throws {UnreadableFile}
 */
export function readCsv(text: string, required: readonly string[], { delimiter, header }: FileFormat): Table {
  const problems: RowProblem[] = [];
  const records = parseRecords(text, delimiter, problems);
  const names = header ? records[0]?.record : records[0]?.record.map((_, index) => String(index + 1));
  if (names === undefined) {
    if (header) throw new UnreadableFile('it is empty: it has not even a header');
    return { rows: [], problems };
  }
  const positions = new Map(names.map((name, index) => [fold(name), index]));
  const missing = required.filter((name) => !positions.has(fold(name)));
  if (missing.length > 0) throw new UnreadableFile(`it has no column ${missing.join(', ')}`);
  const rows: Row[] = [];
  for (const { record, info } of records.slice(header ? 1 : 0)) {
    // The end of a row that was cut off may be the beginning of a number.
    if (record.length < names.length)
      problems.push({ line: info.lines, why: `it has ${record.length} columns instead of ${names.length}` });
    else rows.push({ line: info.lines, get: (column) => record[positions.get(fold(column)) ?? -1] ?? '' });
  }
  return { rows, problems };
}

function parseRecords(text: string, delimiter: string, problems: RowProblem[]): CsvRecord[] {
  let isOpen = false;
  const records = parse(text, {
    delimiter,
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
  return records;
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}

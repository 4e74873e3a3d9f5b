import { createHash } from 'node:crypto';

/** Lines and columns, the first of which is 0. */
interface Span {
  readonly start: Position;
  readonly end: Position;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** The mutated text of a source, in one line. */
export function cut(source: string, { start, end }: Span): string {
  const lines = source.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  lines[last] = lines[last]?.slice(0, end.column) ?? '';
  lines[0] = lines[0]?.slice(start.column) ?? '';
  return lines.map((line) => line.trim()).join(' ');
}

/**
 * Whether a mutant is one of so many that are tried. Its text decides and not its number, which changes with every line before
 * it: so the same ones are tried after a change elsewhere, and their reasons still hold.
 */
export function isSampled(path: string, original: string, replacement: string, sample: number): boolean {
  const digest = createHash('sha256').update([path, original, replacement].join('\n')).digest();
  return digest.readUInt32BE(0) % sample === 0;
}

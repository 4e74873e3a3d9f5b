import { stripVTControlCharacters, styleText } from 'node:util';
import type { Terminal } from './terminal.ts';

type Style = Parameters<typeof styleText>[0];

/** What a command says: data on stdout, as text or as JSON, and everything else on stderr. */
export interface Output {
  readonly json: boolean;
  /** The command's one answer. @param asText made only where a person reads it */
  data(value: unknown, asText: () => string): void;
  /** A message that is no data: what was done, what to do next. */
  say(message: string): void;
  /** Shows how far something long has come, in a place of its own; nothing where no person watches. */
  progress(message: string): void;
  paint(style: Style, text: string): string;
}

export function createOutput(terminal: Terminal, json: boolean): Output {
  let progressShown = false;
  const clearProgress = () => {
    if (progressShown) terminal.err('\r\u001B[K');
    progressShown = false;
  };
  return {
    json,
    data: (value, asText) => {
      clearProgress();
      terminal.out(`${json ? JSON.stringify(value, null, 2) : asText().trimEnd()}\n`);
    },
    say: (message) => {
      clearProgress();
      terminal.err(`${message}\n`);
    },
    progress: (message) => {
      if (!terminal.interactive) return;
      clearProgress();
      terminal.err(message);
      progressShown = true;
    },
    paint: (style, text) =>
      terminal.colour && !json ? styleText(style, text, { validateStream: false }) : text,
  };
}

/** Columns as wide as their widest cell; the last one is not padded. What other systems wrote cannot steer the terminal. */
export function tableOf(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const lines = [head, ...rows].map((row) => row.map(clean));
  const widths = head.map((_, column) => Math.max(...lines.map((row) => (row[column] ?? '').length)));
  return lines
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One line of text without control characters. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ');
}

import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** The output of a command: data on stdout, as text or as JSON, and everything else on stderr. */
export interface Output {
  readonly json: boolean;
  /** The result of the command. @param asText called only without `--json` */
  data(value: unknown, asText: () => string): void;
  /** A message beside the data: what was done, what to do next. */
  say(message: string): void;
  /** Shows the progress of something long, on a line of its own; nothing without a terminal. */
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

/** Columns as wide as their widest cell; the last one is not padded. Control characters are removed. */
export function formatTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
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

/** Where a command reads and writes. */
export interface Terminal {
  /** Data. */
  readonly out: (text: string) => void;
  /** Messages for a person. */
  readonly err: (text: string) => void;
  /** Whether a person is at the terminal, to answer questions and to see progress. */
  readonly interactive: boolean;
  readonly colour: boolean;
  /** Asks the person; called only where the terminal is interactive. */
  readonly confirm: (question: string) => Promise<boolean>;
}

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Streams {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** @param environment for `NO_COLOR`, which anything but '' sets */
export function getTerminal(
  { stdin, stdout, stderr }: Streams,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  // The reader of a pipe may stop early, as `head` does.
  stdout.on('error', () => {});
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    colour: stdout.isTTY === true && !environment.NO_COLOR,
    confirm: async (question) => {
      const { confirm, isCancel } = await import('@clack/prompts');
      const answer = await confirm({ message: question, initialValue: false });
      return !isCancel(answer) && answer;
    },
  };
}

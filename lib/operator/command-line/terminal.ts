/** Where a command reads and writes. */
export interface Terminal {
  /** Data. */
  readonly out: (text: string) => void;
  /** Messages for a person. */
  readonly err: (text: string) => void;
  /** Whether a person sits there, to be asked and to be shown progress. */
  readonly interactive: boolean;
  readonly colour: boolean;
  /** Asks a person; only called where one sits there. */
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
export function terminalOf(
  { stdin, stdout, stderr }: Streams,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  // Whoever reads may stop early, as `head` does.
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

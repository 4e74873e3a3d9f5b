import { localSystem } from '../../../local/operated.ts';
import type { Bridge, Target } from '../../../operator/bridge.ts';
import { run } from '../../../operator/cli/run.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The questions that were asked. */
  readonly asked: readonly string[];
  /** Which bridge was opened; null where none was. */
  readonly target: Target | null;
  /** Parses stdout. */
  json(): unknown;
}

export interface SessionOptions {
  /** The answer to every question. @default there is no terminal to ask at */
  readonly says?: 'yes' | 'no';
  /** Stays open for the next command line. */
  readonly bridge?: Bridge;
  readonly open?: (target: Target) => Promise<Bridge>;
  readonly now?: () => number;
}

/** Runs a command line, split as a shell would. */
export async function type(line: string, options: SessionOptions = {}): Promise<Outcome> {
  const { says, bridge, now } = options;
  const asked: string[] = [];
  let [out, err] = ['', ''];
  let target: Target | null = null;
  const open = async (named: Target) => {
    target = named;
    if (options.open !== undefined) return await options.open(named);
    if (bridge === undefined) throw new Error('The test has no bridge');
    return { ...bridge, close: async () => {} };
  };
  const code = await run(toWords(line), {
    terminal: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      interactive: says !== undefined,
      colour: false,
      confirm: async (question) => {
        asked.push(question);
        return says === 'yes';
      },
    },
    open,
    local: async () => localSystem,
    ...(now !== undefined && { now }),
  });
  return { code, out, err, asked, target, json: () => JSON.parse(out) };
}

/** Words between blanks, or between single quotes. */
function toWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

import { execFile } from 'node:child_process';
import { add, NOTHING, type Totals } from './life/totals.ts';

export interface Share {
  readonly first: number;
  readonly count: number;
}

/** Few enough that a process that has come to its end early is soon replaced. */
const SHARE = 100;
/** Of JSON, mostly of failed lives. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Runs this program in so many processes at once, each with a share of the numbers, and adds up what they report. A process that
 * ended before its share did is replaced by one that begins after it.
 * @param argv of each, without its share
 */
export async function runInWorkers(
  all: Share,
  { workers, argv }: { readonly workers: number; readonly argv: readonly string[] },
): Promise<Totals> {
  const end = all.first + all.count;
  let next = all.first;
  let totals = NOTHING;
  const work = async (): Promise<void> => {
    while (next < end) {
      let first = next;
      next = Math.min(first + SHARE, end);
      for (const last = next; first < last; ) {
        const part = await runShare({ first, count: last - first }, argv);
        totals = add(totals, part);
        first += Math.max(1, part.lives);
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const failures = totals.failures.toSorted((a, b) => a.life.localeCompare(b.life, 'en', { numeric: true }));
  return { ...totals, failures };
}

async function runShare({ first, count }: Share, argv: readonly string[]): Promise<Totals> {
  const args = [...process.execArgv, ...argv, '--json', '--first', String(first), '--seeds', String(count)];
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: MAX_BYTES }, (error, stdout, stderr) => {
      process.stderr.write(stderr);
      // A process whose lives failed exits with 1, and reports them.
      if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as Totals);
      else reject(error ?? new Error(`The seeds from ${first} on reported nothing`));
    });
  });
}

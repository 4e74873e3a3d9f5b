import * as z from 'zod';
import type { ExpectedSince, JobRun } from '../domain/job/job-run.ts';
import type { Table } from './table.ts';

const storedRun: z.ZodType<JobRun> = z.object({
  job: z.string(),
  connection: z.string(),
  doneUntil: z.string(),
  startedAt: z.string(),
  succeededAt: z.string(),
  outcome: z.enum(['running', 'finished', 'unfinished', 'failed']),
  counts: z.record(z.string(), z.number()),
  failure: z.string(),
});

const storedExpected = z.object({ since: z.record(z.string(), z.string()) });
const EXPECTED = { pk: 'JOBS', sk: 'EXPECTED' };

/** How each job stands, for each connection: one item each, written over at every run. */
export class JobRuns {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** @param connection its id; '' for a job of the whole account */
  async read(job: string, connection: string): Promise<JobRun | null> {
    const item = await this.#table.read(toKey(job, connection));
    return item === undefined ? null : storedRun.parse(item);
  }

  async save(run: JobRun): Promise<void> {
    await this.#table.put(toKey(run.job, run.connection), run, { kind: 'none' });
  }

  /** Since when each job has been asked for; none before the first look. */
  async readExpected(): Promise<ExpectedSince> {
    const item = await this.#table.read(EXPECTED);
    return item === undefined ? {} : storedExpected.parse(item).since;
  }

  async saveExpected(since: ExpectedSince): Promise<void> {
    await this.#table.put(EXPECTED, { since }, { kind: 'none' });
  }
}

function toKey(job: string, connection: string) {
  return { pk: `JOB#${job}#${connection}`, sk: 'RUN' };
}

const storedCursor = z.object({ cursor: z.string() });

/** How far a job has come for a connection. What a cursor says is its reader's business. */
export class Cursors {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(job: string, connection: string): Promise<string | null> {
    const item = await this.#table.read(cursorKey(job, connection));
    return item === undefined ? null : storedCursor.parse(item).cursor;
  }

  async save(job: string, connection: string, cursor: string): Promise<void> {
    await this.#table.put(cursorKey(job, connection), { cursor }, { kind: 'none' });
  }
}

function cursorKey(job: string, connection: string) {
  return { pk: `CURSOR#${job}#${connection}`, sk: 'CURSOR' };
}

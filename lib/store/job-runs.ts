import * as z from 'zod';
import type { ExpectedSince, JobRun } from '../domain/job/job-run.ts';
import type { CursorStore, JobRunStore } from '../domain/ports/jobs.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
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

export const JOB_RUN = new ItemKind('job run', storedRun);
export const EXPECTED_JOBS = new ItemKind(
  'expected jobs',
  z.object({ since: z.record(z.string(), z.string()) }),
);
const EXPECTED = { pk: 'JOBS', sk: 'EXPECTED' };

/** How each job stands, for each connection: one item each, written over at every run. */
export class JobRuns implements JobRunStore {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  /** @param onUnreadable receives each run that cannot be read: the job counts as one that never ran, so it runs */
  constructor(table: Table, onUnreadable: OnUnreadable = () => {}) {
    this.#table = table;
    this.#onUnreadable = onUnreadable;
  }

  /** @param connection its id; '' for a job of the whole account */
  async read(job: string, connection: string): Promise<JobRun | null> {
    const item = await this.#table.read(toKey(job, connection));
    return item === undefined ? null : JOB_RUN.parseRow(item, this.#onUnreadable);
  }

  async save(run: JobRun): Promise<void> {
    await putRecord(this.#table, JOB_RUN, toKey(run.job, run.connection), run);
  }

  /** Since when each job has been asked for; none before the first look. */
  async readExpected(): Promise<ExpectedSince> {
    const item = await this.#table.read(EXPECTED);
    const found = item === undefined ? null : EXPECTED_JOBS.parseRow(item, this.#onUnreadable);
    return found?.since ?? {};
  }

  async saveExpected(since: ExpectedSince): Promise<void> {
    await putRecord(this.#table, EXPECTED_JOBS, EXPECTED, { since });
  }
}

function toKey(job: string, connection: string) {
  return { pk: `JOB#${job}#${connection}`, sk: 'RUN' };
}

export const CURSOR = new ItemKind('cursor', z.object({ cursor: z.string() }));

/** How far a job has come for a connection. The job that saves a cursor parses it; a cursor of another form raises the kind's version. */
export class Cursors implements CursorStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(job: string, connection: string): Promise<string | null> {
    const item = await this.#table.read(cursorKey(job, connection));
    return item === undefined ? null : CURSOR.parse(item).cursor;
  }

  async save(job: string, connection: string, cursor: string): Promise<void> {
    await putRecord(this.#table, CURSOR, cursorKey(job, connection), { cursor });
  }
}

function cursorKey(job: string, connection: string) {
  return { pk: `CURSOR#${job}#${connection}`, sk: 'CURSOR' };
}

import * as z from 'zod';
import type { Table } from './table.ts';

const storedCursor = z.object({ cursor: z.string() });

/** How far a job has come for a connection. What a cursor says is its reader's business. */
export class Cursors {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(job: string, connection: string): Promise<string | null> {
    const item = await this.#table.read(keyOf(job, connection));
    return item === undefined ? null : storedCursor.parse(item).cursor;
  }

  async save(job: string, connection: string, cursor: string): Promise<void> {
    await this.#table.put(keyOf(job, connection), { cursor }, { kind: 'none' });
  }
}

function keyOf(job: string, connection: string) {
  return { pk: `CURSOR#${job}#${connection}`, sk: 'CURSOR' };
}

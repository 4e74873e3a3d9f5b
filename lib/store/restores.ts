import * as z from 'zod';
import type { Restore } from '../domain/ports/orders.ts';
import { ItemKind } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

export const RESTORE = new ItemKind(
  'restore',
  z.object({
    to: z.string(),
    begunAt: z.string(),
    finishedAt: z.string(),
    until: z.string(),
    cursors: z.record(z.string(), z.string()),
  }),
);

const KEY = { pk: 'RESTORE', sk: 'MARK' } as const;

/** That the table was restored, in the restored table itself. */
export class Restores {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** null where it never was. */
  async read(): Promise<Restore | null> {
    const item = await this.#table.read(KEY);
    return item === undefined ? null : RESTORE.parse(item);
  }

  async save(restore: Restore): Promise<void> {
    await putRecord(this.#table, RESTORE, KEY, restore);
  }
}

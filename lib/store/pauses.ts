import * as z from 'zod';
import { DAY_SECONDS } from '../domain/clock.ts';
import type { Pause } from '../domain/order/pause.ts';
import type { PauseStore } from '../domain/ports/orders.ts';
import { ItemKind } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

export const PAUSE = new ItemKind(
  'pause',
  z.object({ connection: z.string(), paused: z.boolean(), by: z.string(), since: z.string() }),
);
export const PAUSE_REASON = new ItemKind(
  'pause reason',
  z.object({ why: z.string(), since: z.string(), expiresAt: z.number() }),
);

/**
 * Which connections are paused. One small item each, read before every write to a provider; and while one is paused another,
 * which expires, with what the operator typed.
 */
export class Pauses implements PauseStore {
  readonly #table: Table;
  readonly #personalDataDays: number;

  constructor(table: Table, personalDataDays = 90) {
    this.#table = table;
    this.#personalDataDays = personalDataDays;
  }

  /** null where the connection works. */
  async read(connection: string): Promise<Pause | null> {
    const item = await this.#table.read(toKey(connection));
    if (item === undefined) return null;
    const { paused, ...pause } = PAUSE.parse(item);
    return paused ? { ...pause, why: await this.#readWhy(pause) } : null;
  }

  async begin({ why, ...pause }: Pause): Promise<void> {
    const { connection, since } = pause;
    if (why !== '') {
      const expiresAt = Math.floor(Date.parse(since) / 1000) + this.#personalDataDays * DAY_SECONDS;
      await putRecord(
        this.#table,
        PAUSE_REASON,
        getWhyKey(connection),
        { why, since, expiresAt },
        {
          kind: 'none',
        },
      );
    }
    await putRecord(this.#table, PAUSE, toKey(connection), { ...pause, paused: true });
  }

  /** '' where none was given, or it has expired. */
  async #readWhy({ connection, since }: Omit<Pause, 'why'>): Promise<string> {
    const item = await this.#table.read(getWhyKey(connection));
    if (item === undefined) return '';
    const reason = PAUSE_REASON.parse(item);
    return reason.since === since ? reason.why : '';
  }

  async end(connection: string): Promise<void> {
    const ended = { connection, paused: false, by: '', since: '' };
    await putRecord(this.#table, PAUSE, toKey(connection), ended);
  }
}

function getWhyKey(connection: string) {
  return { pk: `PAUSE#${connection}`, sk: 'WHY' };
}

function toKey(connection: string) {
  return { pk: `PAUSE#${connection}`, sk: 'PAUSE' };
}

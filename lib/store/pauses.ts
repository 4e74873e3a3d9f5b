import * as z from 'zod';
import type { Pause } from '../domain/pause.ts';
import type { Table } from './table.ts';

const storedPause = z.object({
  connection: z.string(),
  paused: z.boolean(),
  by: z.string(),
  since: z.string(),
  why: z.string(),
});

/** Which connections are paused. One small item each, read before every write to a provider. */
export class Pauses {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** null where the connection works. */
  async read(connection: string): Promise<Pause | null> {
    const item = await this.#table.read(keyOf(connection));
    if (item === undefined) return null;
    const { paused, ...pause } = storedPause.parse(item);
    return paused ? pause : null;
  }

  async begin(pause: Pause): Promise<void> {
    await this.#table.put(keyOf(pause.connection), { ...pause, paused: true }, { kind: 'none' });
  }

  async end(connection: string): Promise<void> {
    const ended = { connection, paused: false, by: '', since: '', why: '' };
    await this.#table.put(keyOf(connection), ended, { kind: 'none' });
  }
}

function keyOf(connection: string) {
  return { pk: `PAUSE#${connection}`, sk: 'PAUSE' };
}

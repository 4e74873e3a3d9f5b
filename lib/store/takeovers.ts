import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Connection } from '../domain/connection.ts';
import { RefusedInShadow } from '../domain/errors.ts';
import { DEFAULT_NUMBERS } from '../domain/order/takeover.ts';
import type { Cutover, TakeoverStore } from '../domain/ports/orders.ts';
import { ItemKind } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import { type Table, VersionConflict } from './table.ts';

export const CUTOVER = new ItemKind(
  'cutover',
  z.object({ connection: z.string(), at: z.string(), by: z.string(), since: z.string() }),
);
export const ADOPTED_NUMBER = new ItemKind('adopted number', z.object({ reference: z.string() }));

/** Which connections were cut over to the bridge, and which orders of the connector before were adopted. */
export class Takeovers implements TakeoverStore {
  readonly #table: Pick<Table, 'read' | 'put'>;

  constructor(table: Pick<Table, 'read' | 'put'>) {
    this.#table = table;
  }

  async readCutover(connection: string): Promise<Cutover | null> {
    const item = await this.#table.read(cutoverKey(connection));
    return item === undefined ? null : CUTOVER.parse(item);
  }

  async begin(cutover: Cutover): Promise<Cutover> {
    try {
      await this.#table.put(cutoverKey(cutover.connection), CUTOVER.toItem(cutover), { kind: 'absent' });
      return cutover;
    } catch (error) {
      const begun = await this.readCutover(cutover.connection);
      if (!(error instanceof VersionConflict) || begun === null) throw error;
      return begun;
    }
  }

  async findAdopted(connection: string, number: string): Promise<string | null> {
    const item = await this.#table.read(numberKey(connection, number));
    return item === undefined ? null : ADOPTED_NUMBER.parse(item).reference;
  }

  async saveAdopted(connection: string, number: string, reference: string): Promise<void> {
    await putRecord(this.#table, ADOPTED_NUMBER, numberKey(connection, number), { reference });
  }
}

function cutoverKey(connection: string) {
  return { pk: `CUTOVER#${connection}`, sk: 'CUTOVER' };
}

/** Its digest, as the item is kept for good and people may type anything into a number. */
function numberKey(connection: string, number: string) {
  return { pk: `ADOPTED#${connection}#${createHash('sha256').update(number).digest('hex')}`, sk: 'ADOPTED' };
}

type Takeover = Pick<Connection, 'id' | 'mode' | 'replaces'>;

/** The connections with the mode in which each works now. Costs a read for each that the settings have in shadow mode. */
export async function connectionsNow<Each extends Takeover>(
  connections: readonly Each[],
  takeovers: Pick<TakeoverStore, 'readCutover'>,
): Promise<Each[]> {
  return await Promise.all(
    connections.map(async (one) => {
      if (one.mode === 'live' || (await takeovers.readCutover(one.id)) === null) return one;
      return { ...one, mode: 'live', replaces: one.replaces ?? { numbers: DEFAULT_NUMBERS } };
    }),
  );
}

/**
 * Called before each write to DEAR or a provider. Costs nothing where the settings have no connection in shadow mode.
 * @param connection whose sales the write is about; null where it is about none: then all have to be live
 * @throws {RefusedInShadow}
 */
export function writeGuard(
  connections: readonly Takeover[],
  takeovers: () => Pick<TakeoverStore, 'readCutover'>,
): (connection: string | null) => Promise<void> {
  return async (connection) => {
    for (const { id, mode } of connections) {
      if (mode === 'live' || (connection !== null && connection !== id)) continue;
      if ((await takeovers().readCutover(id)) !== null) continue;
      const operation = 'write anything. See what it would write: bridge shadow report';
      throw new RefusedInShadow({ system: id, operation });
    }
  };
}

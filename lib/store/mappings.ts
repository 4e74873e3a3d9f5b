import * as z from 'zod';
import {
  MAPPING_KINDS,
  type MappedSettings,
  type MappingTable,
  NO_MAPPINGS,
  withMappings,
} from '../domain/mapping.ts';
import { ItemKind } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

const key = { connection: z.string(), kind: z.enum(MAPPING_KINDS), name: z.string() };

export const MAPPINGS = new ItemKind<MappingTable>(
  'mappings',
  z.object({
    version: z.number(),
    mappings: z.array(z.object({ ...key, value: z.string() })),
    changes: z.array(
      z.object({
        ...key,
        version: z.number(),
        at: z.string(),
        by: z.string(),
        before: z.string(),
        after: z.string(),
      }),
    ),
  }),
);

const ITEM = { pk: 'MAPPINGS', sk: 'CURRENT' } as const;

/** What operators mapped, of all connections in one item: a read costs one unit for each 4 KB, about 50 names. */
export class Mappings {
  readonly #table: Table;
  /** Of kinds that only a newer version has: left out of what is read, and stored again with the rest. */
  #unknown: MappingRows = { mappings: [], changes: [] };

  constructor(table: Table) {
    this.#table = table;
  }

  async read(): Promise<MappingTable> {
    const item = await this.#table.read(ITEM);
    if (item === undefined) return NO_MAPPINGS;
    const rows = mappingRows.safeParse(item).data ?? { mappings: [], changes: [] };
    this.#unknown = pick(rows, (row) => !hasKnownKind(row));
    return MAPPINGS.parse({ ...item, ...pick(rows, hasKnownKind) });
  }

  /**
   * @param before as it was read
   * @throws {VersionConflict} another operator changed it since
   */
  async save(table: MappingTable, before: MappingTable): Promise<void> {
    const { version } = before;
    const condition = version === 0 ? ({ kind: 'absent' } as const) : ({ kind: 'version', version } as const);
    const { mappings, changes } = this.#unknown;
    const all = { mappings: [...table.mappings, ...mappings], changes: [...table.changes, ...changes] };
    await putRecord(this.#table, MAPPINGS, ITEM, { ...table, ...all }, condition);
  }
}

const mappingRows = z.object({ mappings: z.array(z.unknown()), changes: z.array(z.unknown()) });
type MappingRows = z.infer<typeof mappingRows>;

/** Whether it is of a kind of this version, or damaged. */
function hasKnownKind(row: unknown): boolean {
  const { data } = z.object({ kind: z.string() }).safeParse(row);
  return data === undefined || MAPPING_KINDS.some((kind) => kind === data.kind);
}

function pick({ mappings, changes }: MappingRows, isPicked: (row: unknown) => boolean): MappingRows {
  return { mappings: mappings.filter(isPicked), changes: changes.filter(isPicked) };
}

/** How long what operators mapped is kept in memory where DEAR is written to: two reads a minute of a busy container. */
const KEPT_MS = 30_000;

/** The connections as operators have mapped their names. */
export interface MappedConnections<Settings> {
  /** Reads the table: for what is stored with an order, so that an order that waits for a name goes on at once. */
  now(): Promise<Settings[]>;
  /** At most half a minute old. */
  recent(): Promise<Settings[]>;
}

export function mapConnections<Settings extends MappedSettings>(
  connections: readonly Settings[],
  store: Pick<Mappings, 'read'>,
  clock: () => number,
): MappedConnections<Settings> {
  let kept: { readonly at: number; readonly connections: Settings[] } | null = null;
  const read = async () => {
    const at = clock();
    const table = await store.read();
    kept = { at, connections: connections.map((connection) => withMappings(connection, table)) };
    return kept.connections;
  };
  return {
    now: read,
    recent: async () => (kept !== null && clock() - kept.at < KEPT_MS ? kept.connections : await read()),
  };
}

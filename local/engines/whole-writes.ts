import { createRequire, findPackageJSON } from 'node:module';

type Done = (error?: unknown) => void;
type Item = Readonly<Record<string, unknown>>;

interface Operation {
  readonly type: 'put' | 'del';
  readonly key: string;
  readonly value?: unknown;
}

/** The parts of dynalite 4.0.0 that are used, which it does not describe. */
interface ItemStore {
  put(key: string, item: Item, done: Done): void;
  del(key: string, done: Done): void;
}
interface Store {
  readonly db: { batch(operations: readonly Operation[], done: Done): void };
  getItemDb(table: string): ItemStore;
}
interface TableRecord {
  readonly TableName: string;
  readonly LocalSecondaryIndexes?: readonly object[];
  readonly GlobalSecondaryIndexes?: readonly object[];
}
interface IndexActions {
  readonly puts: ReadonlyArray<{ readonly index: string; readonly key: string; readonly item: Item }>;
  readonly deletes: ReadonlyArray<{ readonly index: string; readonly key: string }>;
}
interface Database {
  createKey(item: Item, table: TableRecord): string;
  getIndexActions(
    indexes: readonly object[],
    existing: Item | null | undefined,
    item: Item | null,
    table: TableRecord,
  ): IndexActions;
  updateIndexes(
    store: Store,
    table: TableRecord,
    existing: Item | null | undefined,
    item: Item | null,
    done: Done,
  ): void;
}

/**
 * Makes dynalite write an item and its index entries together. It writes each by itself, the item last: a SIGKILL in between
 * left an item that no list shows, or entries that no later write removes, where DynamoDB's indexes always catch up.
 */
export function writeItemsWhole(): void {
  const database: Database = createRequire(findPackageJSON('dynalite', import.meta.url) ?? '')('./db');
  /** By item, what its indexes need. dynalite locks an item while it is written, so there is one write of it at a time. */
  const entriesOf = new WeakMap<ItemStore, Map<string, Operation[]>>();
  database.updateIndexes = (store, table, existing, item, done) => {
    const written = item ?? existing;
    if (written) {
      const items = store.getItemDb(table.TableName);
      const entries = entriesOf.get(items) ?? joinWrites(store, items, table.TableName);
      entriesOf.set(items, entries);
      entries.set(database.createKey(written, table), findEntries(database, table, existing, item));
    }
    done();
  };
}

function findEntries(
  { getIndexActions }: Database,
  table: TableRecord,
  existing: Item | null | undefined,
  item: Item | null,
): Operation[] {
  return (['Local', 'Global'] as const).flatMap((kind) => {
    const { puts, deletes } = getIndexActions(table[`${kind}SecondaryIndexes`] ?? [], existing, item, table);
    const toKey = (index: string, key: string) =>
      `index-${kind.toLowerCase()}~${table.TableName}~${index}~${key}`;
    return [
      ...deletes.map(({ index, key }) => ({ type: 'del' as const, key: toKey(index, key) })),
      ...puts.map(({ index, key, item: value }) => ({ type: 'put' as const, key: toKey(index, key), value })),
    ];
  });
}

/** From now on an item is written with its entries in one batch, which LevelDB keeps as a whole or not at all. */
function joinWrites({ db }: Store, items: ItemStore, table: string): Map<string, Operation[]> {
  const entries = new Map<string, Operation[]>();
  const write = (key: string, operation: Omit<Operation, 'key'>, done: Done) => {
    const own = entries.get(key) ?? [];
    entries.delete(key);
    db.batch([...own, { ...operation, key: `item-${table}~${key}` }], done);
  };
  items.put = (key, value, done) => write(key, { type: 'put', value }, done);
  items.del = (key, done) => write(key, { type: 'del' }, done);
  return entries;
}

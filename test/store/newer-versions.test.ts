import { describe, expect, it } from 'vitest';
import { NewerSchemaVersion } from '../../lib/domain/errors.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { type ItemKind, READABLE_FROM, type UnreadableRow } from '../../lib/store/item-kinds.ts';
import { type ItemKey, itemKey } from '../../lib/store/large-items.ts';
import { Mappings } from '../../lib/store/mappings.ts';
import { putRecord } from '../../lib/store/put-record.ts';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import type { Table } from '../../lib/store/table.ts';
import { Takeovers } from '../../lib/store/takeovers.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { Fixtures } from './fixtures/fixtures.ts';
import { KINDS } from './kinds.ts';
import { toNextVersion, withUnknownValues } from './next-version.ts';

const fixtures = new Fixtures(new URL('./fixtures/', import.meta.url));
const ALL = Object.values(KINDS);

/** Whole items of the kind's current version, as a store reads them. */
async function readItems({ name, version }: ItemKind<unknown>): Promise<Record<string, unknown>[]> {
  const table = new InMemoryTable();
  const stored = fixtures.records(name, version);
  for (const item of stored) await table.putItem(itemKey.parse(item), item, { kind: 'none' });
  return await Promise.all(stored.map(async (item) => (await table.read(itemKey.parse(item))) ?? {}));
}

describe('an item that the next version wrote', () => {
  it.each(ALL)('of the kind $name is read without what is new', async (kind) => {
    for (const item of await readItems(kind)) {
      const newer = toNextVersion(item, kind.schema, kind.version);
      expect(kind.parse(newer)).toEqual(kind.parse(item));
    }
  });

  it.each(ALL)('of the kind $name keeps what is new at every depth when it is written', async (kind) => {
    for (const item of await readItems(kind)) {
      const table = new InMemoryTable();
      const newer = toNextVersion(item, kind.schema, kind.version);
      const key = itemKey.parse(item);
      await table.put(key, { ...newer, schemaVersion: kind.version + 1 }, { kind: 'none' });
      const { schemaVersion: _, pk: __, sk: ___, ...fields } = item;
      const { version } = item;
      const condition =
        typeof version === 'number' ? ({ kind: 'version', version } as const) : ({ kind: 'none' } as const);
      await putRecord(table, kind, key, fields, condition);
      expect(await table.read(key)).toEqual(newer);
    }
  });

  it.each(ALL)('of the kind $name with a value that is new is left out and reported', async (kind) => {
    const items = await readItems(kind);
    const changed = items.flatMap((item) => withUnknownValues(item, kind.schema, kind.version));
    for (const { path, record } of changed) {
      const rows: UnreadableRow[] = [];
      expect(
        kind.parseRow(record, (row) => rows.push(row)),
        path,
      ).toBeNull();
      expect(rows.map(({ why }) => why)).toEqual([expect.stringContaining(`and new values (${path})`)]);
    }
  });

  it('says after a write which versions may read it, as the newer one said', async () => {
    const table = new InMemoryTable();
    const kind = KINDS['set-aside news'];
    const [item = {}] = await readItems(kind);
    const key = itemKey.parse(item);
    const newer = { schemaVersion: kind.version + 1, readableFrom: kind.version };
    await table.put(key, { ...item, ...newer }, { kind: 'none' });
    READABLE_FROM['set-aside news'] = 1;
    await putRecord(table, kind, key, { entries: [], version: item.version }, { kind: 'none' });
    delete READABLE_FROM['set-aside news'];
    expect(await table.read(key)).toMatchObject({ entries: [], ...newer });
  });

  it('is not written by a version that may not read it', async () => {
    const table = new InMemoryTable();
    const [item = {}] = await readItems(KINDS.pause);
    const key = itemKey.parse(item);
    await table.put(key, { ...item, schemaVersion: 3, readableFrom: 3 }, { kind: 'none' });
    const write = putRecord(table, KINDS.pause, key, { paused: false }, { kind: 'none' });
    await expect(write).rejects.toThrow(NewerSchemaVersion);
  });
});

describe('a write that the table does not take', () => {
  async function attempt(condition: Parameters<typeof putRecord>[4], stored: object, failure?: Error) {
    const table = new InMemoryTable();
    const [item = {}] = await readItems(KINDS.pause);
    const key = itemKey.parse(item);
    await table.put(key, { schemaVersion: KINDS.pause.version, ...item, ...stored }, { kind: 'none' });
    const before = await table.read(key);
    const calls: string[] = [];
    const counted: Parameters<typeof putRecord>[0] = {
      read: (...given) => {
        calls.push('read');
        return table.read(...given);
      },
      put: (...given) => {
        calls.push('put');
        return failure === undefined ? table.put(...given) : Promise.reject(failure);
      },
    };
    const { schemaVersion: _, pk: __, sk: ___, ...fields } = item;
    const error = await putRecord(counted, KINDS.pause, key, fields, condition).catch((thrown) => thrown);
    expect(await table.read(key)).toEqual(before);
    return { error, calls };
  }

  it('is a conflict where there is an item already, and reads nothing', async () => {
    const { error, calls } = await attempt({ kind: 'absent' }, {});
    expect([error.name, calls]).toEqual(['VersionConflict', ['put']]);
  });

  it('is a conflict where the stored item has another version, also one of the next version of the bridge', async () => {
    for (const schemaVersion of [KINDS.pause.version, KINDS.pause.version + 1]) {
      const { error, calls } = await attempt({ kind: 'version', version: 4 }, { version: 5, schemaVersion });
      expect([error.name, calls]).toEqual(['VersionConflict', ['put', 'read']]);
    }
  });

  it('is not tried again after another failure', async () => {
    const failure = new Error('no table');
    const { error, calls } = await attempt(
      { kind: 'none' },
      { schemaVersion: KINDS.pause.version + 1 },
      failure,
    );
    expect([error, calls]).toEqual([failure, ['put']]);
  });
});

describe('an order that the next version wrote', () => {
  it('keeps what is new beside what this version changes, adds and removes', async () => {
    const table = new InMemoryTable();
    for (const kind of [KINDS.order, KINDS['order texts']])
      for (const item of await readItems(kind)) {
        const newer = toNextVersion(item, kind.schema, kind.version);
        await table.put(itemKey.parse(item), { ...newer, schemaVersion: kind.version + 1 }, { kind: 'none' });
      }
    const orders = new FulfillmentOrders(table, () => NOW, 90);
    const order = await orders.read('SO-00043-1');
    if (order === null) throw new Error('There is no order SO-00043-1');
    await orders.update(order, (current) => ({
      ...current,
      status: 'Delivered',
      packages: current.packages.slice(1).map((box) => ({ ...box, carrier: 'A cart' })),
      log: [...current.log, { at: '2026-02-05T00:00:00.000Z', by: 'Ada', what: 'Seen.' }],
    }));
    const stored = await table.read({ pk: 'ORDER#SO-00043-1', sk: 'STATE' });
    const added = expect.objectContaining({ text: 'of the next version' });
    expect(stored).toMatchObject({
      schemaVersion: KINDS.order.version + 1,
      status: 'Delivered',
      addedLater: added,
      packages: [{ carrier: 'A cart', addedLater: added }],
    });
    // It is not Shipped any more, so no list has it.
    expect(stored).not.toHaveProperty('shippedFor');
    const log = Array.isArray(stored?.log) ? stored.log : [];
    expect(log.map((entry) => 'addedLater' in entry)).toEqual([...order.log.map(() => true), false]);
  });
});

it('an adopted number that the next version wrote takes another order, and keeps what is new', async () => {
  const table = new InMemoryTable();
  const keys: ItemKey[] = [];
  const adopt = async (reference: string) => {
    const put: Pick<Table, 'read' | 'put'> = {
      read: (key) => table.read(key),
      put: (key, ...rest) => {
        keys.push(key);
        return table.put(key, ...rest);
      },
    };
    await new Takeovers(put).saveAdopted('lantern', 'SO-00043', reference);
  };
  await adopt('SO-00043-1');
  const newer = { reference: 'SO-00043-1', addedLater: 'x', schemaVersion: 2 };
  await table.put(keys[0]!, newer, { kind: 'none' });
  await adopt('SO-00043-2');
  expect(await table.read(keys[0]!)).toMatchObject({ ...newer, reference: 'SO-00043-2' });
});

it('mappings of a kind that is new are left out, and kept when others change', async () => {
  const table = new InMemoryTable();
  const kind = KINDS.mappings;
  const [item = {}] = await readItems(kind);
  const [changed] = withUnknownValues(item, kind.schema, kind.version);
  await table.put(
    itemKey.parse(item),
    { ...changed?.record, schemaVersion: kind.version + 1 },
    { kind: 'none' },
  );
  const store = new Mappings(table);
  const read = await store.read();
  const all = Array.isArray(item.mappings) ? item.mappings.length : 0;
  expect(read.mappings).toHaveLength(all - 1);
  await store.save({ ...read, version: read.version + 1, mappings: [] }, read);
  const stored = await table.read(itemKey.parse(item));
  expect(stored?.mappings).toMatchObject([{ kind: 'of the next version' }]);
});

it('news of one order that cannot be read is set aside with the news of the others', async () => {
  const table = new InMemoryTable();
  const kind = KINDS['set-aside news'];
  const [item = {}] = await readItems(kind);
  const [changed] = withUnknownValues(item, kind.schema, kind.version);
  const [first] = Array.isArray(item.entries) ? item.entries : [];
  const entries = [...(Array.isArray(changed?.record.entries) ? changed.record.entries : []), first];
  await table.put(
    itemKey.parse(item),
    { ...changed?.record, entries, schemaVersion: kind.version + 1 },
    { kind: 'none' },
  );
  const rows: UnreadableRow[] = [];
  const store = new SetAsideNews(
    table,
    () => NOW,
    90,
    (row) => rows.push(row),
  );
  const read = await store.read('lantern');
  expect([...read.entries.values()]).toEqual([first]);
  expect(rows).toHaveLength(1);
  await store.save('lantern', [], read.version);
  expect(await table.read(itemKey.parse(item))).toMatchObject({ entries: [entries[0]] });
});

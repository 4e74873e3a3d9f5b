import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { NewerSchemaVersion, UnreadableRecord } from '../../lib/domain/errors.ts';
import { AuditTrail } from '../../lib/store/audit.ts';
import { Calls } from '../../lib/store/calls.ts';
import { Catalogues, Fractions, ProductKinds } from '../../lib/store/catalogues.ts';
import { DriftReports } from '../../lib/store/drift-reports.ts';
import { FailedAttempts } from '../../lib/store/failed-attempts.ts';
import { readDay, readWaiting } from '../../lib/store/figures.ts';
import { FulfillmentOrders, ORDER } from '../../lib/store/fulfillment-orders.ts';
import { type ItemName, READABLE_FROM, type UnreadableRow } from '../../lib/store/item-kinds.ts';
import { Cursors, JobRuns } from '../../lib/store/job-runs.ts';
import { itemKey } from '../../lib/store/large-items.ts';
import { Mappings } from '../../lib/store/mappings.ts';
import { PAUSE, Pauses } from '../../lib/store/pauses.ts';
import { createProviderBox } from '../../lib/store/provider-box.ts';
import { SALE, Sales } from '../../lib/store/sales.ts';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { describeForm } from './describe-form.ts';
import { Fixtures } from './fixtures/fixtures.ts';
import { KINDS } from './kinds.ts';

const fixtures = new Fixtures(new URL('./fixtures/', import.meta.url));
const AT = '2026-02-03T09:00:00.000Z';
const SALE_ID = 'a1b2c3d4-0000-4000-8000-000000000002';

const VERSIONS = Object.values(KINDS).flatMap((kind) =>
  Array.from({ length: kind.version }, (_, index) => [kind.name, index + 1, kind] as const),
);

describe('a stored item', () => {
  it.each(VERSIONS)('of the kind %s has a frozen fixture of version %i', (name, version) => {
    const items = fixtures.records(name, version);
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map(({ schemaVersion }) => schemaVersion))).toEqual(new Set([version]));
  });

  it.each(VERSIONS)('of the kind %s and version %i is read by this version', async (name, version, kind) => {
    const table = await loadTable(version);
    for (const item of fixtures.records(name, version)) {
      const whole = await table.read(itemKey.parse(item));
      expect(() => kind.parse(whole ?? {})).not.toThrow();
    }
  });

  it.each(Object.values(KINDS))(
    'of the kind $name has the form of its version',
    ({ name, version, schema }) => {
      const advice = `The schema of '${name}' changed: raise its version, add an upgrade and fixtures of the new version`;
      expect(describeForm(schema), advice).toEqual(fixtures.form(name, version));
    },
  );

  it.each(Object.values(KINDS))('of the kind $name that says so is refused by an older version', (kind) => {
    const [item] = fixtures.records(kind.name, kind.version);
    const version = kind.version + 1;
    const newer = { ...item, schemaVersion: version, readableFrom: version };
    expect(() => kind.parse(newer, 'SO-00042-1')).toThrow(NewerSchemaVersion);
    expect(() => kind.parse(newer, 'SO-00042-1')).toThrow(`The ${kind.name} SO-00042-1 has schema version`);
  });

  it.each(Object.values(KINDS).filter(({ version }) => version > 1))(
    'of the kind $name has every field of the version before, or says which version may read it',
    ({ name, version }) => {
      const forms = z.array(z.string());
      const before = forms.parse(fixtures.form(name, version - 1));
      const now = forms.parse(fixtures.form(name, version));
      const isKept = (line: string) => now.some((other) => isReadAs(other, line));
      if (READABLE_FROM[name] !== version) expect(before.filter((line) => !isKept(line))).toEqual([]);
    },
  );

  it('without a version is of version 1', async () => {
    const [item] = fixtures.records('sale', 1);
    const { schemaVersion: _, ...unversioned } = item ?? {};
    expect(SALE.parse(unversioned)).toMatchObject({ saleOrderNumber: 'SO-00042' });
  });

  it.each([0, '1', null, Number.NaN])('of schema version %o cannot be read', (schemaVersion) => {
    const [item] = fixtures.records('pause', 1);
    expect(() => PAUSE.parse({ ...item, schemaVersion })).toThrow(UnreadableRecord);
  });
});

describe('an order of version 4', () => {
  it('has the day of a package as a day, and a moment as it is', () => {
    const [item] = fixtures
      .records('order', 4)
      .filter(({ packages }) => Array.isArray(packages) && packages.length > 0);
    const [box] = ORDER.parse(item ?? {}).packages;
    const leftAt = (shippedAt: string) =>
      ORDER.parse({ ...item, packages: [{ ...box, shippedAt }] }).packages[0]?.shippedAt;
    expect(leftAt('2026-02-03T00:00:00.000Z')).toBe('2026-02-03');
    expect(leftAt('2026-02-03T15:00:00.000Z')).toBe('2026-02-03T15:00:00.000Z');
  });
});

describe('the stores over items of version 1', () => {
  let table = new InMemoryTable();
  beforeEach(async () => {
    table = await loadTable(1);
  });
  const orders = () => new FulfillmentOrders(table, () => NOW, 90);

  it('read an order with its content and the texts that expire', async () => {
    const queued = await orders().read('SO-00042-1');
    if (queued === null) throw new Error('SO-00042-1 is gone');
    expect(await orders().readContent(queued)).toMatchObject({ customer: 'Quill & Thread' });
    const shipped = await orders().read('SO-00043-1');
    const numbers = shipped?.packages.map(({ trackingNumbers }) => trackingNumbers);
    expect(numbers).toEqual([['1Z0001'], ['left at the door of no. 5']]);
  });

  it('read an order that is stored compressed', async () => {
    expect(table.stored().filter((item) => 'packed' in item)).toHaveLength(1);
    expect((await orders().read('SO-00045-1'))?.log).toHaveLength(150);
  });

  it('find an order by its tracking number and a sale by its number', async () => {
    expect(await orders().findByTracking('1z 0001')).toMatchObject({ reference: 'SO-00043-1' });
    expect(await new Sales(table).findByNumber('SO-00044')).toMatchObject({ saleId: SALE_ID });
  });

  it('read what jobs left', async () => {
    expect(await new JobRuns(table).read('collect-shipments', 'lantern')).toMatchObject({
      outcome: 'finished',
    });
    expect(await new JobRuns(table).readExpected()).toEqual({ 'collect-shipments#lantern': AT });
    expect(await new Cursors(table).read('collect-shipments', 'lantern')).toBe('2026-02-03T08:50:00.000Z');
    expect(await new DriftReports(table).read('lantern')).toMatchObject({
      adjustments: ['lantern-2026-02-03'],
    });
    const { entries, version } = await new SetAsideNews(table, () => NOW, 90).read('lantern');
    expect([[...entries.keys()], version]).toEqual([['SO-00043-1'], 1]);
  });

  it('read catalogues, product kinds and fractions', async () => {
    const unknown = await new Catalogues(table).unknown('lantern', ['WAX-02', 'INK-03']);
    expect([...unknown]).toEqual(['INK-03']);
    const kinds = await new ProductKinds(table).read(['p-1', 'p-2']);
    expect([...kinds.values()]).toEqual(['goods', 'service']);
    expect([...(await new Fractions(table, () => NOW).list('lantern')).keys()]).toEqual(['wax-02']);
  });

  it('read the figures of a day', async () => {
    expect(await readDay(table, '2026-02-03')).toMatchObject([{ counts: { made: 3, 'sent:6': 1 } }]);
    expect((await readWaiting(table, '2026-02-03'))?.hours['09']).toMatchObject({ hold: 4 });
  });

  it('read the calls of an order', async () => {
    expect(await new Calls(table, 14).list('SO-00042-1', NOW)).toMatchObject([
      {
        operation: 'create shipment',
        status: 400,
        answer: { body: expect.stringContaining('has no street') },
      },
    ]);
  });

  it('read what operators mapped', async () => {
    expect(await new Mappings(table).read()).toMatchObject({
      version: 2,
      mappings: [
        { connection: 'lantern', kind: 'shipping-method', name: 'Express', value: 'ups_next_day_air' },
      ],
    });
  });

  it('read pauses, the audit trail and failed attempts', async () => {
    expect(await new Pauses(table).read('lantern')).toMatchObject({
      by: 'Ada',
      why: 'Stocktaking until Friday',
    });
    expect(await Array.fromAsync(new AuditTrail(table).list(AT, AT))).toMatchObject([
      { what: 'paused lantern' },
    ]);
    expect(await new FailedAttempts(table, () => NOW).add('message-1')).toBe(2);
  });
});

describe('the box of a provider over items of version 1', () => {
  const box = async () => createProviderBox('harbour', await loadTable(1), () => NOW, 90);

  it('serves the order that was put in', async () => {
    const window = {
      from: '2026-02-03T00:00:00.000Z',
      until: '2026-02-03T23:59:59.999Z',
      precisionMs: 1,
      page: 1,
    };
    const { pages, entries } = await (await box()).outbox.fetch({ ...window, isWithheld: () => false });
    expect(pages).toBe(1);
    expect(entries).toMatchObject([{ reference: 'SO-00042-1', body: '<OrderID>SO-00042-1</OrderID>' }]);
    expect(await (await box()).outbox.lastFetchedAt()).toBe('2026-02-03T09:05:00.000Z');
  });

  it('gives the payload that arrived, and the problem with it', async () => {
    const { inbox } = await box();
    const pages = await Array.fromAsync(inbox.after(null));
    expect(pages.flatMap(({ payloads }) => payloads)).toMatchObject([{ id: 'a1', body: '{"body":""}' }]);
    expect(await inbox.problems()).toMatchObject([{ id: '1Z0001', problem: 'No such order.' }]);
  });
});

it('news that was set aside keeps the note of a shipment', async () => {
  const { entries } = await new SetAsideNews(await loadTable(2), () => NOW, 90).read('lantern');
  const shipments = [...entries.values()].flatMap(({ news }) => news.shipments);
  expect(shipments.map(({ note }) => note)).toEqual(['To the buyer: Second parcel follows', undefined]);
});

describe('a list', () => {
  const unreadable: UnreadableRow[] = [];
  const note = (row: UnreadableRow) => void unreadable.push(row);
  let table = new InMemoryTable();
  beforeEach(async () => {
    unreadable.length = 0;
    table = await loadTable(1);
  });

  async function breakItem(name: ItemName, change: Record<string, unknown>): Promise<void> {
    const item = fixtures.records(name, 1).at(-1) ?? {};
    await table.putItem(itemKey.parse(item), { ...item, ...change }, { kind: 'none' });
  }

  it('of sales leaves out one of a newer version and reports it by its id', async () => {
    await breakItem('sale', { schemaVersion: 3, outcome: 'merged' });
    expect(await Array.fromAsync(new Sales(table, note).listAwaitingGoods())).toEqual([]);
    expect(unreadable).toMatchObject([{ kind: 'sale', reference: SALE_ID }]);
  });

  it('of orders leaves out one of a newer version and reports it by its reference', async () => {
    const newer = ORDER.version + 1;
    await breakItem('order', { schemaVersion: newer, readableFrom: newer });
    const orders = new FulfillmentOrders(table, () => NOW, 90, note);
    const listed = await Array.fromAsync(orders.listMadeOn('2026-02-03'));
    expect(listed.map(({ reference }) => reference).sort()).toEqual(['SO-00042-1', 'SO-00043-1']);
    expect(unreadable).toMatchObject([{ kind: 'order', reference: 'SO-00045-1' }]);
  });

  it.each([
    ['fraction', { quantity: 'a lot' }, () => new Fractions(table, () => NOW, note).list('lantern')],
    ['audit entry', { by: null }, () => Array.fromAsync(new AuditTrail(table, 90, note).list(AT, AT))],
  ] as const)('leaves out a damaged %s and reports its kind alone', async (kind, change, list) => {
    await breakItem(kind, change);
    expect([...(await list())]).toEqual([]);
    expect(unreadable).toEqual([
      { kind, reference: '', why: `The stored ${kind} cannot be read: ${Object.keys(change)[0]}` },
    ]);
  });
});

/** Whether an older version reads a field by the form that it knows, but for values that it does not know. */
function isReadAs(now: string, before: string): boolean {
  const [[path, values = ''], [known, knownValues = '']] = [now.split(': '), before.split(': ')];
  const all = new Set(values.split(' | '));
  return path === known && knownValues.split(' | ').every((value) => all.has(value));
}

/** A table with every fixture of a version. */
async function loadTable(version: number): Promise<InMemoryTable> {
  const table = new InMemoryTable();
  for (const name of Object.keys(KINDS)) {
    for (const item of fixtures.records(name, version)) {
      await table.putItem(itemKey.parse(item), item, { kind: 'none' });
    }
  }
  return table;
}

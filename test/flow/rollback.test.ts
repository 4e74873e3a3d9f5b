import { afterEach, describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { MESSAGE_VERSIONS } from '../../lib/messaging/messages.ts';
import { getSchedules } from '../../lib/runtime/job-schedules.ts';
import type { ItemKind } from '../../lib/store/item-kinds.ts';
import { KINDS } from '../store/kinds.ts';
import { toNextVersion, withUnknownValues } from '../store/next-version.ts';
import { QUEUES } from './virtual/workers.ts';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const NO_COUNTRY = {
  shippingAddress: {
    line1: '1 Harbour Road',
    line2: null,
    city: 'Lyon',
    state: null,
    postcode: '69001',
    country: 'FX',
  },
};

async function authorise(fields: object = {}): Promise<string> {
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
    ...fields,
  });
  return `${number}-1`;
}

async function order(reference: string): Promise<FulfillmentOrder> {
  const found = await system.orders.read(reference);
  if (found === null) throw new Error(`There is no order ${reference}`);
  return found;
}

async function ship(reference: string): Promise<void> {
  const [shipment] = await system.bench.ordersFor(reference);
  await system.bench.ship(shipment?.id ?? '');
}

const fault = (code: number, times: number) =>
  system.screen('shipStation', 'POST', 'faults', {
    kind: 'status',
    status: code,
    code: 'invalid_field_value',
    times,
    match: { method: 'POST', path: 'shipments' },
  });

/** An order in every status, by its status. */
async function makeOrders(): Promise<Record<string, string>> {
  const cancelled = await authorise();
  const shipped = await authorise();
  const completed = await authorise();
  await system.advance(3 * MINUTE);
  await system.dear.click(cancelled.replace(/-1$/, ''), 'void');
  await ship(completed);
  await system.advance(20 * MINUTE);
  await system.orders.update(await order(completed), (current) => ({ ...current, status: 'Completed' }));
  await fault(400, 1);
  const failed = await authorise();
  await system.advance(3 * MINUTE);
  const held = await authorise(NO_COUNTRY);
  const left = await authorise();
  await system.advance(3 * MINUTE);
  await ship(left);
  await fault(503, 10);
  const queued = await authorise();
  await system.advance(70_000);
  return { cancelled, shipped, completed, failed, held, left, queued };
}

/** By the beginning of `pk`, or of `sk` for the parts of an order; the longest one counts. */
const KIND_OF: Readonly<Record<string, keyof typeof KINDS>> = {
  'ORDER# STATE': 'order',
  'ORDER# CONTENT': 'order content',
  'ORDER# TEXTS': 'order texts',
  'TRACKING#': 'tracking number',
  'SALE# CONTENT': 'sale content',
  'SALE#': 'sale',
  'SALE-NUMBER#': 'sale number',
  'SALE-DIGITS#': 'sale number',
  'SET-ASIDE#': 'set-aside news',
  'JOB#': 'job run',
  'JOBS ': 'expected jobs',
  'CURSOR#': 'cursor',
  'CATALOGUE#': 'catalogue bucket',
  'PRODUCT#': 'product kind',
  'TERM#': 'order term',
  'DRIFT#': 'drift report',
  'FIGURES#': 'day figures',
  'FAILED#': 'failed attempts',
  'CALLS#': 'calls',
  'SEEN#': 'seen value',
};

function getKind({ pk, sk }: { pk: string; sk: string }): ItemKind<unknown> {
  const key = `${pk.replace(/#.*/, '#')} ${sk.replace(/#.*/, '')}`;
  if (sk === 'CATALOGUE') return KINDS.catalogue;
  const name = Object.entries(KIND_OF).find(([beginning]) => key.startsWith(beginning))?.[1];
  if (name === undefined) throw new Error(`No kind of item has the key ${pk} ${sk}`);
  return KINDS[name];
}

/** As if the next version had written everything. */
async function upgradeTable(): Promise<void> {
  for (const { pk, sk } of system.table.stored()) {
    const kind = getKind({ pk, sk });
    const item = (await system.table.read({ pk, sk })) ?? {};
    const newer = toNextVersion(item, kind.schema, kind.version);
    await system.table.put({ pk, sk }, { ...newer, schemaVersion: kind.version + 1 }, { kind: 'none' });
  }
}

async function readStored(reference: string): Promise<Record<string, unknown>> {
  return (await system.table.read({ pk: `ORDER#${reference}`, sk: 'STATE' })) ?? {};
}

/** Where a value has what the next version added: one path for each object. */
function findAdded(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    name === 'addedLater' ? [path] : findAdded(one, `${path}.${name}`),
  );
}

describe('this version after a rollback from the next one', () => {
  it('brings an order of every status to its end, once, and keeps what is new of each', async () => {
    system = await startVirtualSystem();
    const made = await makeOrders();
    const { cancelled, shipped, completed, failed, held, left, queued } = made;
    const statuses = async () =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(made).map(async ([name, reference]) => [name, (await order(reference)).status]),
        ),
      );
    expect(await statuses()).toMatchObject({
      cancelled: 'Cancelled',
      completed: 'Completed',
      failed: 'Failed',
      held: 'On Hold',
      left: 'Shipped',
      queued: 'Queued',
      shipped: 'Shipped',
    });
    await upgradeTable();
    await system.screen('shipStation', 'DELETE', 'faults');
    await ship(shipped ?? '');
    await system.advance(HOUR);
    await ship(queued ?? '');
    await system.advance(10 * MINUTE);
    const all = await statuses();
    expect(all).toEqual({
      cancelled: 'Cancelled',
      completed: 'Completed',
      failed: 'Failed',
      held: 'On Hold',
      left: 'Shipped',
      queued: 'Shipped',
      shipped: 'Shipped',
    });
    for (const reference of [shipped, completed, left, queued].map(String)) {
      expect(await system.bench.ordersFor(reference)).toHaveLength(1);
      expect((await order(reference)).confirmation.state).toBe('confirmed');
    }
    for (const reference of [cancelled, failed, held, shipped, left, queued].map(String)) {
      const stored = await readStored(reference);
      const expected = ['', '.lines.0', '.submission', '.cancellation', '.confirmation', '.log.0'];
      expect(findAdded(stored), reference).toEqual(expect.arrayContaining(expected));
      expect(stored.schemaVersion).toBe(KINDS.order.version + 1);
    }
    expect(system.deadLetters()).toBe(0);
    expect(system.count('RecordUnreadable')).toBe(0);
  });

  it('processes the messages that the next one sent, and keeps one that it cannot read', async () => {
    system = await startVirtualSystem();
    const reference = await authorise();
    const send = (queue: string, name: keyof typeof MESSAGE_VERSIONS, message: object) =>
      system.send(
        queue,
        { ...message, schemaVersion: MESSAGE_VERSIONS[name] + 1, addedLater: 'of the next version' },
        JSON.stringify(message).replaceAll(/\W/g, ''),
      );
    await system.advance(3 * MINUTE);
    await ship(reference);
    await send(QUEUES.jobs, 'job', { job: 'collect-shipments', connection: 'shipstation' });
    await send(QUEUES.jobs, 'job', { job: 'wrap-gifts', connection: 'shipstation' });
    await send(QUEUES.fulfillment, 'order', { reference });
    await system.advance(MINUTE);
    expect(await order(reference)).toMatchObject({ packages: [{}], confirmation: { state: 'confirmed' } });
    await system.advance(4 * HOUR);
    expect(system.waiting(QUEUES.jobs)).toMatchObject([{ job: 'wrap-gifts' }]);
    expect(system.waiting(QUEUES.fulfillment)).toEqual([]);
    expect(system.deadLetters()).toBe(0);
    expect(system.count('RecordUnreadable')).toBeGreaterThan(5);
  });

  it('runs every job around orders that it cannot read, and reports them', async () => {
    const inventory = { every: '1 hour', mode: 'adjust', account: '540' };
    system = await startVirtualSystem({ connection: { inventory } });
    const made = await makeOrders();
    for (const reference of Object.values(made)) await makeUnreadable(reference);
    await system.screen('shipStation', 'PATCH', 'inventory', { sku: 'TRL-LAMP-HD', quantity: 4 });
    const others = await Promise.all([authorise(), authorise(NO_COUNTRY)]);
    await system.screen('shipStation', 'DELETE', 'faults');
    await system.advance(3 * MINUTE);
    await ship(others[0] ?? '');
    for (const { request } of getSchedules(system.settings))
      await system.send(QUEUES.jobs, request, `${request.job}#${request.connection}`);
    const began = system.now();
    await system.advance(10 * MINUTE);
    const jobs = await Promise.all(
      getSchedules(system.settings).map(async ({ request: { job, connection = '' } }) => {
        const run = await system.runs.read(job, connection);
        return { job, outcome: run?.outcome, isRecent: Date.parse(run?.succeededAt ?? '') >= began };
      }),
    );
    expect(jobs.filter(({ outcome, isRecent }) => outcome !== 'finished' || !isRecent)).toEqual([]);
    expect((await order(others[0] ?? '')).confirmation.state).toBe('confirmed');
    expect((await order(others[1] ?? '')).status).toBe('On Hold');
    expect(system.count('RecordUnreadable')).toBeGreaterThan(0);
    expect(system.deadLetters()).toBe(0);
    const { outcome, differences = [] } = (await system.driftReport()) ?? {};
    expect(outcome).toBe('reported');
    expect(differences.find(({ sku }) => sku === 'TRL-LAMP-HD')).toMatchObject({
      provider: 4,
      dear: 5,
      action: 'report',
      whyNot: expect.stringContaining('cannot be read, and it may have left with some of it'),
    });
    for (const reference of Object.values(made))
      expect(await readStored(reference)).toMatchObject({ status: 'of the next version' });
  });
});

async function makeUnreadable(reference: string): Promise<void> {
  const { name, schema, version } = KINDS.order;
  const changed = withUnknownValues(await readStored(reference), schema, version);
  const status = changed.find(({ path }) => path === 'status')?.record;
  if (status === undefined) throw new Error(`The ${name} ${reference} has no status`);
  const key = { pk: `ORDER#${reference}`, sk: 'STATE' };
  await system.table.put(key, { ...status, schemaVersion: version + 1 }, { kind: 'none' });
}

import { beforeEach, describe, expect, it } from 'vitest';
import type { HoldCause } from '../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../lib/domain/order/holds.ts';
import { BulkActs } from '../../lib/store/bulk-acts.ts';
import { carryOutBulkAct } from '../../lib/workflows/carry-out-bulk-act.ts';
import {
  groupLeftOut,
  keepBulkAct,
  MAX_ORDERS,
  planBulkAct,
  readBulkAct,
  startBulkAct,
} from '../../operator/orders/bulk.ts';
import { ANY_ORDER } from '../../operator/orders/order-query.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { seedOrder } from './seed.ts';

const MINA = { name: 'Mina' };
const ON_EBAY = { query: { ...ANY_ORDER, reasons: ['unknown-sku'] as const, channels: ['eBay'] } };
let fake: InMemoryBridge;

async function seed(number: string, kinds: readonly HoldCause['kind'][], channel = 'eBay'): Promise<void> {
  const held = kinds.length === 0 ? {} : toHeld(kinds.map((kind) => ({ kind, why: `It has ${kind}.` })));
  await seedOrder(fake, held, sale({ id: `id-${number}`, orderNumber: number, sourceChannel: channel }));
}

/** As the function does with each message, without dispatching the order. */
async function work(messages = fake.fulfillment.messages): Promise<void> {
  const { bridge } = fake;
  for (const { reference, act } of messages)
    if (act !== undefined) await carryOutBulkAct(reference, act, { ...bridge, log: () => {} });
}

async function start(): Promise<string> {
  const planned = await planBulkAct(fake.bridge, 'release', ON_EBAY, MINA);
  await keepBulkAct(fake.bridge, planned);
  await startBulkAct(fake.bridge, planned.act.id, MINA);
  return planned.act.id;
}

const statusOf = async (reference: string) => (await fake.bridge.orders.read(reference))?.status;

beforeEach(async () => {
  fake = new InMemoryBridge();
  await seed('SO-1', ['unknown-sku']);
  await seed('SO-2', ['unknown-sku', 'payment']);
  await seed('SO-3', ['unknown-sku'], 'Shopify');
  await seed('SO-4', ['address']);
  await seed('SO-5', []);
});

describe('an act on many orders', () => {
  it('is planned with what it is done to, what is left out and why, and writes nothing', async () => {
    const puts = fake.table.puts;
    const references = ['SO-1-1', 'SO-5-1', 'SO-9-1', 'SO-1-1'];
    const { act, more } = await planBulkAct(fake.bridge, 'release', { references }, MINA);
    expect(act.references).toEqual(['SO-1-1']);
    expect(groupLeftOut(act.leftOut)).toEqual([
      { why: 'there is no such order', references: ['SO-9-1'] },
      { why: 'it is Queued', references: ['SO-5-1'] },
    ]);
    expect(more).toBe(false);
    expect(fake.table.puts).toBe(puts);
  });

  it('is kept with how many orders and pieces of which connections it is done to, and what holds them', async () => {
    const planned = await planBulkAct(fake.bridge, 'release', ON_EBAY, MINA);
    await keepBulkAct(fake.bridge, planned);
    const [listed] = await fake.bridge.bulkActs.listSummaries(10);
    expect(listed).toEqual((await readBulkAct(fake.bridge, planned.act.id)).summary);
    expect(listed).toMatchObject({
      orders: 2,
      pieces: 10,
      connections: { lantern: 2 },
      causes: [
        { reason: 'unknown-sku', why: 'It has unknown-sku.', orders: 2 },
        { reason: 'payment', why: 'It has payment.', orders: 1 },
      ],
    });
  });

  it('expires with its list, as the note in it does', async () => {
    await start();
    expect(await fake.bridge.bulkActs.listSummaries(10)).toHaveLength(1);
    const later = new BulkActs(fake.table, () => fake.now + 91 * 86_400_000, 90);
    expect(await later.listSummaries(10)).toEqual([]);
  });

  it('is done to all orders that match, and to no other, as one entry of the audit', async () => {
    const id = await start();
    await work();
    expect(await Promise.all(['SO-1-1', 'SO-2-1', 'SO-3-1', 'SO-4-1'].map(statusOf))).toEqual([
      'Queued',
      'Queued',
      'On Hold',
      'On Hold',
    ]);
    const audit = await Array.fromAsync(fake.bridge.audit.list('2026-02-01', '2026-02-28'));
    expect(audit).toMatchObject([
      { by: 'Mina', what: 'release of 2 orders (SKU unknown to the service; channel eBay)', about: id },
    ]);
    expect((await fake.bridge.orders.read('SO-1-1'))?.log.at(-1)?.what).toContain(`Released by Mina (${id})`);
    expect(await readBulkAct(fake.bridge, id)).toMatchObject({ done: [{}, {}], leftOut: [], waiting: [] });
  });

  it('changes nothing where its messages come again, or it is started again', async () => {
    const id = await start();
    await work();
    const before = await fake.bridge.orders.read('SO-1-1');
    const sent = fake.fulfillment.messages.length;
    await startBulkAct(fake.bridge, id, MINA);
    expect(fake.fulfillment.messages).toHaveLength(sent);
    await work();
    expect(await fake.bridge.orders.read('SO-1-1')).toEqual(before);
    expect(await Array.fromAsync(fake.bridge.audit.list('2026-02-01', '2026-02-28'))).toHaveLength(1);
  });

  it('counts an order as done whose worker was killed before it could say so', async () => {
    const id = await start();
    const { bridge } = fake;
    const killed = {
      ...bridge.bulkActs,
      read: (one: string) => bridge.bulkActs.read(one),
      hasOutcome: async () => false,
    };
    const deps = {
      ...bridge,
      log: () => {},
      bulkActs: { ...killed, record: () => Promise.reject(new Error('killed')) },
    };
    await expect(carryOutBulkAct('SO-1-1', id, deps)).rejects.toThrow('killed');
    const before = await bridge.orders.read('SO-1-1');
    await work();
    expect(await bridge.orders.read('SO-1-1')).toEqual(before);
    expect(await readBulkAct(bridge, id)).toMatchObject({ done: [{}, {}], leftOut: [] });
  });

  it('goes on with the orders that have no outcome, where its start was interrupted', async () => {
    const id = await start();
    await work(fake.fulfillment.messages.slice(0, 1));
    const sent = fake.fulfillment.messages.length;
    await startBulkAct(fake.bridge, id, MINA);
    expect(fake.fulfillment.messages.slice(sent)).toEqual([{ reference: 'SO-1-1', act: id }]);
  });

  it('leaves out an order that changed since it was planned, and says why', async () => {
    const id = await start();
    const order = (await fake.bridge.orders.read('SO-2-1'))!;
    await fake.bridge.orders.update(order, (one) => ({ ...one, status: 'Cancelled', hold: '', holds: [] }));
    await work();
    expect(await readBulkAct(fake.bridge, id)).toMatchObject({
      done: [{ reference: 'SO-1-1' }],
      leftOut: [{ reference: 'SO-2-1', why: 'it is Cancelled' }],
    });
  });

  it('reads the sales of orders again where it looks again', async () => {
    const planned = await planBulkAct(fake.bridge, 'look-again', ON_EBAY, MINA);
    await keepBulkAct(fake.bridge, planned);
    await startBulkAct(fake.bridge, planned.act.id, MINA);
    const asked = fake.saleEvents.messages.map(({ saleOrderNumber }) => saleOrderNumber);
    expect(asked.sort()).toEqual(['SO-1', 'SO-2']);
    expect(await readBulkAct(fake.bridge, planned.act.id)).toMatchObject({ waiting: [] });
  });

  it('is done to so many orders at most, and says that there are more', async () => {
    const references = Array.from({ length: MAX_ORDERS + 1 }, (_, index) => `SO-${index}-1`);
    const { act, more } = await planBulkAct(fake.bridge, 'release', { references }, MINA);
    expect(more).toBe(true);
    expect(act.references.length + act.leftOut.length).toBe(MAX_ORDERS);
  });
});

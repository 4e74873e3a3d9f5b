import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { type Bridge, createBridge } from '../../operator/bridge.ts';
import { beginRestore, checkRestore, finishRestore } from '../../operator/restore.ts';
import { Refused } from '../../operator/user-errors.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { QUEUES } from './virtual/workers.ts';
import { ACCOUNTS, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
let operated: Bridge | null = null;
afterEach(async () => {
  await operated?.close();
  operated = null;
  await system?.stop();
});

const ADA = { name: 'Ada' };

/** The bridge as an operator opens it, over the table of the virtual system. */
async function openBridge(): Promise<Bridge> {
  const memory = new InMemoryBridge();
  const { bridge } = memory;
  await memory.secrets.write(bridge.secretNames.dear, ACCOUNTS.dear);
  await memory.secrets.write(bridge.secretNames.connection('shipstation'), { apiKey: ACCOUNTS.apiKey });
  operated = createBridge({
    ...bridge,
    settings: system.settings,
    table: system.table,
    auditTable: system.table,
    saleEvents: { publish: (event) => system.send(QUEUES.saleEvents, event, event.saleId) },
    jobs: { publish: (request) => system.send(QUEUES.jobs, request, `${request.job}#${request.connection}`) },
    now: system.now,
  });
  return operated;
}

async function authorise(): Promise<string> {
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
  });
  await system.advance(2 * MINUTE);
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

/** DEAR cannot be reached by one method. */
async function spoil(method: 'GET' | 'POST'): Promise<void> {
  const match = { method, path: 'sale' };
  const fault = { kind: 'status', status: 503, body: 'Unavailable', match, times: 200 };
  await system.screen('dear', 'POST', 'faults', fault);
}

const toNumber = (reference: string) => reference.replace(/-1$/, '');

describe('a table that was restored to an earlier moment', () => {
  it('continues without sending, shipping or confirming anything twice', async () => {
    system = await startVirtualSystem();
    await system.advance(10 * MINUTE);
    const sent = await authorise();
    const match = { method: 'POST', path: 'shipments' };
    const fault = { kind: 'status', status: 429, match, times: 20 };
    await system.screen('shipStation', 'POST', 'faults', fault);
    const queued = await authorise();
    const to = new Date(system.now()).toISOString();
    const before = system.table.stored();

    await system.screen('shipStation', 'DELETE', 'faults');
    await system.advance(10 * MINUTE);
    const sold = await authorise();
    const cancelled = await authorise();
    for (const reference of [sent, queued, sold]) await ship(reference);
    await system.dear.click(toNumber(cancelled), 'void');
    await system.advance(20 * MINUTE);
    for (const reference of [sent, queued, sold])
      expect((await order(reference)).confirmation.state).toBe('confirmed');
    const left = await authorise();
    await ship(left);

    system.table.replaceAll(before);
    const bridge = await openBridge();
    const difference = await checkRestore(bridge, to);
    const changed = [sent, queued, sold, cancelled, left];
    expect(difference.sales.toSorted()).toEqual(changed.map(toNumber).toSorted());
    expect(difference).toMatchObject({ restore: null, toSend: 1 });
    expect(difference.connections).toMatchObject([
      {
        connection: 'shipstation',
        shipments: 4,
        shipped: expect.arrayContaining([sent, queued, sold, left]),
        open: [],
      },
    ]);
    expect(await beginRestore(bridge, to, ADA)).toBe(1);
    await expect(finishRestore(bridge, ADA)).rejects.toThrow(Refused);
    // Shipments are collected while no sale can be read: those of unknown orders are passed over.
    await spoil('GET');
    await system.advance(40 * MINUTE);
    await system.screen('dear', 'DELETE', 'faults');
    await system.advance(40 * MINUTE);
    expect((await order(left)).packages).toEqual([]);
    await finishRestore(bridge, ADA);
    await system.advance(20 * MINUTE);

    for (const reference of [sent, queued, left])
      expect(await order(reference), reference).toMatchObject({
        packages: [{ trackingNumbers: [expect.any(String)] }],
        confirmation: { state: 'confirmed' },
      });
    for (const reference of [sent, queued, sold, left]) {
      expect(await system.bench.ordersFor(reference), reference).toHaveLength(1);
      const { fulfilments } = await system.dear.sale(toNumber(reference));
      expect(fulfilments.map(({ ship: { status, lines } }) => [status, lines.length])).toEqual([
        ['AUTHORISED', 1],
      ]);
    }
    // DEAR shows both as over, so that no order is made for them again.
    for (const reference of [sold, cancelled]) expect(await system.orders.read(reference)).toBeNull();
    expect(await checkRestore(bridge, to)).toMatchObject({ sales: [], toSend: 0, toConfirm: 0 });
    expect(system.deadLetters()).toBe(0);
  });

  it('finds the label that was bought since, and buys no other', async () => {
    system = await startVirtualSystem({ connection: { shippingService: { buy: 'cheapest' } } });
    const to = new Date(system.now()).toISOString();
    const before = system.table.stored();
    // DEAR must not show it as shipped.
    await spoil('POST');
    const reference = await authorise();
    const bought = await readLabels();
    expect(bought.labels).toHaveLength(1);
    system.table.replaceAll(before);
    await system.screen('dear', 'DELETE', 'faults');
    await beginRestore(await openBridge(), to, ADA);
    await system.advance(10 * MINUTE);
    expect(await readLabels()).toEqual(bought);
    const { state, labelId } = (await order(reference)).postage?.label ?? {};
    expect([state, labelId]).toEqual(['bought', bought.labels[0]?.label_id]);
  });
});

const labelList = z.object({ labels: z.array(z.object({ label_id: z.string() })) });

async function readLabels(): Promise<z.infer<typeof labelList>> {
  return labelList.parse(await system.screen('shipStation', 'GET', 'labels'));
}

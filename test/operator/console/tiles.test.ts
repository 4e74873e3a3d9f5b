import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { toProgress } from '../../../lib/domain/order/progress.ts';
import { consoleDeps } from '../../../operator/console/console-deps.ts';
import { readListAddress } from '../../../operator/orders/order-query.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';
import { saleRecord } from '../../builders/sale-record.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';

const { confirmation, lines, cancellation } = acceptedOrder();
const [first] = lines;
const some = box({ contents: [{ key: first?.key ?? '', quantity: 1, batch: '', expiry: '' }] });
const all = box({ contents: lines.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' })) });
const confirmed = { ...confirmation, state: 'confirmed' as const, packages: [all.id] };
const held = { status: 'On Hold', desired: 'held' } as const;

/** Orders of each kind that a row of the board counts, and some that several rows could claim. */
const KINDS: ReadonlyArray<() => FulfillmentOrder> = [
  () => queuedOrder(),
  () => queuedOrder(undefined, { released: false }),
  () => queuedOrder(undefined, { ...held, hold: 'address' }),
  () => queuedOrder(undefined, { ...held, hold: 'shadow' }),
  () => acceptedOrder(),
  () => acceptedOrder(undefined, { desired: 'cancelled' }),
  () => acceptedOrder(undefined, { withdrawn: true, cancellation: { ...cancellation, state: 'refused' } }),
  () => acceptedOrder(undefined, { packages: [some] }),
  () => acceptedOrder(undefined, { packages: [some], partialShipments: 'convert' }),
  () => acceptedOrder(undefined, { packages: [some], confirmation: confirmed, standstill: 'incomplete' }),
  () => acceptedOrder(undefined, { packages: [all] }),
  () => acceptedOrder(undefined, { packages: [all], confirmation: confirmed }),
  () =>
    acceptedOrder(undefined, {
      packages: [all],
      confirmation: { ...confirmed, packages: [], state: 'refused' },
    }),
  () =>
    acceptedOrder(undefined, {
      packages: [all],
      confirmation: { ...confirmed, packages: [], state: 'locked' },
    }),
  () =>
    acceptedOrder(undefined, {
      packages: [all],
      withdrawn: true,
      cancellation: { ...cancellation, state: 'refused' },
    }),
  () => acceptedOrder(undefined, { packages: [all], confirmation: confirmed, status: 'Delivered' }),
  () => queuedOrder(undefined, { status: 'Failed' }),
  () => queuedOrder(undefined, { status: 'Cancelled' }),
];

async function bridgeWith(orders: readonly FulfillmentOrder[]) {
  const memory = new InMemoryBridge();
  for (const [index, order] of orders.entries())
    await memory.bridge.orders.save({ ...order, reference: `SO-${index}-1`, version: 1 });
  await memory.bridge.sales.save(saleRecord({ goodsAwaitedSince: new Date(NOW).toISOString() }), null);
  return consoleDeps(memory.bridge, { name: 'Mina' });
}

describe('each row of the board', () => {
  it('opens a list of as many orders as it counts', async () => {
    const orders = fc.array(fc.constantFrom(...KINDS), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(orders, async (makers) => {
        const deps = await bridgeWith(makers.map((make) => make()));
        for (const { key, count } of await deps.board()) {
          if (key === 'goods') {
            expect(await deps.salesOn(key, 1)).toHaveLength(count);
            continue;
          }
          const { query } = readListAddress(new URLSearchParams({ waiting: key }), NOW);
          const found = await deps.listOrders(query, 1);
          expect([key, found.orders.length, found.total]).toEqual([key, count, count]);
        }
      }),
      { numRuns: 60, examples: [[[...KINDS]]] },
    );
  });

  it('of what is on its way opens none that is at the warehouse', async () => {
    const deps = await bridgeWith(KINDS.map((make) => make()));
    const { query } = readListAddress(new URLSearchParams({ waiting: 'shipped' }), NOW);
    const { orders } = await deps.listOrders(query, 1);
    expect(orders.length).toBeGreaterThan(2);
    expect(orders.map(toProgress)).not.toContain('At warehouse');
  });
});

describe('the status of a list', () => {
  it('is the one that people read, also for Shipped', async () => {
    const deps = await bridgeWith(KINDS.map((make) => make()));
    const { query } = readListAddress(new URLSearchParams({ status: 'Shipped' }), NOW);
    const { orders } = await deps.listOrders(query, 1);
    expect(new Set(orders.map(toProgress))).toEqual(new Set(['Shipped']));
  });
});

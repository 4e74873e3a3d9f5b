import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, queuedOrder } from '../../builders/order.ts';
import { fulfilment, sale, stageLine } from '../../builders/sale.ts';

const live = connection();
const planned = queuedOrder(undefined, { version: 7 }, connection({ mode: 'shadow' }));
const plan = (from: Sale, orders: readonly FulfillmentOrder[], using = live) =>
  planSale({ sale: from, connections: [using], orders, by: 'DEAR', now: NOW + 60_000 });

/** A sale of which DEAR shows so many quills and wax as shipped. */
function shippedSale(quills: number, wax: number, overrides: Partial<Sale> = {}): Sale {
  const second = { productId: planned.lines[1]?.productId ?? '', sku: 'WAX-02' };
  const lines = [stageLine({ quantity: quills }), stageLine({ ...second, quantity: wax })];
  const ship = { boxes: [''], carrier: 'UPS', trackingNumbers: ['1Z1'], shippedAt: '', isShipped: true };
  return sale({
    fulfilments: [
      fulfilment({
        pack: { status: 'AUTHORISED', lines },
        ship: { status: 'AUTHORISED', lines: [ship] },
      }),
    ],
    ...overrides,
  });
}

describe('the plan of a sale with an order of shadow mode', () => {
  it('completes what the connector before shipped, in one write and with the content as it is stored', () => {
    const { changes } = plan(shippedSale(2, 3), [planned]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ content: null, order: { status: 'Completed', version: 8 } });
  });

  it('frees what was not shipped, in one write with a change of the sale', () => {
    expect(plan(sale(), [planned]).changes.map(({ order }) => [order.status, order.version])).toEqual([
      ['Queued', 8],
    ]);
    const changed = plan(sale({ shippingNotes: 'Ring once' }), [planned]).changes;
    expect(changed).toHaveLength(1);
    expect(changed[0]?.order).toMatchObject({ status: 'Queued', version: 8 });
    expect(changed[0]?.order.fingerprint).not.toBe(planned.fingerprint);
  });

  it('counts goods in DEAR for one order only', () => {
    const twin = { ...planned, reference: 'SO-00042-2', demand: 'lantern#other', version: 3 };
    const { changes } = plan(shippedSale(2, 3), [planned, twin]);
    const statuses = Object.fromEntries(changes.map(({ order }) => [order.reference, order.status]));
    expect(statuses['SO-00042-1']).toBe('Completed');
    expect(statuses['SO-00042-2']).toBe('Cancelled');
    expect(changes.find(({ order }) => order.reference === 'SO-00042-2')?.order.version).toBe(4);
  });

  it('changes nothing in shadow mode, nor a second time', () => {
    const shadow = connection({ mode: 'shadow' });
    expect(plan(sale(), [planned], shadow).changes).toEqual([]);
    const [first] = plan(shippedSale(2, 3), [planned]).changes;
    expect(plan(shippedSale(2, 3), [first!.order]).changes).toEqual([]);
  });

  it('leaves the order of a connection that the settings no longer have to its sale', () => {
    const gone = { ...planned, connection: 'harbour', demand: 'harbour' };
    const statuses = plan(shippedSale(2, 3), [gone]).changes.map(({ order }) => [
      order.connection,
      order.status,
      order.takeover?.state,
    ]);
    expect(statuses).toContainEqual(['harbour', 'Cancelled', 'possible']);
  });
});

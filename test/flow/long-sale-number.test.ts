import { afterEach, expect, it } from 'vitest';
import { orderReference } from '../../lib/domain/order/new-order.ts';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

it.each([`WEBSHOP/2026/STORE-EAST/${'0'.repeat(40)}17`, 'Gift 🎁, for Zoë №7', `${'🎁'.repeat(40)}-17`])(
  'a sale numbered %j is ordered under a reference that fits, and its parcel comes back to it',
  async (orderNumber) => {
    system = await startVirtualSystem({ shipsAfterMs: HOUR });
    const { id, number } = await system.dear.authoriseSale({
      orderNumber,
      location: system.location,
      carrier: 'UPS Ground',
      lines: [{ sku: 'TRL-MUG-350', quantity: 2 }],
      shippingNotes: 'Ring\u0007 twice\u202e',
    });
    expect(number).toBe(orderNumber);
    await system.advance(2 * MINUTE);
    const reference = orderReference(orderNumber, 1);
    expect(await system.bench.ordersFor(reference)).toMatchObject([{ status: 'pending' }]);
    await system.advance(2 * HOUR);
    expect(await system.orders.read(reference)).toMatchObject({
      saleOrderNumber: orderNumber,
      status: 'Shipped',
      confirmation: { state: 'confirmed' },
    });
    const [fulfilment] = (await system.dear.sale(id)).fulfilments;
    expect(fulfilment?.ship).toMatchObject({ status: 'AUTHORISED', lines: [{ isShipped: true }] });
    expect(system.deadLetters()).toBe(0);
  },
);

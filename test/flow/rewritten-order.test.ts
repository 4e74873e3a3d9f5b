import { afterEach, expect, it } from 'vitest';
import * as z from 'zod';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const shipments = z.object({
  shipments: z.array(
    z.object({
      ship_to: z.object({ address_line1: z.string() }),
      items: z.array(z.object({ sku: z.string(), item_id: z.string(), quantity: z.number() })),
    }),
  ),
});
const shipmentThere = async () =>
  shipments.parse(await system.screen('shipStation', 'GET', 'shipments')).shipments[0];

it('an order that ShipStation normalises is changed there, keeps its allocations, ships and is confirmed', async () => {
  system = await startVirtualSystem({ shipsAfterMs: 4 * HOUR });
  await system.screen('shipStation', 'PATCH', 'settings', { rewrites: true });
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 2 }],
  });
  await system.advance(20 * MINUTE);
  const before = await shipmentThere();
  await system.screen('dear', 'PATCH', `sales/${number}`, { shippingAddress: { line1: '9 Cedar Lane' } });
  await system.advance(40 * MINUTE);
  const after = await shipmentThere();
  expect(after?.ship_to.address_line1).toBe('9 CEDAR LN');
  expect(after?.items).toEqual([{ ...before?.items[0], sku: 'trl-mug-350' }]);
  const order = await system.orders.read(`${number}-1`);
  expect(order?.submission).toMatchObject({
    acceptedFingerprint: order?.fingerprint,
    refusedFingerprint: '',
  });
  await system.advance(6 * HOUR);
  expect(await system.orders.read(`${number}-1`)).toMatchObject({ confirmation: { state: 'confirmed' } });
});

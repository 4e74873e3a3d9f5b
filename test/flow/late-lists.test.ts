import { afterEach, expect, it } from 'vitest';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

it('a sale that is voided after its order was made, the answer lost and the lists late, is cancelled at ShipStation', async () => {
  system = await startVirtualSystem();
  const lag = 20 * MINUTE;
  await system.screen('shipStation', 'PATCH', 'settings', { listLagMs: lag, lookUpLagMs: lag });
  const match = { method: 'POST', path: 'shipments' };
  await system.screen('shipStation', 'POST', 'faults', { kind: 'timeout-after', match });
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
  });
  await system.advance(8 * MINUTE);
  await system.dear.press(number, 'void');
  await system.advance(5 * MINUTE);
  const early = await system.orders.read(`${number}-1`);
  expect(['Failed', 'Cancelled']).not.toContain(early?.status);
  await system.advance(60 * MINUTE);
  const late = await system.orders.read(`${number}-1`);
  expect(late?.status).toBe('Cancelled');
  expect(late?.log.map(({ what }) => what).join(' ')).toContain('is taken there');
  const held = await system.bench.ordersFor(`${number}-1`);
  expect(held.map(({ status }) => status)).toEqual(['cancelled']);
});

import { afterEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

async function sellAndShip(): Promise<string> {
  const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
  const { number } = await system.dear.authoriseSale({ location: system.location, carrier: 'UPS', lines });
  await system.advance(3 * MINUTE);
  const [order] = await system.bench.ordersFor(`${number}-1`);
  await system.bench.ship(order!.id);
  await system.advance(10 * MINUTE);
  return number;
}

const getOrder = (number: string) => system.orders.read(`${number}-1`);
const openTake = () => system.screen('dear', 'POST', 'stock-takes', { location: system.location });
const getShip = async (number: string) => (await system.dear.sale(number)).fulfilments[0]?.ship.status;
const waiting = async () => {
  const found: string[] = [];
  for await (const { saleOrderNumber } of system.orders.listWaiting('stock-take'))
    found.push(saleOrderNumber);
  return found;
};

describe('a shipment from a location that a stock take locks', () => {
  it('waits with a reason, at few calls of DEAR, and is confirmed when the stock take ends', async () => {
    system = await startVirtualSystem();
    await openTake();
    const number = await sellAndShip();
    expect(await getOrder(number)).toMatchObject({
      status: 'Shipped',
      confirmation: { state: 'locked', packages: [] },
      reason: expect.stringMatching(/DEAR locks ShipStation Austin while the stock take ST-00001 is open/),
    });
    expect(await waiting()).toEqual([number]);
    const before = system.dearCalls().length;
    await system.advance(4 * HOUR);
    // The sweep, its locations and the open stock takes, four times an hour, and the webhooks once.
    expect(system.dearCalls().length - before).toBeLessThan(60);
    expect(await waiting()).toEqual([number]);
    await system.screen('dear', 'POST', 'stock-takes/ST-00001/complete');
    await system.advance(16 * MINUTE);
    expect(await getOrder(number)).toMatchObject({ confirmation: { state: 'confirmed' } });
    expect([await getShip(number), await waiting()]).toEqual(['AUTHORISED', []]);
  });

  it('continues with the missing stages if its pick was written before', async () => {
    system = await startVirtualSystem({ connection: { invoice: 'authorised' } });
    const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
    const { number } = await system.dear.authoriseSale({ location: system.location, carrier: 'UPS', lines });
    await system.advance(3 * MINUTE);
    await system.dear.click(number, 'pick');
    await openTake();
    const [order] = await system.bench.ordersFor(`${number}-1`);
    await system.bench.ship(order!.id);
    await system.advance(10 * MINUTE);
    expect(await waiting()).toEqual([number]);
    await system.screen('dear', 'POST', 'stock-takes/ST-00001/void');
    await system.advance(16 * MINUTE);
    expect(await getOrder(number)).toMatchObject({ confirmation: { state: 'confirmed' } });
    expect((await system.dear.sale(number)).invoices).toMatchObject([{ status: 'AUTHORISED' }]);
  });

  it('is confirmed at once if the lock does not apply to the API', async () => {
    system = await startVirtualSystem();
    await system.screen('dear', 'PATCH', 'behaviour', { locksApi: false });
    await openTake();
    const number = await sellAndShip();
    expect([await getShip(number), await waiting()]).toEqual(['AUTHORISED', []]);
  });

  it('stays refused if DEAR refuses it for another reason', async () => {
    system = await startVirtualSystem();
    await system.screen('dear', 'POST', 'stock-takes', { location: 'ShipStation Reno' });
    await system.screen('dear', 'PATCH', 'behaviour', {});
    const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
    const { number } = await system.dear.authoriseSale({ location: system.location, carrier: 'UPS', lines });
    await system.advance(3 * MINUTE);
    await system.screen('dear', 'PATCH', 'stock', {
      sku: 'TRL-MUG-350',
      location: system.location,
      onHand: 0,
    });
    const [order] = await system.bench.ordersFor(`${number}-1`);
    await system.bench.ship(order!.id);
    await system.advance(10 * MINUTE);
    expect(await getOrder(number)).toMatchObject({ confirmation: { state: 'refused' } });
    expect(await waiting()).toEqual([]);
  });
});

describe('a stock take that the bridge opens for a person', () => {
  const inventory = { mode: 'stocktake', account: '540', guard: { lines: 1, quantity: 1 } };

  it('reports how many orders wait for it, and all continue when it is completed', async () => {
    system = await startVirtualSystem({ connection: { inventory } });
    const before = await sellAndShip();
    await system.screen('shipStation', 'PATCH', 'inventory', { sku: 'TRL-TENT-2P', quantity: 39 });
    const lines = [{ sku: 'TRL-MUG-350', quantity: 1 }];
    await system.dear.authoriseSale({ location: system.location, carrier: 'UPS', lines });
    await system.advance(HOUR);
    const report = await system.driftReport();
    expect(report).toMatchObject({
      outcome: 'opened',
      reason: expect.stringMatching(/locks ShipStation Austin, so 1 order that is with its service waits/),
    });
    const after = await sellAndShip();
    expect(await waiting()).toEqual([after]);
    await system.screen('dear', 'POST', `stock-takes/${report?.stockTake}/complete`);
    await system.advance(16 * MINUTE);
    for (const number of [before, after]) expect(await getShip(number)).toBe('AUTHORISED');
  });
});

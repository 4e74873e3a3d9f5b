import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

/** A collection of shipments with answers that are no news of ours. */
describe('a collection of shipments', () => {
  const running: VirtualSystem[] = [];
  afterEach(async () => {
    for (const system of running.splice(0)) await system.stop();
  });

  async function sold(count: number) {
    const system = await startVirtualSystem();
    running.push(system);
    const sales = [];
    for (let index = 0; index < count; index += 1) {
      const lines = [
        { sku: 'TRL-MUG-350', quantity: 2 },
        { sku: 'TRL-KNIFE-S', quantity: 1 },
      ];
      sales.push(
        await system.dear.authoriseSale({ location: system.location, carrier: 'UPS Ground', lines }),
      );
    }
    await system.advance(5 * MINUTE);
    const references = sales.map(({ number }) => `${number}-1`);
    const ids = [];
    for (const reference of references) ids.push((await system.bench.ordersFor(reference))[0]!.id);
    return { ...system, sales, references, ids };
  }

  it.each([
    ['a gateway’s 404', { status: 404, body: '<html>No such page</html>' }],
    ['a gateway’s 404 in JSON of its own', { status: 404, body: '{"message":"no Route matched"}' }],
    ['an answer without sense', { status: 200, body: '<html>' }],
  ])('ignores %s about the shipment of a parcel, and continues with the others', async (_, fault) => {
    const it = await sold(2);
    const [part] = await it.bench.split(it.ids[0]!, 1);
    const match = { method: 'GET', path: `/v2/shipments/${part}` };
    await it.screen('shipStation', 'POST', 'faults', { kind: 'status', times: 8, match, ...fault });
    await it.bench.ship(part!);
    await it.bench.ship(it.ids[1]!);
    await it.advance(15 * MINUTE);
    expect((await it.orders.read(it.references[0]!))?.packages).toEqual([]);
    expect((await it.orders.read(it.references[1]!))?.confirmation.state).toBe('confirmed');
    expect(it.count('parcel.unreadable')).toBe(1);
    await it.advance(45 * MINUTE);
    const order = await it.orders.read(it.references[0]!);
    expect(order?.packages).toMatchObject([{ contents: [{ key: 'line-1', quantity: 2 }] }]);
    expect(order?.reason).toContain('still to come: 1 × TRL-KNIFE-S');
    expect(it.deadLetters()).toBe(0);
  });
});

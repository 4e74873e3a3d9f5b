import { afterEach, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { compareShadow, cutOver, listWaitingForCutover } from '../../operator/cutover.ts';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { Killer } from './virtual/killer.ts';
import { HOUR, MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

const MUG = 'TRL-MUG-350';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

async function authorise(quantity = 1): Promise<string> {
  const sale = { location: system.location, carrier: 'UPS Ground', lines: [{ sku: MUG, quantity }] };
  return (await system.dear.authoriseSale(sale)).number;
}

/** The connector before sends a sale to the service, under the sale's own number. */
async function sendAsBefore(number: string, quantity = 1, ids: object = {}): Promise<string> {
  const { shippingAddress } = await system.dear.sale(number);
  const address = {
    name: 'Odalys Brandt',
    phone: '+1 503 555 0162',
    address_line1: '77 Larkspur Lane',
    city_locality: 'Portland',
    state_province: 'OR',
    postal_code: shippingAddress.postcode,
    country_code: 'US',
  };
  return await system.bench.createForeignOrder({
    shipment_number: number,
    ...ids,
    warehouse_id: 'se-1001',
    ship_to: address,
    items: [{ sku: MUG, name: 'Mug', quantity }],
    packages: [{ weight: { value: 200, unit: 'gram' } }],
  });
}

/** It ships the sale in DEAR too. */
async function confirmAsBefore(number: string, trackingNumber: string): Promise<void> {
  await system.dear.click(number, 'pick');
  await system.dear.click(number, 'pack');
  await system.dear.click(number, 'ship');
  await system.dear.click(number, 'tracking', { trackingNumber, carrier: 'UPS' });
}

function toBridge(system: VirtualSystem) {
  const settings = settingsSchema.parse({
    connections: [
      { id: 'shipstation', provider: 'shipstation-v2', location: 'x', warehouseId: 'se-1', mode: 'shadow' },
    ],
  });
  const acts: string[] = [];
  const audit = { add: async ({ what }: { what: string }) => void acts.push(what) };
  const { orders, takeovers, saleEvents, now } = system;
  const parts = {
    ...{ orders, takeovers, saleEvents, now },
    caller: 'ada',
    connection: () => settings.connections[0]!,
    audit,
  } as unknown as Parameters<typeof cutOver>[0];
  return { parts, acts };
}

const isoTime = (ms: number) => new Date(ms).toISOString();
const writes = () => system.dearCalls().filter(({ method }) => method !== 'GET').length;

describe('a merchant who moves from another connector', () => {
  it('sees for a day what the bridge would do, cuts over, and ships nothing twice', async () => {
    system = await startVirtualSystem({ connection: { mode: 'shadow' } });
    const begun = system.now();
    const before = writes();
    const shipped = await authorise();
    const left = await authorise();
    const open = await authorise(2);
    const differing = await authorise(3);
    const twice = await authorise();
    await system.advance(10 * MINUTE);
    const ids = new Map<string, string>();
    for (const number of [shipped, left]) ids.set(number, await sendAsBefore(number));
    ids.set(open, await sendAsBefore(open, 2));
    ids.set(differing, await sendAsBefore(differing, 1));
    await sendAsBefore(twice);
    await sendAsBefore(twice, 1, { shipment_number: `${twice}-B`, external_shipment_id: twice });
    const tracking = await system.bench.ship(ids.get(shipped)!);
    await confirmAsBefore(shipped, tracking);
    await system.advance(6 * HOUR);
    const gone = await system.bench.ship(ids.get(left)!);
    await system.advance(18 * HOUR);
    const unsent = await authorise();
    await system.advance(20 * MINUTE);
    // The bridge has written nothing: neither to DEAR nor to the service.
    expect(writes()).toBe(before);
    for (const number of [shipped, left, open, differing, unsent])
      expect(await system.bench.ordersFor(`${number}-1`)).toEqual([]);
    expect(await system.orders.read(`${shipped}-1`)).toMatchObject({
      status: 'Completed',
      takeover: { state: 'shipped' },
    });
    const { parts, acts } = toBridge(system);
    const window = { since: isoTime(begun), until: isoTime(system.now()) };
    const report = await compareShadow(system, window, { after: '', limit: 100 });
    expect(report.totals).toMatchObject({ differing: 1, onlyHere: 1 });
    expect(report.rows.find(({ saleOrderNumber }) => saleOrderNumber === differing)).toMatchObject({
      differences: [expect.stringContaining(`3 × ${MUG} here, 1 there`)],
    });
    const first = await compareShadow(system, window, { after: '', limit: 2 });
    const second = await compareShadow(system, window, { after: first.next, limit: 100 });
    expect([...first.rows, ...second.rows]).toEqual(report.rows);

    const last = await authorise();
    await cutOver(parts, 'shipstation', { name: 'Ada' });
    await cutOver(parts, 'shipstation', { name: 'Ada' });
    expect(acts).toEqual(['cut over from the connector before']);
    const after = await authorise();
    await system.advance(HOUR);
    expect(await listWaitingForCutover(system, 'shipstation')).toEqual([]);
    // What left before is confirmed with its number, and nothing else has its goods.
    expect(await system.orders.read(`${left}-1`)).toMatchObject({
      takeover: { state: 'adopted', number: left },
      packages: [{ trackingNumbers: [gone] }],
      confirmation: { state: 'confirmed' },
    });
    expect((await system.dear.sale(left)).fulfilments[0]?.ship).toMatchObject({ status: 'AUTHORISED' });
    expect(await system.orders.read(`${open}-1`)).toMatchObject({
      status: 'Shipped',
      submission: { state: 'submitted', providerOrderId: ids.get(open) },
    });
    for (const number of [differing, twice])
      expect(await system.orders.read(`${number}-1`)).toMatchObject({ status: 'On Hold', hold: 'takeover' });
    for (const number of [unsent, last, after])
      expect(await system.bench.ordersFor(`${number}-1`)).toHaveLength(1);
    for (const number of [shipped, left, open, differing, twice])
      expect(await system.bench.ordersFor(`${number}-1`)).toEqual([]);
    // Normal life.
    await system.bench.ship(ids.get(open)!);
    await system.advance(HOUR);
    expect(await system.orders.read(`${open}-1`)).toMatchObject({ confirmation: { state: 'confirmed' } });
    expect(system.deadLetters()).toBe(0);
  });

  it('has each order once, wherever the process that takes it over is killed', EXHAUSTIVE, async () => {
    for (let killAt = 1; ; killAt += 1) {
      const killer = new Killer();
      system = await startVirtualSystem({ connection: { mode: 'shadow' }, killer });
      const number = await authorise();
      await system.advance(10 * MINUTE);
      const id = await sendAsBefore(number);
      killer.arm(killAt);
      await cutOver(toBridge(system).parts, 'shipstation', { name: 'Ada' });
      await system.advance(2 * HOUR);
      expect(await system.bench.ordersFor(`${number}-1`)).toEqual([]);
      expect(await system.orders.read(`${number}-1`)).toMatchObject({
        takeover: { state: 'adopted' },
        submission: { providerOrderId: id },
      });
      const wasKilled = killer.passed >= killAt;
      await system.stop();
      if (!wasKilled) break;
      expect(killAt).toBeLessThan(100);
    }
  });
});

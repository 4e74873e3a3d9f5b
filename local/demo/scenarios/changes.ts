import { getProviderDefinition } from '../../../lib/providers/registry.ts';
import type { DemoSale, DemoSystem } from '../demo-system.ts';
import { expectation, expectShipped, type Scenario, toResult } from '../scenario.ts';

export const changedLocation: Scenario = {
  name: 'changed-location',
  about: "The service ships from its other warehouse, and DEAR's stock goes down there.",
  staff: [],
  isAllowed: ({ main }) => Object.keys(main.warehouses).length > 0,
  play: async (demo) => {
    const sale = await demo.authorise(demo.main.id, ['TRL-LAMP-HD']);
    const [[warehouse, location] = []] = Object.entries(demo.main.warehouses);
    const tracking = await demo.ship(sale, sale.reference, warehouse);
    await demo.confirmed(sale.reference);
    const shown = await demo.dear.sale(sale.number);
    const locations = shown.fulfilments[0]?.pick.lines.map(({ location }) => location) ?? [];
    return toResult(sale, [
      expectation(
        `DEAR picked ${sale.number} at ${location} (${locations.join()})`,
        locations.join() === location,
      ),
      ...expectShipped(shown, [tracking]),
    ]);
  },
};

export const correctedTracking: Scenario = {
  name: 'corrected-tracking',
  about: 'A number that comes later, and one that is corrected.',
  staff: ['markShipped', 'setTrackingNumber'],
  play: async (demo) => {
    const late = await demo.authorise(demo.main.id, ['TRL-MUG-350']);
    const staff = demo.staff(late.connection);
    const marked = (await staff.markShipped?.(await demo.waitForArrival(late))) ?? '';
    demo.say(`${demo.service}: a packer marks ${late.reference} as shipped, without a number`);
    await demo.confirmed(late.reference);
    for (const number of ['DHL-LATE-1', 'DHL-LATE-2']) {
      await staff.setTrackingNumber?.(marked, number);
      demo.say(`${demo.service}: a packer types ${number} for ${late.reference}`);
      await waitForTracking(demo, late, number);
    }
    const numbers = await getTrackingNumbers(demo, late);
    return toResult(late, [
      expectation(`DEAR shows ${late.number} under the corrected number alone`, numbers === 'DHL-LATE-2'),
    ]);
  },
};

export const voidedLabel: Scenario = {
  name: 'voided-label',
  about: 'A parcel that DEAR shows did not leave after all, and another one does.',
  staff: ['voidParcel'],
  isAllowed: ({ main }) => getProviderDefinition(main.provider).capabilities.includes('voids'),
  play: async (demo) => {
    const rebought = await demo.authorise(demo.main.id, ['TRL-KNIFE-S']);
    const dead = await demo.ship(rebought);
    await demo.confirmed(rebought.reference);
    await demo.staff(rebought.connection).voidParcel?.(dead);
    demo.say(`${demo.service}: a packer takes back parcel ${dead}`);
    await demo.records.startJob('collect-shipments', rebought.connection);
    const raised = await demo.order(
      rebought.reference,
      'waits for a person',
      ({ confirmation }) => confirmation.state === 'refused',
    );
    const alive = await demo.ship(rebought);
    await waitForTracking(demo, rebought, alive);
    const after = await getTrackingNumbers(demo, rebought);
    return toResult(rebought, [
      expectation(`${rebought.reference} says what to do about ${dead}`, raised.reason.includes(dead)),
      expectation(`DEAR shows ${rebought.number} under ${alive} alone`, after === alive),
    ]);
  },
};

export const lots: Scenario = {
  name: 'lots',
  about: 'The warehouse ships another lot than the oldest of DEAR’s, and DEAR’s pick has that lot.',
  staff: ['receiveLot'],
  play: async (demo) => {
    const sku = `TRL-TEA-${Date.now().toString(36).toUpperCase()}`;
    const shipped = { batch: 'TEA-B', expiry: '2028-06-30' };
    await demo.dear.addProduct(sku, { costingMethod: 'FEFO - Batch' });
    await demo.stock(demo.main.id, sku, 5, { batch: 'TEA-A', expiry: '2028-01-31' });
    await demo.stock(demo.main.id, sku, 5, shipped);
    const sale = await demo.authorise(demo.main.id, [], { lines: [{ sku, quantity: 2 }] });
    const goods = { sku, quantity: 5, lot: shipped.batch, expiry: shipped.expiry };
    await demo.staff(sale.connection).receiveLot?.(await demo.waitForArrival(sale), goods);
    demo.say(`${demo.service}: a packer takes lot ${shipped.batch} of ${sku}`);
    const tracking = await demo.ship(sale);
    await demo.confirmed(sale.reference);
    const shown = await demo.dear.sale(sale.number);
    const picked = shown.fulfilments[0]?.pick.lines.map(({ batch, expiry }) => `${batch} ${expiry}`).join();
    return toResult(sale, [
      expectation(
        `DEAR picked lot ${shipped.batch} of ${sale.number} (${picked})`,
        picked === `${shipped.batch} ${shipped.expiry}`,
      ),
      ...expectShipped(shown, [tracking]),
    ]);
  },
};

/** Waits until the order has the number and DEAR has it too. */
async function waitForTracking(
  demo: DemoSystem,
  { reference, connection }: DemoSale,
  number: string,
): Promise<void> {
  await demo.records.startJob('collect-shipments', connection);
  await demo.order(
    reference,
    `is confirmed to DEAR under ${number}`,
    ({ packages, confirmation: { state, corrections } }) =>
      packages.some((box) => box.trackingNumbers.includes(number)) &&
      state === 'confirmed' &&
      corrections.length === 0,
  );
}

async function getTrackingNumbers(demo: DemoSystem, { number }: DemoSale): Promise<string> {
  const { fulfilments } = await demo.dear.sale(number);
  return fulfilments.flatMap(({ ship }) => ship.lines.flatMap((line) => line.trackingNumbers)).join();
}

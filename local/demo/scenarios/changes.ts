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
  about: 'A number that comes later, one that is corrected, and a label that is voided and bought again.',
  staff: ['markShipped', 'setTrackingNumber', 'voidParcel'],
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

    const rebought = await demo.authorise(demo.main.id, ['TRL-KNIFE-S']);
    const dead = await demo.ship(rebought);
    await demo.confirmed(rebought.reference);
    await staff.voidParcel?.(dead);
    demo.say(`${demo.service}: a packer voids label ${dead}`);
    await demo.records.startJob('collect-shipments', rebought.connection);
    const raised = await demo.order(
      rebought.reference,
      'waits for a person',
      ({ confirmation }) => confirmation.state === 'refused',
    );
    const alive = await demo.ship(rebought);
    await waitForTracking(demo, rebought, alive);
    const after = await getTrackingNumbers(demo, rebought);
    return toResult(
      late,
      [
        expectation(`DEAR shows ${late.number} under the corrected number alone`, numbers === 'DHL-LATE-2'),
        expectation(`${rebought.reference} says what to do about ${dead}`, raised.reason.includes(dead)),
        expectation(`DEAR shows ${rebought.number} under ${alive} alone`, after === alive),
      ],
      [late.reference, rebought.reference],
    );
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

import { type Chapter, played, promise, promisesOfShipped } from '../scenario.ts';
import type { Stage, StagedSale } from '../stage.ts';

/** Mapped to the DEAR location `ShipStation Reno` in the settings. */
const RENO = 'se-1002';

export const changedLocation: Chapter = {
  name: 'changed-location',
  about: "ShipStation ships from its other warehouse, and DEAR's stock goes down there.",
  play: async (stage) => {
    const sale = await stage.authorise('shipstation', ['TRL-LAMP-HD']);
    const tracking = await stage.ship(sale, sale.reference, RENO);
    await stage.confirmed(sale.reference);
    const shown = await stage.dear.sale(sale.number);
    const locations = shown.fulfilments[0]?.pick.lines.map(({ location }) => location) ?? [];
    return played(sale, [
      promise(
        `DEAR picked ${sale.number} at ShipStation Reno (${locations.join()})`,
        locations.join() === 'ShipStation Reno',
      ),
      ...promisesOfShipped(shown, [tracking]),
    ]);
  },
};

export const correctedTracking: Chapter = {
  name: 'corrected-tracking',
  about: 'A number that comes later, one that is corrected, and a label that is voided and bought again.',
  play: async (stage) => {
    const late = await stage.authorise('shipstation', ['TRL-MUG-350']);
    const bench = stage.bench('shipstation');
    const marked = await bench.markShipped(await stage.arrived(late));
    stage.say(`ShipStation: a packer marks ${late.reference} as shipped, without a number`);
    await stage.confirmed(late.reference);
    for (const number of ['DHL-LATE-1', 'DHL-LATE-2']) {
      await bench.typeNumber(marked, number);
      stage.say(`ShipStation: a packer types ${number} for ${late.reference}`);
      await isTold(stage, late, number);
    }
    const numbers = await getShown(stage, late);

    const rebought = await stage.authorise('shipstation', ['TRL-KNIFE-S']);
    const dead = await stage.ship(rebought);
    await stage.confirmed(rebought.reference);
    await bench.voidLabel(dead);
    stage.say(`ShipStation: a packer voids label ${dead}`);
    await stage.records.startJob('collect-shipments', 'shipstation');
    const raised = await stage.order(
      rebought.reference,
      'waits for a person',
      ({ confirmation }) => confirmation.state === 'refused',
    );
    const alive = await stage.ship(rebought);
    await isTold(stage, rebought, alive);
    const after = await getShown(stage, rebought);
    return played(
      late,
      [
        promise(`DEAR shows ${late.number} under the corrected number alone`, numbers === 'DHL-LATE-2'),
        promise(`${rebought.reference} says what to do about ${dead}`, raised.reason.includes(dead)),
        promise(`DEAR shows ${rebought.number} under ${alive} alone`, after === alive),
      ],
      [late.reference, rebought.reference],
    );
  },
};

/** The order has the number, and nothing of it is still to be told. */
async function isTold(stage: Stage, { reference, connection }: StagedSale, number: string): Promise<void> {
  await stage.records.startJob('collect-shipments', connection);
  await stage.order(
    reference,
    `is told to DEAR under ${number}`,
    ({ packages, confirmation: { state, corrections } }) =>
      packages.some((box) => box.trackingNumbers.includes(number)) &&
      state === 'confirmed' &&
      corrections.length === 0,
  );
}

async function getShown(stage: Stage, { number }: StagedSale): Promise<string> {
  const { fulfilments } = await stage.dear.sale(number);
  return fulfilments.flatMap(({ ship }) => ship.lines.flatMap((line) => line.trackingNumbers)).join();
}

import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { DemoSale, DemoSystem } from '../demo-system.ts';
import { type Expectation, expectation, type Scenario } from '../scenario.ts';

export const standingStill: Scenario = {
  name: 'standing-still',
  about:
    'A packer cancels one order, cancels part of a second and packs another product for a third. The bridge reports each, a person decides, and DEAR gets what was shipped.',
  staff: ['split', 'substitute'],
  play: async (demo) => {
    const cancelled = await cancelledByHand(demo);
    const incomplete = await leftInPart(demo);
    const substituted = await packedOtherwise(demo);
    return {
      expectations: [...cancelled.expectations, ...incomplete.expectations, ...substituted.expectations],
      sales: [
        { sale: cancelled.sale, references: [cancelled.sale.reference, `${cancelled.sale.number}-2`] },
        { sale: incomplete.sale, references: [incomplete.sale.reference] },
        { sale: substituted.sale, references: [substituted.sale.reference] },
      ],
      ignored: [],
    };
  },
};

interface ScenarioPart {
  readonly sale: DemoSale;
  readonly expectations: readonly Expectation[];
}

/** The sale's second order ships the goods of the cancelled one. */
async function cancelledByHand(demo: DemoSystem): Promise<ScenarioPart> {
  const sale = await demo.authorise(demo.main.id, ['TRL-MUG-350']);
  await demo.staff(sale.connection).cancel(await demo.waitForArrival(sale));
  demo.say(`${demo.service}: a packer cancels ${sale.reference}`);
  const noticed = await waitForStandstill(demo, sale);
  await demo.act(sale.reference, 'close-and-reorder');
  const second = `${sale.number}-2`;
  const tracking = await demo.ship(sale, second);
  await demo.confirmed(second);
  return {
    sale,
    expectations: [
      expectation(
        `${sale.reference} is Cancelled and says that the sale still asks for the goods`,
        noticed.status === 'Cancelled' && noticed.reason.includes('still asks for the goods'),
      ),
      expectation(
        `DEAR shows ${second} shipped under ${tracking}`,
        (await getTrackingNumbers(demo, sale)).includes(tracking),
      ),
    ],
  };
}

/** One of two products is shipped; the other is dropped. */
async function leftInPart(demo: DemoSystem): Promise<ScenarioPart> {
  const sale = await demo.authorise(demo.main.id, ['TRL-MUG-350', 'TRL-KNIFE-S']);
  const staff = demo.staff(sale.connection);
  const [first = '', rest = ''] = (await staff.split?.(await demo.waitForArrival(sale), 1)) ?? [];
  const tracking = await staff.ship(first);
  await staff.cancel(rest);
  demo.say(`${demo.service}: a packer splits ${sale.reference}, ships one part and cancels the other`);
  await demo.order(sale.reference, 'has its parcel recorded', ({ packages }) => packages.length === 1);
  const noticed = await waitForStandstill(demo, sale);
  await demo.act(sale.reference, 'close-and-drop');
  await demo.confirmed(sale.reference);
  const { fulfilments } = await demo.dear.sale(sale.number);
  const picked = fulfilments.flatMap(({ pick }) => pick.lines.map(({ sku }) => sku));
  return {
    sale,
    expectations: [
      expectation(
        `${sale.reference} says what is missing`,
        noticed.reason.includes('missing: 2 × TRL-KNIFE-S'),
      ),
      expectation(
        `DEAR shows the shipped product of ${sale.number} and no other`,
        picked.join() === 'TRL-MUG-350' && (await getTrackingNumbers(demo, sale)).includes(tracking),
      ),
    ],
  };
}

/** The operator accepts another product in place of the ordered one. */
async function packedOtherwise(demo: DemoSystem): Promise<ScenarioPart> {
  const sale = await demo.authorise(demo.main.id, ['TRL-MUG-350']);
  const staff = demo.staff(sale.connection);
  const id = await demo.waitForArrival(sale);
  await staff.substitute?.(id, 'TRL-MUG-350', 'TRL-KNIFE-S');
  const tracking = await staff.ship(id);
  demo.say(
    `${demo.service}: a packer packs TRL-KNIFE-S in place of TRL-MUG-350, and ships it under ${tracking}`,
  );
  await demo.order(sale.reference, 'has its parcel recorded', ({ packages }) => packages.length === 1);
  const noticed = await waitForStandstill(demo, sale);
  await demo.act(sale.reference, 'accept');
  await demo.confirmed(sale.reference);
  return {
    sale,
    expectations: [
      expectation(
        `${sale.reference} names the product that was shipped instead`,
        noticed.reason.includes('1 × TRL-KNIFE-S'),
      ),
      expectation(
        `DEAR shows ${sale.number} shipped under ${tracking}`,
        (await getTrackingNumbers(demo, sale)).includes(tracking),
      ),
    ],
  };
}

async function waitForStandstill(demo: DemoSystem, sale: DemoSale): Promise<FulfillmentOrder> {
  await demo.checkOrders(sale.connection);
  return demo.order(sale.reference, 'is reported as standing still', ({ standstill }) => standstill !== '');
}

/** The sale's tracking numbers in DEAR. */
async function getTrackingNumbers(demo: DemoSystem, sale: DemoSale): Promise<string[]> {
  const { fulfilments } = await demo.dear.sale(sale.number);
  return fulfilments.flatMap(({ ship }) => ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers));
}

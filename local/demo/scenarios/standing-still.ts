import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { type Expectation, expectation, type Scenario } from '../scenario.ts';
import type { DemoSale, DemoSystem } from '../stage.ts';

const AT = 'shipstation';

export const standingStill: Scenario = {
  name: 'standing-still',
  about:
    'A packer cancels an order, cancels the rest of another and packs another product into a third: each is noticed, a person decides, and DEAR is told of what left.',
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

interface Scene {
  readonly sale: DemoSale;
  readonly expectations: readonly Expectation[];
}

/** The goods go back to the sale, and its second order ships them. */
async function cancelledByHand(demo: DemoSystem): Promise<Scene> {
  const sale = await demo.authorise(AT, ['TRL-MUG-350']);
  await demo.bench(AT).cancel(await demo.arrived(sale));
  demo.say(`ShipStation: a packer cancels ${sale.reference}`);
  const noticed = await standsStill(demo, sale);
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
        (await shownIn(demo, sale)).includes(tracking),
      ),
    ],
  };
}

/** One of two products left; the other is dropped. */
async function leftInPart(demo: DemoSystem): Promise<Scene> {
  const sale = await demo.authorise(AT, ['TRL-MUG-350', 'TRL-KNIFE-S']);
  const bench = demo.bench(AT);
  const [first = '', rest = ''] = await bench.split(await demo.arrived(sale), 1);
  const tracking = await bench.buyLabel(first);
  await bench.cancel(rest);
  demo.say(`ShipStation: a packer splits ${sale.reference}, ships one part and cancels the other`);
  await demo.order(sale.reference, 'has its parcel noted', ({ packages }) => packages.length === 1);
  const noticed = await standsStill(demo, sale);
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
        `DEAR is told of what left of ${sale.number}, and of nothing else`,
        picked.join() === 'TRL-MUG-350' && (await shownIn(demo, sale)).includes(tracking),
      ),
    ],
  };
}

/** Another product counts for the ordered one. */
async function packedOtherwise(demo: DemoSystem): Promise<Scene> {
  const sale = await demo.authorise(AT, ['TRL-MUG-350']);
  const bench = demo.bench(AT);
  const id = await demo.arrived(sale);
  await bench.substitute(id, 'TRL-MUG-350', 'TRL-KNIFE-S');
  const tracking = await bench.buyLabel(id);
  demo.say(`ShipStation: a packer packs TRL-KNIFE-S in place of TRL-MUG-350, and buys label ${tracking}`);
  await demo.order(sale.reference, 'has its parcel noted', ({ packages }) => packages.length === 1);
  const noticed = await standsStill(demo, sale);
  await demo.act(sale.reference, 'accept');
  await demo.confirmed(sale.reference);
  return {
    sale,
    expectations: [
      expectation(`${sale.reference} says what left instead`, noticed.reason.includes('1 × TRL-KNIFE-S')),
      expectation(
        `DEAR shows ${sale.number} shipped under ${tracking}`,
        (await shownIn(demo, sale)).includes(tracking),
      ),
    ],
  };
}

async function standsStill(demo: DemoSystem, sale: DemoSale): Promise<FulfillmentOrder> {
  await demo.checkOrders(sale.connection);
  return demo.order(sale.reference, 'is seen standing still', ({ standstill }) => standstill !== '');
}

/** The tracking numbers that DEAR shows of the sale. */
async function shownIn(demo: DemoSystem, sale: DemoSale): Promise<string[]> {
  const { fulfilments } = await demo.dear.sale(sale.number);
  return fulfilments.flatMap(({ ship }) => ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers));
}

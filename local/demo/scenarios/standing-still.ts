import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { type Chapter, type Promised, promise } from '../scenario.ts';
import type { Stage, StagedSale } from '../stage.ts';

const AT = 'shipstation';

export const standingStill: Chapter = {
  name: 'standing-still',
  about:
    'A packer cancels an order, cancels the rest of another and packs another product into a third: each is noticed, a person decides, and DEAR is told of what left.',
  play: async (stage) => {
    const cancelled = await cancelledByHand(stage);
    const incomplete = await leftInPart(stage);
    const substituted = await packedOtherwise(stage);
    return {
      promises: [...cancelled.promises, ...incomplete.promises, ...substituted.promises],
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
  readonly sale: StagedSale;
  readonly promises: readonly Promised[];
}

/** The goods go back to the sale, and its second order ships them. */
async function cancelledByHand(stage: Stage): Promise<Scene> {
  const sale = await stage.authorise(AT, ['TRL-MUG-350']);
  await stage.bench(AT).cancel(await stage.arrived(sale));
  stage.say(`ShipStation: a packer cancels ${sale.reference}`);
  const noticed = await standsStill(stage, sale);
  await stage.act(sale.reference, 'close-and-reorder');
  const second = `${sale.number}-2`;
  const tracking = await stage.ship(sale, second);
  await stage.confirmed(second);
  return {
    sale,
    promises: [
      promise(
        `${sale.reference} is Cancelled and says that the sale still wants the goods`,
        noticed.status === 'Cancelled' && noticed.reason.includes('still wants the goods'),
      ),
      promise(
        `DEAR shows ${second} shipped under ${tracking}`,
        (await shownIn(stage, sale)).includes(tracking),
      ),
    ],
  };
}

/** One of two products left; the other is dropped. */
async function leftInPart(stage: Stage): Promise<Scene> {
  const sale = await stage.authorise(AT, ['TRL-MUG-350', 'TRL-KNIFE-S']);
  const bench = stage.bench(AT);
  const [first = '', rest = ''] = await bench.split(await stage.arrived(sale), 1);
  const tracking = await bench.buyLabel(first);
  await bench.cancel(rest);
  stage.say(`ShipStation: a packer splits ${sale.reference}, ships one part and cancels the other`);
  await stage.order(sale.reference, 'has its parcel noted', ({ packages }) => packages.length === 1);
  const noticed = await standsStill(stage, sale);
  await stage.act(sale.reference, 'close-and-drop');
  await stage.confirmed(sale.reference);
  const { fulfilments } = await stage.dear.sale(sale.number);
  const picked = fulfilments.flatMap(({ pick }) => pick.lines.map(({ sku }) => sku));
  return {
    sale,
    promises: [
      promise(`${sale.reference} says what is missing`, noticed.reason.includes('missing: 2 × TRL-KNIFE-S')),
      promise(
        `DEAR is told of what left of ${sale.number}, and of nothing else`,
        picked.join() === 'TRL-MUG-350' && (await shownIn(stage, sale)).includes(tracking),
      ),
    ],
  };
}

/** Another product counts for the ordered one. */
async function packedOtherwise(stage: Stage): Promise<Scene> {
  const sale = await stage.authorise(AT, ['TRL-MUG-350']);
  const bench = stage.bench(AT);
  const id = await stage.arrived(sale);
  await bench.substitute(id, 'TRL-MUG-350', 'TRL-KNIFE-S');
  const tracking = await bench.buyLabel(id);
  stage.say(`ShipStation: a packer packs TRL-KNIFE-S in place of TRL-MUG-350, and buys label ${tracking}`);
  await stage.order(sale.reference, 'has its parcel noted', ({ packages }) => packages.length === 1);
  const noticed = await standsStill(stage, sale);
  await stage.act(sale.reference, 'accept');
  await stage.confirmed(sale.reference);
  return {
    sale,
    promises: [
      promise(`${sale.reference} says what left instead`, noticed.reason.includes('1 × TRL-KNIFE-S')),
      promise(
        `DEAR shows ${sale.number} shipped under ${tracking}`,
        (await shownIn(stage, sale)).includes(tracking),
      ),
    ],
  };
}

async function standsStill(stage: Stage, sale: StagedSale): Promise<FulfillmentOrder> {
  await stage.checkOrders(sale.connection);
  return stage.order(sale.reference, 'is seen standing still', ({ standstill }) => standstill !== '');
}

/** The tracking numbers that DEAR shows of the sale. */
async function shownIn(stage: Stage, sale: StagedSale): Promise<string[]> {
  const { fulfilments } = await stage.dear.sale(sale.number);
  return fulfilments.flatMap(({ ship }) => ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers));
}

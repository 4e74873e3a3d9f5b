import { type Chapter, played, promise, promisesOfShipped } from '../scenario.ts';
import type { Stage, StagedSale } from '../stage.ts';

/** A location that the sandbox begins with and no connection ships from. */
const ELSEWHERE = 'Main Warehouse';
/** One read at planning, and pick, pack and ship at confirmation. */
const CALLS_PER_ORDER = 4;

/** Everything between the person in DEAR and the packer in ShipStation is the bridge's. */
export const threeSales: Chapter = {
  name: 'three-sales',
  about: 'One sale of a single line, one that leaves in two parcels, one for a location that is not ours.',
  play: async (stage) => {
    const startedAt = new Date().toISOString();
    const simple = await stage.authorise('shipstation', ['TRL-MUG-350']);
    const split = await stage.authorise('shipstation', ['TRL-LAMP-HD', 'TRL-KNIFE-S', 'TRL-TENT-2P']);
    const elsewhere = await stage.authorise(ELSEWHERE, ['TRL-MUG-350']);
    const labels = new Map([
      [simple, [await stage.ship(simple)]],
      [split, await shipInParts(stage, split)],
    ]);
    for (const { reference } of labels.keys()) await stage.confirmed(reference);
    const record = await stage.until(`${elsewhere.number} is recorded as ignored`, () =>
      stage.records.sale(elsewhere.id),
    );
    await stage.quiet();
    const calls = await stage.dear.callsSince(startedAt);
    const shipped = [...labels].map(([sale, tracking]) => getExpectations(stage, sale, tracking, calls));
    const promises = [
      ...(await Promise.all(shipped)).flat(),
      promise(
        `${elsewhere.number} is recorded as ignored, with its reason`,
        record.outcome === 'ignored' && record.reason !== '',
      ),
      promise(
        `${elsewhere.number}, for another location, never reaches ShipStation`,
        (await stage.bench('shipstation').ordersFor(elsewhere.reference)).length === 0,
      ),
    ];
    const sales = [simple, split].map((sale) => ({ sale, references: [sale.reference] }));
    return { promises, sales, ignored: [elsewhere] };
  },
};

async function shipInParts(stage: Stage, sale: StagedSale): Promise<string[]> {
  const bench = stage.bench(sale.connection);
  const labels: string[] = [];
  for (const part of await bench.split(await stage.arrived(sale), 2)) {
    labels.push(await bench.buyLabel(part));
    stage.say(`ShipStation: a packer buys label ${labels.at(-1)} for a part of ${sale.reference}`);
  }
  return labels;
}

async function getExpectations(
  stage: Stage,
  sale: StagedSale,
  tracking: readonly string[],
  calls: readonly string[],
) {
  const { reference, number } = sale;
  const order = await stage.records.order(reference);
  const copies = (await stage.bench(sale.connection).ordersFor(reference)).length;
  const cost = calls.filter((about) => about === number).length;
  return [
    promise(`${reference} is Shipped`, order?.status === 'Shipped'),
    promise(`ShipStation holds ${reference} exactly once (it holds ${copies})`, copies === 1),
    promise(
      `${reference} costs DEAR exactly ${CALLS_PER_ORDER} calls (it cost ${cost})`,
      cost === CALLS_PER_ORDER,
    ),
    ...promisesOfShipped(await stage.dear.sale(number), tracking),
  ];
}

export const backorderedRest: Chapter = {
  name: 'backordered-rest',
  about:
    'Three of five are in stock and ship; when the other two come in, they are the sale’s second order, and DEAR shows both.',
  play: async (stage) => {
    const sku = `TRL-STOVE-${Date.now().toString(36).toUpperCase()}`;
    await stage.dear.addProduct(sku);
    await stage.stock('shipstation', sku, 3);
    const sale = await stage.authorise('shipstation', [], { lines: [{ sku, quantity: 5 }] });
    const first = await stage.ship(sale);
    await stage.confirmed(sale.reference);
    const waiting = await stage.records.sale(sale.id);
    await stage.stock('shipstation', sku, 2);
    await stage.lookAt(sale);
    const second = `${sale.number}-2`;
    const later = await stage.ship(sale, second);
    await stage.confirmed(second);
    const { fulfilments } = await stage.dear.sale(sale.number);
    const shipped = fulfilments.map(({ pack, ship }) => ({
      quantity: ship.status === 'AUTHORISED' ? pack.lines.reduce((sum, line) => sum + line.quantity, 0) : 0,
      tracking: ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers).join(),
    }));
    return played(
      sale,
      [
        promise(
          `${sale.number} was seen waiting for 2 × ${sku}`,
          waiting?.goodsAwaitedSince !== '' && (waiting?.reason.includes(`2 × ${sku}`) ?? false),
        ),
        promise(
          `DEAR shows 3 shipped under ${first} and 2 under ${later}`,
          JSON.stringify(shipped) ===
            JSON.stringify([
              { quantity: 3, tracking: first },
              { quantity: 2, tracking: later },
            ]),
        ),
      ],
      [sale.reference, second],
    );
  },
};

export const invoice: Chapter = {
  name: 'invoice',
  about: 'The operator releases an unpaid order; what has left is billed in DEAR by itself.',
  play: async (stage) => {
    const sale = await stage.authorise('shipstation-reno', ['TRL-KNIFE-S', 'TRL-MUG-350']);
    await stage.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    await stage.act(sale.reference, 'ship');
    const tracking = await stage.ship(sale);
    await stage.confirmed(sale.reference);
    const shown = await stage.dear.sale(sale.number);
    const bills = shown.invoices.filter(({ status }) => status === 'AUTHORISED');
    return played(sale, [
      promise(`DEAR shows one authorised invoice of ${sale.number}`, bills.length === 1),
      promise(
        `DEAR shows the carrier as the merchant names it`,
        shown.fulfilments[0]?.ship.lines[0]?.carrier === 'UPS Ground',
      ),
      ...promisesOfShipped(shown, [tracking]),
    ]);
  },
};

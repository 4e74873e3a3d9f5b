import type { DemoSale, DemoSystem } from '../demo-system.ts';
import { expectation, expectShipped, type Scenario, toResult } from '../scenario.ts';

/** A location of the sandbox without a connection. */
const ELSEWHERE = 'Main Warehouse';
/** One read at planning, and pick, pack and ship at confirmation. */
const CALLS_PER_ORDER = 4;

/** The whole way from an authorised sale to its tracking in DEAR. */
export const threeSales: Scenario = {
  name: 'three-sales',
  about:
    'One sale with a single line, one that ships in two parcels where the service can split it, and one for a location without a connection.',
  staff: [],
  play: async (demo) => {
    const startedAt = new Date().toISOString();
    const simple = await demo.authorise(demo.main.id, ['TRL-MUG-350']);
    const split = await demo.authorise(demo.main.id, ['TRL-LAMP-HD', 'TRL-KNIFE-S', 'TRL-TENT-2P']);
    const elsewhere = await demo.authorise(ELSEWHERE, ['TRL-MUG-350']);
    const labels = new Map([
      [simple, [await demo.ship(simple)]],
      [split, await shipInParts(demo, split)],
    ]);
    for (const { reference } of labels.keys()) await demo.confirmed(reference);
    const record = await demo.until(`${elsewhere.number} is recorded as ignored`, () =>
      demo.records.sale(elsewhere.id),
    );
    await demo.waitUntilIdle();
    const calls = await demo.dear.callsSince(startedAt);
    const shipped = [...labels].map(([sale, tracking]) => getExpectations(demo, sale, tracking, calls));
    const expectations = [
      ...(await Promise.all(shipped)).flat(),
      expectation(
        `${elsewhere.number} is recorded as ignored, with its reason`,
        record.outcome === 'ignored' && record.reason !== '',
      ),
      expectation(
        `${elsewhere.number}, for another location, never reaches ${demo.service}`,
        (await demo.staff(demo.main.id).ordersFor(elsewhere.reference)).length === 0,
      ),
    ];
    const sales = [simple, split].map((sale) => ({ sale, references: [sale.reference] }));
    return { expectations, sales, ignored: [elsewhere] };
  },
};

async function shipInParts(demo: DemoSystem, sale: DemoSale): Promise<string[]> {
  const staff = demo.staff(sale.connection);
  if (staff.split === undefined) return [await demo.ship(sale)];
  const trackingNumbers: string[] = [];
  for (const part of await staff.split(await demo.waitForArrival(sale), 2)) {
    trackingNumbers.push(await staff.ship(part));
    demo.say(`${demo.service}: a packer ships a part of ${sale.reference} under ${trackingNumbers.at(-1)}`);
  }
  await demo.collectUnnoticed(sale.connection);
  return trackingNumbers;
}

async function getExpectations(
  demo: DemoSystem,
  sale: DemoSale,
  tracking: readonly string[],
  calls: readonly string[],
) {
  const { reference, number } = sale;
  const order = await demo.records.order(reference);
  const copies = (await demo.staff(sale.connection).ordersFor(reference)).length;
  const cost = calls.filter((about) => about === number).length;
  return [
    expectation(`${reference} is Shipped`, order?.status === 'Shipped'),
    expectation(`${demo.service} has ${reference} exactly once (it has ${copies})`, copies === 1),
    expectation(
      `${reference} takes ${CALLS_PER_ORDER} calls of DEAR (it took ${cost})`,
      cost === CALLS_PER_ORDER,
    ),
    ...expectShipped(await demo.dear.sale(number), tracking),
  ];
}

export const backorderedRest: Scenario = {
  name: 'backordered-rest',
  about:
    'Three of five units are in stock and ship. The other two become the sale’s second order when they arrive, and DEAR shows both.',
  staff: [],
  play: async (demo) => {
    const sku = `TRL-STOVE-${Date.now().toString(36).toUpperCase()}`;
    await demo.dear.addProduct(sku);
    await demo.stock(demo.main.id, sku, 3);
    const sale = await demo.authorise(demo.main.id, [], { lines: [{ sku, quantity: 5 }] });
    const first = await demo.ship(sale);
    await demo.confirmed(sale.reference);
    const waiting = await demo.records.sale(sale.id);
    await demo.stock(demo.main.id, sku, 2);
    await demo.reconcile(sale);
    const second = `${sale.number}-2`;
    const later = await demo.ship(sale, second);
    await demo.confirmed(second);
    const { fulfilments } = await demo.dear.sale(sale.number);
    const shipped = fulfilments.map(({ pack, ship }) => ({
      quantity: ship.status === 'AUTHORISED' ? pack.lines.reduce((sum, line) => sum + line.quantity, 0) : 0,
      tracking: ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers).join(),
    }));
    return toResult(
      sale,
      [
        expectation(
          `${sale.number} is recorded as waiting for 2 × ${sku}`,
          waiting?.goodsAwaitedSince !== '' && (waiting?.reason.includes(`2 × ${sku}`) ?? false),
        ),
        expectation(
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

export const invoice: Scenario = {
  name: 'invoice',
  about: 'The operator releases an unpaid order; DEAR gets an invoice of what was shipped.',
  staff: [],
  play: async (demo) => {
    const sale = await demo.authorise(demo.other.id, ['TRL-KNIFE-S', 'TRL-MUG-350']);
    await demo.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    await demo.act(sale.reference, 'ship');
    const tracking = await demo.ship(sale);
    await demo.confirmed(sale.reference);
    const shown = await demo.dear.sale(sale.number);
    const bills = shown.invoices.filter(({ status }) => status === 'AUTHORISED');
    return toResult(sale, [
      expectation(`DEAR shows one authorised invoice of ${sale.number}`, bills.length === 1),
      expectation(
        `DEAR shows the merchant’s name of the carrier`,
        shown.fulfilments[0]?.ship.lines[0]?.carrier === 'UPS Ground',
      ),
      ...expectShipped(shown, [tracking]),
    ]);
  },
};

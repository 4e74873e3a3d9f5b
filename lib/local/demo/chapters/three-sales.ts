import type { Chapter } from '../chapter.ts';
import { promise, promisesOfShipped } from '../promises.ts';
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
    const shipped = [...labels].map(([sale, tracking]) => promisesOf(stage, sale, tracking, calls));
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

async function promisesOf(
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

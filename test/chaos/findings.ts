import { waitingFor } from '../../lib/domain/order/transitions.ts';
import { INDEXES, type IndexName } from '../../lib/store/indexes.ts';
import { type CheckedPeople, findViolations, readOrders } from '../simulation/life/checks.ts';
import { readStoredMessages } from './stored-messages.ts';
import type { ChaosWorld } from './world.ts';

const SIMULATED_NAMES = {
  saleEvents: 'sale-events',
  fulfillment: 'fulfillment',
  confirmations: 'confirmations',
} as const;

/** What is not true of the records of DEAR, of the service and of the queues. */
export async function findProblems(
  world: ChaosWorld,
  people: CheckedPeople,
  directory: string,
): Promise<string[]> {
  const messages = readStoredMessages(directory, world.stackName);
  const bodies = (isMeant: (queue: string) => boolean) =>
    messages.filter(({ queue }) => isMeant(queue)).map(({ body }) => body);
  const checked = {
    ...world,
    sentAgain: [],
    parked: () => bodies((queue) => queue.includes('dead-letter')),
    waiting: (queue: string) => {
      const [, name] = Object.entries(SIMULATED_NAMES).find(([known]) => known === queue) ?? [];
      return bodies((stored) => stored === name);
    },
  };
  return [
    ...(await findViolations(checked, people)),
    ...(await findUnrecorded(world)),
    ...(await findWrongBills(world, people)),
  ];
}

/** Parcels of orders that still wait for them to leave, once everything has left. */
export async function findUnnoticed(world: ChaosWorld, { parcels }: CheckedPeople): Promise<string[]> {
  const numbers = new Set(parcels.map(({ saleNumber }) => saleNumber));
  const orders = (await Promise.all([...numbers].map((number) => readOrders(number, world)))).flat();
  const waiting = new Set(
    orders.filter((order) => waitingFor(order) === 'departure').map(({ reference }) => reference),
  );
  return parcels.flatMap(({ reference, trackingNumber, isVoided }) =>
    waiting.has(reference) && !isVoided
      ? [`${reference}: it waits for goods to leave, and ${trackingNumber} left.`]
      : [],
  );
}

/** Indexes that do not show exactly what the table has. */
export async function findTornIndexes({ scan }: ChaosWorld): Promise<string[]> {
  const items = await scan();
  const found = await Promise.all(
    (Object.keys(INDEXES) as IndexName[]).map(async (index) => {
      const { partition, sort } = INDEXES[index];
      const toEntries = (rows: typeof items) =>
        new Set(
          rows
            .filter((row) => row[partition] !== undefined && row[sort] !== undefined)
            .map((row) => [row.pk, row.sk, row[partition], row[sort]].join(' ')),
        );
      const [inTable, inIndex] = [toEntries(items), toEntries(await scan(index))];
      const torn = [...inTable.symmetricDifference(inIndex)];
      return torn.map(
        (entry) => `The index ${index} ${inIndex.has(entry) ? 'still has' : 'lacks'} ${entry}.`,
      );
    }),
  );
  return found.flat();
}

/** Sales of which DEAR's webhook was acknowledged, and of which nothing is known. */
async function findUnrecorded({ acknowledged, sales }: ChaosWorld): Promise<string[]> {
  const named = [...acknowledged.values()].flatMap((body) => /SO-\d{5}/.exec(body) ?? []);
  const found = await Promise.all(
    [...new Set(named)].map(async (number) =>
      (await sales.findByNumber(number)) === null
        ? [`${number}: its webhook was acknowledged, and nothing is recorded of it.`]
        : [],
    ),
  );
  return found.flat();
}

/** Sales of which something else was billed than was picked. What was taken back after its bill is a credit note's affair. */
async function findWrongBills({ dear }: ChaosWorld, { sales, parcels }: CheckedPeople): Promise<string[]> {
  const problems: string[] = [];
  for (const { number } of sales) {
    const sale = await dear.sale(number);
    const own = parcels.filter(({ saleNumber }) => saleNumber === number);
    if (sale.status === 'VOIDED' || own.some(({ isVoided }) => isVoided)) continue;
    const shipped = sale.fulfilments.filter(({ ship }) => ship.lines.some(({ isShipped }) => isShipped));
    const picked = countProducts(shipped.flatMap(({ pick }) => pick.lines));
    const invoices = sale.invoices.filter(({ status }) => !['VOIDED', 'NOT AVAILABLE'].includes(status));
    const billed = countProducts(invoices.flatMap(({ lines }) => lines));
    if (picked !== billed)
      problems.push(`${number}: ${picked || 'nothing'} left, and ${billed || 'nothing'} is billed.`);
  }
  return problems;
}

function countProducts(
  lines: ReadonlyArray<{ readonly productId: string; readonly quantity: number }>,
): string {
  const byProduct = Map.groupBy(lines, ({ productId }) => productId);
  const counts = [...byProduct].map(
    ([id, of]) => `${of.reduce((sum, { quantity }) => sum + quantity, 0)} of ${id.slice(-6)}`,
  );
  return counts.sort().join(', ');
}

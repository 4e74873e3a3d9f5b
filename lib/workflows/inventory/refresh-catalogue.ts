import { type Clock, isoTime } from '../../domain/clock.ts';
import type { Connection } from '../../domain/connection.ts';
import { NotInPlan } from '../../domain/errors.ts';
import type { JobResult } from '../../domain/job/job-run.ts';
import { isHeldFor } from '../../domain/order/holds.ts';
import type { CatalogueStore } from '../../domain/ports/catalogue.ts';
import type { OrderStore } from '../../domain/ports/orders.ts';
import type { Publisher } from '../../domain/ports/queues.ts';
import type { JobRequest, SaleEventMessage } from '../../messaging/messages.ts';
import { type ListsCatalogue, listsCatalogue, type Provider } from '../../providers/provider.ts';

interface RefreshCatalogueDeps {
  readonly provider: Provider;
  readonly connection: Connection;
  readonly catalogues: CatalogueStore;
  readonly orders: Pick<OrderStore, 'listWaiting'>;
  readonly saleEvents: Publisher<SaleEventMessage>;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
  readonly now: Clock;
}

/** A list is read in one run or not at all, because no provider can continue in the middle of one. */
export class CatalogueTooLong extends Error {
  override readonly name = 'CatalogueTooLong';
}

/**
 * Reads every SKU that the provider knows, so that an unknown SKU is found before its order is sent. Sales whose orders are
 * held for a SKU that is now known are read again. If the account's plan has no list of products, the job ends at once.
 * @throws {CatalogueTooLong} if the list does not fit into one run; the catalogue stays as it was
 * @throws {UpstreamError} if a page could not be read; the catalogue stays as it was
 */
export async function refreshCatalogue(deps: RefreshCatalogueDeps): Promise<JobResult> {
  const { provider, connection, catalogues, now } = deps;
  const isFirst = !(await catalogues.isRead(connection.id));
  const read = listsCatalogue(provider)
    ? await readSkus(provider, deps).catch(nullIfNotInPlan)
    : new Set<string>();
  const skus = read ?? new Set();
  await catalogues.replace(connection.id, skus, isoTime(now()));
  const released = await publishReleasedSales(deps, isFirst);
  const counts = { skus: skus.size, released, ...(read === null && { notInPlan: 1 }) };
  return { outcome: 'finished', counts };
}

async function readSkus(
  provider: ListsCatalogue,
  { connection, hasTime }: RefreshCatalogueDeps,
): Promise<Set<string>> {
  const skus = new Set<string>();
  let inTime = true;
  for await (const page of provider.catalogue()) {
    if (!inTime) throw tooLong(connection.id, skus.size);
    for (const { sku } of page) skus.add(sku);
    inTime = hasTime();
  }
  return skus;
}

/** A plan without a list of products is no failure. */
function nullIfNotInPlan(error: unknown): null {
  if (error instanceof NotInPlan) return null;
  throw error;
}

/**
 * Requests the first reading of each catalogue, as its schedule begins only after its first period, a day by default.
 * @returns how many
 */
export async function startFirstReadings(deps: {
  readonly connections: readonly Connection[];
  readonly runs: { read(job: string, connection: string): Promise<unknown> };
  readonly jobs: Publisher<JobRequest>;
}): Promise<number> {
  let count = 0;
  for (const { id, catalogue } of deps.connections) {
    if (catalogue.every === 'off' || (await deps.runs.read(JOB, id)) !== null) continue;
    await deps.jobs.publish({ job: JOB, connection: id });
    count += 1;
  }
  return count;
}

const JOB = 'refresh-catalogue';

/**
 * Queues the sales whose orders are held for a SKU that is now known; at the first reading every held one, as orders wait for it.
 */
async function publishReleasedSales(
  { orders, catalogues, connection, saleEvents, now }: RefreshCatalogueDeps,
  isFirst: boolean,
): Promise<number> {
  let count = 0;
  for await (const order of orders.listWaiting('hold')) {
    const { lines, saleId, saleOrderNumber } = order;
    if (!isHeldFor(order, 'unknown-sku') || order.connection !== connection.id) continue;
    const skus = lines.map(({ sku }) => sku);
    if (!isFirst && (await catalogues.unknown(connection.id, skus)).size > 0) continue;
    await saleEvents.publish({
      saleId,
      saleTaskId: '',
      saleOrderNumber,
      event: 'catalogue',
      trackingNumbers: [],
      receivedAt: isoTime(now()),
    });
    count += 1;
  }
  return count;
}

function tooLong(connection: string, read: number): CatalogueTooLong {
  return new CatalogueTooLong(
    `${connection} lists more products than one run can read (${read} so far). Set its catalogue.every to 'off'.`,
  );
}

import type { Connection, InventoryPolicy } from '../../domain/connection.ts';
import { Rejected } from '../../domain/errors.ts';
import { type DriftReport, waitsForPerson } from '../../domain/inventory/drift-report.ts';
import type { DriftLine } from '../../domain/inventory/stock-drift.ts';
import type { StockWindow } from '../../domain/inventory/stock-movements.ts';
import type { AdjustmentsInDear, StockInDear, StockTakesInDear } from '../../domain/ports/stock.ts';
import { warehouseNamed, whyNotExternal } from '../../domain/sale/location.ts';
import {
  connectionsShippingFrom,
  type LineResults,
  NOTHING_WRITTEN,
  type StockToWrite,
  type WriteStockDeps,
} from './read-stock.ts';
import { writeAdjustments } from './write-adjustments.ts';
import { writeStockTake } from './write-stock-take.ts';

export interface WriteStockInDearDeps extends WriteStockDeps {
  readonly connection: Connection;
  readonly policy: InventoryPolicy;
  readonly dear: Pick<StockInDear, 'locations'> & AdjustmentsInDear & StockTakesInDear;
  readonly hasTime: () => boolean;
}

export interface StockWritten extends Pick<DriftReport, 'outcome' | 'reason' | 'stockTake' | 'adjustments'> {
  readonly results: LineResults;
  /** False if time ran out; the next run continues. */
  readonly complete: boolean;
}

const NOTHING = { stockTake: '', adjustments: [], results: NOTHING_WRITTEN, complete: true };

/**
 * Writes the lines as the connection's mode says, if DEAR's location may be written to. The reason of a refusal quotes DEAR.
 * @param getAllocated how much of a line orders hold, if the account can only set the available stock; else null
 * @throws {AmbiguousWrite} an answer was lost; calling it again looks it up first
 */
export async function writeStock(
  lines: readonly DriftLine[],
  window: StockWindow,
  deps: WriteStockInDearDeps,
  getAllocated: StockToWrite['getAllocated'] = null,
): Promise<StockWritten> {
  const { connection, policy, dear } = deps;
  const warehouse = warehouseNamed(connection.location, await dear.locations());
  const obstacle = whyNotExternal(connection.location, warehouse);
  if (warehouse === undefined || obstacle !== null)
    return { ...NOTHING, outcome: 'refused', reason: obstacle ?? '' };
  const { account } = policy;
  const where = { locationId: warehouse.id, location: warehouse.name, account, connection: connection.id };
  try {
    const write = policy.mode === 'adjust' ? byAdjustments : byStockTake;
    return await write({ ...where, lines, getAllocated }, window, deps);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { ...NOTHING, outcome: 'refused', reason: getReason(error, account) };
  }
}

async function byAdjustments(
  stock: StockToWrite,
  window: StockWindow,
  deps: WriteStockInDearDeps,
): Promise<StockWritten> {
  const { references, refusal, complete, ...results } = await writeAdjustments(stock, window, deps);
  const written = { ...NOTHING, adjustments: references, results, complete };
  if (refusal === null) return { ...written, outcome: 'written', reason: '' };
  return { ...written, outcome: 'refused', reason: getReason(refusal, stock.account) };
}

async function byStockTake(
  stock: StockToWrite,
  window: StockWindow,
  deps: WriteStockInDearDeps,
): Promise<StockWritten> {
  const byHand = waitsForPerson(deps.policy);
  const status = byHand ? 'IN PROGRESS' : 'COMPLETED';
  const { number, ...results } = await writeStockTake(stock, window, status, deps);
  const done = { ...NOTHING, stockTake: number, results };
  if (!byHand) return { ...done, outcome: 'written', reason: '' };
  const waiting = await countUnconfirmedOrders(stock.location, deps);
  const reason = `Check the stock take ${number} in DEAR and complete it soon: its figures overwrite every movement until then, and DEAR locks ${stock.location}, so ${ordersThatWait(waiting)}.`;
  return { ...done, outcome: 'opened', reason };
}

function ordersThatWait(count: number): string {
  const orders =
    count === 1
      ? '1 order that is with its service waits'
      : `${count} orders that are with their services wait`;
  return `${orders} until then to be confirmed`;
}

/** Counts the orders of the location that left, or may leave, and are not confirmed in DEAR. */
export async function countUnconfirmedOrders(
  location: string,
  { connections, orders }: Pick<WriteStockDeps, 'connections' | 'orders'>,
): Promise<number> {
  let count = 0;
  for (const connection of connectionsShippingFrom(location, connections)) {
    for await (const order of orders.listShipped(connection.id)) {
      if (order.confirmation.state !== 'confirmed' && !order.withdrawn) count += 1;
    }
  }
  return count;
}

function getReason({ message, details }: Rejected, account: string): string {
  const upstreamMessage = details.upstreamMessage ?? message;
  return `DEAR refused it: ${upstreamMessage} Check the account ${account} and the lines; the next sync tries again.`;
}

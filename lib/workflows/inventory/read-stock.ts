import type { Clock } from '../../domain/clock.ts';
import type { Connection } from '../../domain/connection.ts';
import { Deferred } from '../../domain/errors.ts';
import { type DriftLine, getTarget } from '../../domain/inventory/stock-drift.ts';
import { getMovements, type Movement, type StockWindow } from '../../domain/inventory/stock-movements.ts';
import { FigureTimes, StockSides } from '../../domain/inventory/stock-sides.ts';
import { SETTLING_MS } from '../../domain/order/submission.ts';
import type { SetAsideStore } from '../../domain/ports/jobs.ts';
import type { OnLeftOut, OrderStore } from '../../domain/ports/orders.ts';
import type { StockHeader, StockInDear, StockLine } from '../../domain/ports/stock.ts';
import { matchesPattern } from '../../domain/sale/deliverable-lines.ts';
import { binsRefused, isSameName, warehouseNamed, whyNotExternal } from '../../domain/sale/location.ts';
import { enumerate } from '../../domain/text.ts';
import type { ReportsStock } from '../../providers/provider.ts';

export interface ReadStockDeps {
  readonly connection: Connection;
  /** All connections: others may ship from this location too. */
  readonly connections: readonly Connection[];
  /** Every connection of this location, whose stock together is that of DEAR. */
  readonly sources: readonly StockSource[];
  readonly dear: Pick<StockInDear, 'availability' | 'locations'>;
  readonly orders: Pick<OrderStore, 'listShipped' | 'listWaiting'>;
  /** Runs `collect-shipments` of a connection. @returns whether it finished */
  readonly collect: (connection: Connection) => Promise<boolean>;
  readonly setAside: Pick<SetAsideStore, 'read'>;
  readonly now: Clock;
  readonly hasTime: () => boolean;
}

/** A connection of a location, and its provider. */
export interface StockSource {
  readonly connection: Connection;
  readonly provider: ReportsStock;
}

export interface StockRead {
  readonly state: 'read';
  readonly sides: StockSides;
  readonly window: StockWindow;
}

/** Both sides, or the reason in a sentence why they cannot be compared. `behind`: there was no time. */
export type StockReading =
  | StockRead
  | { readonly state: 'behind' }
  | { readonly state: 'refused'; readonly reason: string };

/**
 * Reads the stock of each provider of the location, then DEAR's, each to its last page or an error, and collects shipments before and after. Before,
 * so that goods that had left are in flight; after, so that goods that leave during the reading count as moved, as do those
 * that are confirmed in DEAR in that time. So a figure is used only if nothing of the SKU moved between the two readings.
 * @returns `behind`: there was no time to collect everything; `refused`: the location has bins, or DEAR does not know it
 */
export async function readStock(deps: ReadStockDeps): Promise<StockReading> {
  const shippers = connectionsShippingFrom(deps.connection.location, deps.connections);
  if (!(await collectAll(shippers, deps))) return { state: 'behind' };
  const figures = new FigureTimes();
  const window = { location: deps.connection.location, began: deps.now(), figures };
  const sides = new StockSides();
  for (const { connection, provider } of deps.sources) {
    for await (const rows of provider.stock()) {
      sides.addProvider(rows.filter(listGoods(connection)));
      figures.add(rows);
      requireTime(deps);
    }
  }
  const reason = await readDear(sides, deps);
  if (reason !== null) return { state: 'refused', reason };
  if (!(await collectAll(shippers, deps))) return { state: 'behind' };
  const unrecorded = await findUnrecorded(shippers, deps);
  if (unrecorded.length > 0) return { state: 'refused', reason: toUnrecordedReason(unrecorded) };
  const leaveOut = (reference: string) => sides.leaveOut(toLeftOutReason(reference));
  for await (const movements of readMovements(window, deps, leaveOut)) sides.addMovements(movements);
  return { state: 'read', sides, window };
}

/**
 * DEAR returns no row for a name that it does not know, so if there is none the name is looked up.
 * @returns a sentence why the location cannot be compared; null if it can
 */
async function readDear(sides: StockSides, deps: ReadStockDeps): Promise<string | null> {
  const { location } = deps.connection;
  const reason = await readRows(location, sides, deps);
  if (reason !== null || sides.dearRows > 0) return reason;
  const found = warehouseNamed(location, await deps.dear.locations());
  if (found === undefined || found.name === location) return whyNotExternal(location, found);
  return await readRows(found.name, sides, deps);
}

async function readRows(name: string, sides: StockSides, deps: ReadStockDeps): Promise<string | null> {
  for await (const rows of deps.dear.availability(name)) {
    if (rows.some(({ bin }) => bin !== '')) return binsRefused(name);
    if (rows.some(isWithoutSku)) return ROW_WITHOUT_SKU;
    sides.addDear(rows.filter(listGoods(deps.connection)));
    requireTime(deps);
  }
  return null;
}

const ROW_WITHOUT_SKU =
  'DEAR returned a row of this location whose SKU cannot be read. A product that is there may look absent, so nothing is compared or written. Check the products of the location in DEAR.';

function isWithoutSku({ sku, onHand }: { readonly sku: string; readonly onHand: number | null }): boolean {
  return sku === '' && onHand === null;
}

/** The movements between the two sides, order by order. */
async function* readMovements(
  window: StockWindow,
  { connections, orders }: Pick<ReadStockDeps, 'connections' | 'orders'>,
  onLeftOut: OnLeftOut = () => {},
): AsyncGenerator<Movement[]> {
  const shippers = connectionsShippingFrom(window.location, connections);
  for (const connection of shippers) {
    for await (const order of orders.listShipped(connection.id, '', onLeftOut))
      yield getMovements(order, connection, window);
  }
  // A delivered order is no longer in Shipped, and may not be confirmed in DEAR yet.
  for (const what of ['confirmation', 'confirmation-refused', 'stock-take'] as const) {
    for await (const order of orders.listWaiting(what, '', 0, onLeftOut)) {
      const connection = shippers.find(({ id }) => id === order.connection);
      const isNew = connection !== undefined && order.status !== 'Shipped';
      if (isNew) yield getMovements(order, connection, window);
    }
  }
}

/** Connections whose own location it is. */
export function getConnectionsAt(location: string, connections: readonly Connection[]): Connection[] {
  return connections.filter((one) => isSameName(one.location, location));
}

/** Connections whose goods may leave from the location. */
export function connectionsShippingFrom(location: string, connections: readonly Connection[]): Connection[] {
  return connections.filter(({ location: own, warehouses }) =>
    [own, ...Object.values(warehouses)].some((name) => isSameName(name, location)),
  );
}

async function collectAll(shippers: readonly Connection[], { collect }: ReadStockDeps): Promise<boolean> {
  for (const connection of shippers) if (!(await collect(connection))) return false;
  return true;
}

/** Orders whose shipments could not be recorded: the provider's figure lacks the goods, and no order shows it. */
async function findUnrecorded(
  shippers: readonly Connection[],
  { setAside }: ReadStockDeps,
): Promise<string[]> {
  const lists = await Promise.all(shippers.map(({ id }) => setAside.read(id)));
  return lists.flatMap(({ entries }) => [...entries.keys()]);
}

function toLeftOutReason(reference: string): string {
  return `The order ${reference} cannot be read, and it may have left with some of it. See: bridge orders show ${reference}`;
}

function toUnrecordedReason(references: readonly string[]): string {
  return `Shipments of ${enumerate(references)} could not be recorded, so the stock cannot be compared. See: bridge doctor`;
}

/** A reading cannot be continued in another run: the figures would be of two moments. */
function requireTime({ hasTime, connection }: ReadStockDeps): void {
  if (hasTime()) return;
  throw new Error(`Reading the stock of ${connection.id} takes longer than run-job may run`);
}

function listGoods({ serviceSkus }: Connection): (row: { readonly sku: string }) => boolean {
  return ({ sku }) => sku !== '' && !serviceSkus.some((pattern) => matchesPattern(sku, pattern));
}

/** Lines to be written to DEAR, and their location. */
export interface StockToWrite extends Pick<StockHeader, 'locationId' | 'location' | 'account'> {
  /** The connection's id, with which every reference begins. */
  readonly connection: string;
  /** With the actions `adjust` and `add` only. */
  readonly lines: readonly DriftLine[];
  /** null if DEAR sets the stock on hand; else it sets the available stock, which is this much less. */
  readonly getAllocated: ((line: DriftLine) => number) | null;
}

export interface WriteStockDeps extends Pick<ReadStockDeps, 'connections' | 'orders' | 'now'> {
  /** The position of the writing, from which a later run continues; null or '' if it has not begun. */
  readonly progress: {
    read(): Promise<string | null>;
    save(position: string): Promise<void>;
  };
}

/** The results of lines that were to be written. */
export interface LineResults {
  /** `lineKey` of each line that was written. */
  readonly written: ReadonlySet<string>;
  /** `lineKey` → a sentence why it was not written. */
  readonly left: ReadonlyMap<string, string>;
}

export const NOTHING_WRITTEN: LineResults = { written: new Set(), left: new Map() };

export function lineKey({ sku, batch, expiry }: Pick<DriftLine, 'sku' | 'batch' | 'expiry'>): string {
  return [sku, batch, expiry].join('\n');
}

export function toStockLine(line: DriftLine): StockLine {
  const { productId, sku, name, batch, expiry, unitCost } = line;
  return { productId, sku, name, batch, expiry, unitCost, quantity: getTarget(line) };
}

/**
 * That DEAR does not list a document proves that it was not written only when it can no longer land.
 * @param sentAt ISO UTC; '' if that is not known, for long ago
 * @throws {Deferred} it may still land
 */
export function requireSettled(reference: string, sentAt: string, now: number): void {
  const waitMs = Date.parse(sentAt) + SETTLING_MS - now;
  if (waitMs > 0) throw new Deferred(`DEAR may still process ${reference}`, waitMs);
}

/** SKU → why nothing of it may be written: it moved since the reading began. */
export async function movedSinceRead(
  window: StockWindow,
  deps: Pick<ReadStockDeps, 'connections' | 'orders'>,
): Promise<Map<string, string>> {
  const moved = new Map<string, string>();
  for await (const movements of readMovements(window, deps)) {
    for (const movement of movements) {
      if (movement.kind === 'unsettled') moved.set(movement.sku, movement.why);
    }
  }
  return moved;
}

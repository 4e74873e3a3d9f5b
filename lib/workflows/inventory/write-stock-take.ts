import * as z from 'zod';
import { type Clock, isoTime } from '../../domain/clock.ts';
import { resumeLockedConfirmation } from '../../domain/confirmation/confirmation.ts';
import { getLocation } from '../../domain/confirmation/packing.ts';
import type { Connection } from '../../domain/connection.ts';
import { Rejected } from '../../domain/errors.ts';
import type { StockWindow } from '../../domain/inventory/stock-movements.ts';
import type { FulfillmentOrder } from '../../domain/order/fulfillment-order.ts';
import type { CursorStore } from '../../domain/ports/jobs.ts';
import type { OrderStore } from '../../domain/ports/orders.ts';
import type { Publisher } from '../../domain/ports/queues.ts';
import type {
  OpenStockTake,
  StockLine,
  StockTakeLocksInDear,
  StockTakesInDear,
} from '../../domain/ports/stock.ts';
import type { OrderMessage } from '../../messaging/messages.ts';
import { findLock, listOpenStockTakes } from '../confirmation-outcomes.ts';
import {
  type LineResults,
  lineKey,
  movedSinceRead,
  requireSettled,
  type StockToWrite,
  toStockLine,
  type WriteStockDeps,
} from './read-stock.ts';

interface WriteStockTakeDeps extends WriteStockDeps {
  readonly dear: StockTakesInDear;
}

interface StockTakeWritten extends LineResults {
  readonly number: string;
}

const storedStockTake = z.object({
  reference: z.string(),
  /** `begun`: it may have been opened. `saved`: it has our figures, and a person completes it. */
  state: z.enum(['begun', 'saved']),
  /** When it was begun, ISO UTC; '' in an older form of the cursor. */
  at: z.string().default(''),
});
type StoredStockTake = z.infer<typeof storedStockTake>;

/** Each mode has a cursor of its own, so that a change of mode forgets no unfinished write. */
const STOCK_TAKE_CURSOR = 'sync-inventory/stocktake';

/** The connection's stock take that was not seen completed or voided; null if there is none. */
export async function readOpenStockTake(
  connection: string,
  cursors: Pick<CursorStore, 'read'>,
): Promise<{ readonly since: string } | null> {
  const stored = (await cursors.read(STOCK_TAKE_CURSOR, connection)) ?? '';
  return stored === '' ? null : { since: storedStockTake.parse(JSON.parse(stored)).at };
}

/** @param open every stock take that DEAR has in progress */
async function forgetFinishedStockTake(
  connection: string,
  open: ReadonlyArray<{ readonly reference: string }>,
  cursors: CursorStore,
): Promise<void> {
  const stored = (await cursors.read(STOCK_TAKE_CURSOR, connection)) ?? '';
  const place = stored === '' ? null : storedStockTake.parse(JSON.parse(stored));
  // One that was only begun may have been completed although the answer was lost: the next sync looks it up.
  if (place?.state !== 'saved' || open.some(({ reference }) => reference === place.reference)) return;
  await cursors.save(STOCK_TAKE_CURSOR, connection, '');
}

/** Rows that are not counted keep the figure of the opening, so a later save would undo the movements since. */
const SAVED_WITHIN_MS = 10 * 60_000;

const COMPLETED_EARLIER =
  'An earlier attempt of this sync completed its stock take; the next sync compares again.';
const ROWS_CHANGED = "DEAR's rows of it changed while the stock was compared.";

/** DEAR's number of the open stock take that has our figures; null if there is none. */
export async function openStockTakeNumber({ progress, dear }: WriteStockTakeDeps): Promise<string | null> {
  const place = await readStoredStockTake(progress);
  if (place?.state !== 'saved') return null;
  const found = (await dear.findStockTakes(place.reference)).find(({ status }) => isOpen(status));
  if (found === undefined) await progress.save('');
  return found?.number ?? null;
}

/**
 * Writes a stock take with both of its tables: the rows that DEAR has, each with its own figure or the counted one, and new
 * lines with their unit cost. SKUs that moved since the reading began keep the figure that DEAR has now.
 *
 * Its reference is stored before it is opened. A stock take whose answer was lost is found again and continued for ten
 * minutes; one that was completed meanwhile is left as it is.
 * @param status IN PROGRESS for a person to complete, COMPLETED to be the stock on hand at once
 * @throws {AmbiguousWrite} an answer was lost; calling it again looks it up first
 * @throws {Deferred} one of which the answer was lost may still be opened: a second one would lock the location for good
 * @throws {Rejected} DEAR refuses it, or an older one that never got its figures has to be voided first
 */
export async function writeStockTake(
  stock: StockToWrite,
  window: StockWindow,
  status: 'IN PROGRESS' | 'COMPLETED',
  deps: WriteStockTakeDeps,
): Promise<StockTakeWritten> {
  const earlier = await findEarlier(deps);
  if (earlier !== undefined && !isOpen(earlier.status)) {
    await deps.progress.save('');
    const left = new Map(stock.lines.map((line) => [lineKey(line), COMPLETED_EARLIER]));
    return { number: earlier.number, written: new Set(), left };
  }
  const take =
    earlier === undefined ? await open(stock, deps) : await deps.dear.reopenStockTake(earlier.taskId);
  const { counts, ...results } = sortLines(stock, take, await movedSinceRead(window, deps));
  await take.save({ status, ...counts });
  const place = (await readStoredStockTake(deps.progress)) ?? { reference: '' };
  const done = status === 'COMPLETED' ? '' : JSON.stringify({ ...place, state: 'saved' });
  await deps.progress.save(done);
  return { number: take.number, ...results };
}

/** A stock take that was begun, and whose end was not seen. */
async function findEarlier({ progress, dear, now }: WriteStockTakeDeps) {
  const place = await readStoredStockTake(progress);
  if (place?.state !== 'begun') return undefined;
  const found = (await dear.findStockTakes(place.reference)).find(({ status }) => status !== 'VOIDED');
  if (found === undefined) requireSettled(place.reference, place.at, now());
  const isOld = now() - Date.parse(place.at) > SAVED_WITHIN_MS;
  if (found !== undefined && isOpen(found.status) && isOld) throw toTooOld(found.number, place);
  return found;
}

function toTooOld(number: string, { reference, at }: StoredStockTake): Rejected {
  const upstreamMessage = `The stock take ${number} of ${at} never got its figures. Void it there, and do not complete it.`;
  return new Rejected({ system: 'DEAR', operation: 'save stock take', reference, upstreamMessage });
}

async function open(stock: StockToWrite, deps: WriteStockTakeDeps): Promise<OpenStockTake> {
  const now = isoTime(deps.now());
  const { connection, locationId, location, account } = stock;
  const reference = `${connection} ${now}`;
  await deps.progress.save(JSON.stringify({ reference, state: 'begun', at: now } satisfies StoredStockTake));
  const header = { locationId, location, account, reference, effectiveDate: now.slice(0, 10) };
  return await deps.dear.openStockTake(header);
}

/** Sorts the lines into the two tables, by the rows that DEAR has now. */
function sortLines({ lines }: StockToWrite, take: OpenStockTake, moved: ReadonlyMap<string, string>) {
  const rows = new Set(take.rows.map(rowKey));
  const counted: StockLine[] = [];
  const added: StockLine[] = [];
  const written = new Set<string>();
  const left = new Map<string, string>();
  for (const line of lines) {
    const isRow = rows.has(rowKey(line));
    const why = moved.get(line.sku) ?? (isRow === (line.action === 'adjust') ? null : ROWS_CHANGED);
    if (why !== null) left.set(lineKey(line), why);
    else {
      (isRow ? counted : added).push(toStockLine(line));
      written.add(lineKey(line));
    }
  }
  return { counts: { counted, added }, written, left };
}

function rowKey({ productId, batch, expiry }: OpenStockTake['rows'][number]): string {
  return [productId, batch, expiry].join('\n');
}

function isOpen(status: string): boolean {
  return status === 'IN PROGRESS' || status === 'DRAFT';
}

async function readStoredStockTake(
  progress: WriteStockTakeDeps['progress'],
): Promise<StoredStockTake | null> {
  const stored = await progress.read();
  return stored === null || stored === '' ? null : storedStockTake.parse(JSON.parse(stored));
}

interface FollowStockTakesDeps {
  readonly connections: readonly Connection[];
  readonly dear: StockTakeLocksInDear;
  readonly orders: Pick<OrderStore, 'listWaiting' | 'update'>;
  readonly cursors: CursorStore;
  readonly confirmations: Publisher<OrderMessage>;
  readonly now: Clock;
}

/**
 * Resumes the confirmation of orders that waited for a stock take that has ended, and forgets our stock takes that a person
 * completed or voided. Costs one call of DEAR, and none while no order waits and none of ours is open.
 * @returns how many orders were resumed
 */
export async function followStockTakes(deps: FollowStockTakesDeps): Promise<number> {
  const waiting: FulfillmentOrder[] = [];
  for await (const order of deps.orders.listWaiting('stock-take')) waiting.push(order);
  const ours = await openedByUs(deps);
  if (waiting.length === 0 && ours.length === 0) return 0;
  const takes = await listOpenStockTakes(deps.dear);
  for (const id of ours) await forgetFinishedStockTake(id, takes, deps.cursors);
  const free = waiting.filter(
    (order) => findLock(getLocations(order, deps.connections), takes) === undefined,
  );
  for (const order of free) {
    await deps.orders.update(order, (current) => resumeLockedConfirmation(current, deps.now()));
    await deps.confirmations.publish({ reference: order.reference });
  }
  return free.length;
}

/** Ids of the connections whose stock take is open. */
async function openedByUs({ connections, cursors }: FollowStockTakesDeps): Promise<string[]> {
  const ids: string[] = [];
  for (const { id } of connections) if ((await readOpenStockTake(id, cursors)) !== null) ids.push(id);
  return ids;
}

function getLocations(order: FulfillmentOrder, connections: readonly Connection[]): string[] {
  const connection = connections.find(({ id }) => id === order.connection);
  if (connection === undefined) return [order.location];
  const consignment = { order, packages: order.packages, connection };
  return [order.location, ...order.packages.map((box) => getLocation(consignment, box))];
}

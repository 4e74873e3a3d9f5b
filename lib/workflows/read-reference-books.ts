import * as z from 'zod';
import { DAY_MS, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { Deferred } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { skusToKnow, type UnknownSkus } from '../domain/order/new-order.ts';
import type { CatalogueStore, ProductKindStore, ReferenceInDear } from '../domain/ports/catalogue.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import {
  type KitPart,
  type Kits,
  NO_BOOKS,
  type ProductKind,
  type ReferenceBooks,
} from '../domain/sale/catalogue.ts';
import { isProduct } from '../domain/sale/deliverable-lines.ts';
import { findDemands } from '../domain/sale/demands-of-sale.ts';
import { hasLooseGoods } from '../domain/sale/kits.ts';
import { hasDoubtfulPlace, isSameName, namedLocations, type Warehouse } from '../domain/sale/location.ts';
import { type ConnectedLocation, isAuthorised } from '../domain/sale/reasons-to-read.ts';
import type { Sale } from '../domain/sale/sale.ts';

export interface LocationDeps {
  readonly dear: Pick<ReferenceInDear, 'listLocations'>;
  readonly cursors: CursorStore;
  readonly connections: readonly Connection[];
}

const storedWarehouses = z.object({
  /** ISO UTC. */
  at: z.string(),
  warehouses: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Locations of the settings at the time of the reading. */
  names: z.array(z.string()),
});
type StoredWarehouses = z.infer<typeof storedWarehouses>;

/**
 * The connections' locations by DEAR's ids, because its list of sales names locations by id alone; '' if DEAR has none of that
 * name. Costs one call of DEAR a day, and one when a connection is new.
 * @param now ms since the epoch
 */
export async function readConnectedLocations(deps: LocationDeps, now: number): Promise<ConnectedLocation[]> {
  const warehouses = await readWarehouses(deps, now, DAY_MS);
  return deps.connections.map(({ trigger, location }) => {
    const found = warehouses.find(({ name }) => isSameName(name, location));
    return { trigger, locationId: found?.id ?? '' };
  });
}

/**
 * DEAR's warehouses. Costs a call only if those that are stored are older than `maxAgeMs`.
 * @param now ms since the epoch
 */
export async function readWarehouses(
  deps: LocationDeps,
  now: number,
  maxAgeMs: number,
): Promise<readonly Warehouse[]> {
  const stored = await deps.cursors.read('sweep-sales', 'locations');
  const known = stored === null ? null : (storedWarehouses.safeParse(JSON.parse(stored)).data ?? null);
  const isCurrent = known !== null && now - Date.parse(known.at) < maxAgeMs && coversAll(known, deps);
  return isCurrent ? known.warehouses : refreshWarehouses(deps, now);
}

function coversAll({ names }: StoredWarehouses, { connections }: LocationDeps): boolean {
  return connections.every(({ location }) => names.includes(location));
}

async function refreshWarehouses(
  { dear, cursors, connections }: LocationDeps,
  now: number,
): Promise<readonly Warehouse[]> {
  const warehouses = (await dear.listLocations())
    .filter(({ parentId }) => parentId === null)
    .map(({ id, name }) => ({ id, name }));
  const names = connections.map(({ location }) => location);
  const result: StoredWarehouses = { at: isoTime(now), warehouses, names };
  await cursors.save('sweep-sales', 'locations', JSON.stringify(result));
  return warehouses;
}

export interface ReadReferenceBooksDeps extends LocationDeps {
  readonly dear: ReferenceInDear;
  readonly productKinds: ProductKindStore;
  readonly connections: readonly Connection[];
}

/** A warehouse that is younger is not picked from yet. */
const WAREHOUSES_MAX_AGE_MS = 15 * 60_000;
/** At DEAR's 60 calls a minute they take some 10 of the 30 s that a message may take. */
const PRODUCTS_AT_ONCE = 10;
const PAGES_AT_ONCE = 10;
const NEXT_PAGES_MS = 1000;
const PAGE_CURSOR = ['product-kinds', 'page'] as const;

/**
 * The entries of DEAR's reference books that the sale needs. The warehouses are, read at most every 15 minutes. If a
 * connection ships anything of the sale, the kind of each product is read once for good: by one call each, or from DEAR's list
 * if many are new.
 * @param now ms since the epoch
 * @throws {Deferred} if more products are new than one message has time for; those that were read are stored
 * @throws {UpstreamError} if DEAR does not answer
 */
export async function readReferenceBooks(
  sale: Sale,
  deps: ReadReferenceBooksDeps,
  now: number,
): Promise<ReferenceBooks> {
  if (!isAuthorised(sale)) return NO_BOOKS;
  const isDoubtful = hasDoubtfulPlace(sale, namedLocations(deps.connections));
  const warehouses = isDoubtful ? await readWarehouses(deps, now, WAREHOUSES_MAX_AGE_MS) : [];
  // Rules may need the kinds of the products, so only the places of the goods decide whether those are read.
  const connections = deps.connections.map((connection) => ({ ...connection, rules: [] }));
  const { demands } = findDemands(sale, connections, [], { ...NO_BOOKS, warehouses });
  const products = demands.length > 0 ? await readKinds(sale, deps) : NO_BOOKS.products;
  const kits = demands.length > 0 && hasLooseGoods(sale) ? await getKits(sale, deps) : NO_BOOKS.kits;
  return { warehouses, products, kits };
}

/** Costs one call for each product of the sale; a pick rarely names a product that no line of the order has. */
async function getKits(sale: Sale, { dear }: ReadReferenceBooksDeps): Promise<Kits> {
  const ids = [...new Set(sale.lines.filter(isProduct).map(({ productId }) => productId))];
  const kits = new Map<string, readonly KitPart[]>();
  for (const id of ids.slice(0, PRODUCTS_AT_ONCE)) {
    const parts = await dear.partsOfKit(id);
    if (parts.length > 0) kits.set(id, parts);
  }
  return kits;
}

/** Kinds by product id. */
type Kinds = Map<string, ProductKind>;

async function readKinds(sale: Sale, deps: ReadReferenceBooksDeps): Promise<Kinds> {
  const ids = new Set(sale.lines.filter(isProduct).map(({ productId }) => productId));
  const known = await deps.productKinds.read(ids);
  const unread = [...ids].filter((id) => !known.has(id));
  return unread.length <= PRODUCTS_AT_ONCE
    ? readOneByOne(unread, known, deps)
    : readByPages(new Set(unread), known, deps);
}

/** A product that DEAR no longer has counts as goods. */
async function readOneByOne(
  ids: readonly string[],
  known: Kinds,
  { dear, productKinds }: ReadReferenceBooksDeps,
): Promise<Kinds> {
  for (const id of ids) known.set(id, (await dear.kindOfProduct(id)) ?? 'goods');
  await productKinds.save(new Map(ids.map((id) => [id, known.get(id) ?? 'goods'])));
  return known;
}

/** Reads once around DEAR's list, from the page at which the last reading stopped. */
async function readByPages(unread: Set<string>, known: Kinds, deps: ReadReferenceBooksDeps): Promise<Kinds> {
  const { dear, productKinds, cursors } = deps;
  const first = Number((await cursors.read(...PAGE_CURSOR)) ?? 1);
  let page = first;
  for (let count = 1; count <= PAGES_AT_ONCE; count += 1) {
    const { kinds, isLast } = await dear.kindsOnPage(page);
    await productKinds.save(kinds);
    for (const [id, kind] of kinds) if (unread.delete(id)) known.set(id, kind);
    page = isLast ? 1 : page + 1;
    if (unread.size === 0 || page === first) break;
  }
  await cursors.save(...PAGE_CURSOR, String(page));
  if (unread.size === 0) return known;
  if (page === first) return readOneByOne([...unread].slice(0, PRODUCTS_AT_ONCE), known, deps);
  throw new Deferred(
    `DEAR's list of products is still being read for ${unread.size} products of the sale.`,
    NEXT_PAGES_MS,
  );
}

export interface FindUnknownSkusDeps {
  readonly catalogues: Pick<CatalogueStore, 'unknown' | 'isRead'>;
  readonly connections: readonly Connection[];
}

/** The SKUs of the sale's demands that each provider does not know. Costs some small reads of the table, and no call. */
export async function findUnknownSkus(
  sale: Sale,
  books: ReferenceBooks,
  orders: readonly FulfillmentOrder[],
  deps: FindUnknownSkusDeps,
): Promise<UnknownSkus> {
  const holding = new Set(
    deps.connections.filter(({ catalogue }) => catalogue.unknownSkus === 'hold').map(({ id }) => id),
  );
  const found = new Map<string, ReadonlySet<string> | 'unread'>();
  for (const [connection, skus] of skusToKnow(sale, deps.connections, books, orders)) {
    const isUnread = holding.has(connection) && !(await deps.catalogues.isRead(connection));
    found.set(connection, isUnread ? 'unread' : await deps.catalogues.unknown(connection, skus));
  }
  return found;
}

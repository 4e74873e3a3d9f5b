import { listMappings } from '../lib/domain/mapping.ts';
import { type FulfillmentOrder, UNMAPPED_METHOD } from '../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../lib/domain/order/holds.ts';
import { foldName } from '../lib/domain/sale/location.ts';
import type { Bridge } from './bridge.ts';
import { ANY_ORDER } from './orders/order-query.ts';
import { searchOrders } from './orders/search-orders.ts';

/** A shipping method that orders have and nothing maps. */
export interface UnmappedMethod {
  readonly connection: string;
  /** As the sales name it; '' where that is not shown, or has expired. */
  readonly method: string;
  readonly orders: number;
  /** How many of them are held for it; the others go to the service as the sale names it. */
  readonly held: number;
  /** When the latest of the orders was made, ISO UTC. */
  readonly latest: string;
}

/** Each costs two reads of one item. */
const MAX_ORDERS = 200;

/**
 * Methods of the latest 200 orders that have an unmapped one, those of most orders first. An order keeps what it was sent with:
 * a method that has been mapped since is left out.
 * @param only a connection's id
 * @param personal whether every method is quoted: it is a text of the sale, which may name the customer. Without it only those
 * are that a person has to map, because orders are held for them
 */
export async function listUnmappedMethods(
  bridge: Bridge,
  only: string | undefined,
  personal: boolean,
): Promise<UnmappedMethod[]> {
  const query = { ...ANY_ORDER, methods: [UNMAPPED_METHOD], connections: only === undefined ? [] : [only] };
  const { orders } = await searchOrders(bridge, query, 1, MAX_ORDERS);
  const isMapped = await readMapped(bridge);
  const counted = await Promise.all(
    orders.map(async (order) =>
      toCounted(order, (await bridge.orders.readContent(order))?.chosenMethod ?? ''),
    ),
  );
  const unmapped = mergeSame(counted.filter(({ connection, method }) => !isMapped(connection, method)));
  const shown = unmapped.map((one) => (personal || one.held > 0 ? one : { ...one, method: '' }));
  return mergeSame(shown).sort((one, other) => other.orders - one.orders);
}

/** How many of the latest 1,000 orders have one, whether or not it has been mapped since. One list is read, and one order. */
export async function countUnmapped(bridge: Bridge): Promise<number> {
  return (await searchOrders(bridge, { ...ANY_ORDER, methods: [UNMAPPED_METHOD] }, 1, 1)).total;
}

async function readMapped({ settings, mappings }: Bridge) {
  const table = await mappings.read();
  const mapped = new Set(
    settings.connections
      .flatMap((connection) => listMappings(connection, table))
      .filter(({ kind }) => kind === 'shipping-method')
      .map(({ connection, name }) => toKey(connection, name)),
  );
  return (connection: string, method: string) => mapped.has(toKey(connection, method));
}

function toKey(connection: string, method: string): string {
  return `${connection} ${foldName(method)}`;
}

function toCounted(order: FulfillmentOrder, method: string): UnmappedMethod {
  const held = isHeldFor(order, 'shipping-method') ? 1 : 0;
  return { connection: order.connection, method, orders: 1, held, latest: order.createdAt };
}

/** @param methods those of the latest orders first */
function mergeSame(methods: readonly UnmappedMethod[]): UnmappedMethod[] {
  const merged = new Map<string, UnmappedMethod>();
  for (const one of methods) {
    const key = toKey(one.connection, one.method);
    const before = merged.get(key) ?? { ...one, orders: 0, held: 0 };
    merged.set(key, { ...before, orders: before.orders + one.orders, held: before.held + one.held });
  }
  return [...merged.values()];
}

import type { OrderPart } from '../../domain/order/standstill.ts';
import { BrokenPages, retryThrottled } from '../../upstream/paging.ts';
import type { OpenOrder } from '../provider.ts';
import type { ExtensivClient, OrderQuery } from './client.ts';
import { getReference } from './order-mapper.ts';
import { escapeValue, joinAnd, joinOr } from './rql.ts';
import type { OrderRow } from './schemas.ts';
import type { ExtensivSettings } from './settings.ts';
import { fromWarehouseTime } from './warehouse-time.ts';

/** `readOnly.status` */
const OPEN = 0;
const CLOSED = 1;
const CANCELLED = 2;
const MAX_PAGES = 1_000;

type ReaderSettings = Pick<ExtensivSettings, 'customerId' | 'timeZone'>;

export interface OrderReaderDeps {
  readonly client: Pick<ExtensivClient, 'orders'>;
  readonly settings: ReaderSettings;
  readonly pageSize: number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Limits a list to the customer; rows of others are dropped all the same. */
export function ofCustomer({ customerId }: Pick<ReaderSettings, 'customerId'>): string {
  return `ReadOnly.CustomerIdentifier.Id==${customerId}`;
}

/** Orders of other facilities are read too: people may move an order, and it stays the connection's. */
export function isOfCustomer(
  { readOnly: { customerIdentifier } }: OrderRow,
  { customerId }: Pick<ReaderSettings, 'customerId'>,
): boolean {
  return String(customerIdentifier?.id) === customerId;
}

/** Reads the state of orders, whatever people at the warehouse did with them. */
export function orderReader({ client, settings, pageSize, wait }: OrderReaderDeps) {
  async function* readPages(query: Pick<OrderQuery, 'rql' | 'sort'>, operation: string, reference?: string) {
    for (let page = 1; ; page += 1) {
      if (page > MAX_PAGES) throw new BrokenPages(`more than ${MAX_PAGES} pages of orders`);
      const read = () => client.orders({ ...query, page, size: pageSize }, operation, reference);
      const { rows, unreadable } = page === 1 ? await read() : await retryThrottled(read, wait);
      if (unreadable.length > 0 && reference !== undefined)
        throw new BrokenPages(`an order that cannot be read: ${unreadable[0]?.where}`);
      yield rows.filter((row) => isOfCustomer(row, settings));
      if (rows.length + unreadable.length < pageSize) return;
    }
  }

  async function readAll(rql: string, operation: string, reference: string): Promise<OrderRow[]> {
    const all: OrderRow[] = [];
    const query = { rql: joinAnd(ofCustomer(settings), rql), sort: 'ReadOnly.OrderId' };
    for await (const page of readPages(query, operation, reference)) all.push(...page);
    return all;
  }

  return {
    /** The orders whose own reference is exactly this. */
    find: async (reference: string): Promise<OrderRow[]> => {
      const rql = `ReferenceNum==${escapeValue(reference)}`;
      const rows = await readAll(rql, 'find order', reference);
      return rows.filter((row) => row.referenceNum === reference);
    },
    /** The order, and what was split off it: a part has a longer reference, and carries our mark. */
    parts: async (id: string, reference: string): Promise<OrderRow[]> => {
      const byId = /^\d+$/.test(id) ? `ReadOnly.OrderId==${id}` : '';
      const rql = joinOr(`ReferenceNum==${escapeValue(reference)}*`, byId);
      const rows = await readAll(rql, 'read order', reference);
      return rows.filter((row) => getReference(row) === reference);
    },
    async *openOrders(): AsyncGenerator<OpenOrder[]> {
      const rql = joinAnd(ofCustomer(settings), 'ReadOnly.IsClosed==false', `ReadOnly.Status!=${CANCELLED}`);
      for await (const rows of readPages({ rql, sort: 'ReadOnly.OrderId' }, 'list open orders')) {
        yield rows
          .map((row) => ({ reference: getReference(row), part: toPart(row, settings) }))
          .filter(({ part: { state } }) => state !== 'left' && state !== 'cancelled');
      }
    },
  };
}

export function isCancelled({ readOnly: { status } }: OrderRow): boolean {
  return status === CANCELLED;
}

export function hasLeft({ readOnly: { status } }: OrderRow): boolean {
  return status === CLOSED;
}

export function isOpen({ readOnly: { status, isClosed } }: OrderRow): boolean {
  return status === OPEN && !isClosed;
}

export function toPart(row: OrderRow, { timeZone }: Pick<ReaderSettings, 'timeZone'>): OrderPart {
  const { orderId, lastModifiedDate } = row.readOnly;
  const changedAt = fromWarehouseTime(lastModifiedDate, timeZone);
  return {
    providerOrderId: String(orderId),
    state: getState(row),
    heldUntil: '',
    mergedWith: [],
    changedAt: Number.isNaN(changedAt) ? '' : new Date(changedAt).toISOString(),
  };
}

function getState(row: OrderRow): OrderPart['state'] {
  if (isCancelled(row)) return 'cancelled';
  if (hasLeft(row)) return 'left';
  if (!isOpen(row)) return 'unknown';
  return row.readOnly.onHoldDate === '' ? 'open' : 'held';
}

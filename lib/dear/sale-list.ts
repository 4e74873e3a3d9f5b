import * as z from 'zod';
import type { ChangedSale } from '../domain/sale/reasons-to-read.ts';
import { type OnUnreadable, readList, toTolerantPage } from './list.ts';
import type { Caller, DearCall } from './transport.ts';
import { guid, moment, optionalGuid, text, toDearMoment, upperCased } from './wire-values.ts';

/** A row of DEAR's list. Statuses may have undocumented values and are upper-cased; ids are lower-cased. */
export interface SaleChange extends ChangedSale {
  /** `SIMPLE SALE`, `ADVANCED SALE`, `SERVICE SALE`, or a type that is new: one such row must not hide the others. */
  readonly type: string;
}

const row = z
  .looseObject({
    SaleID: guid,
    OrderNumber: text,
    /** Without it, a sale may have changed at any time. */
    Updated: moment.nullish(),
    OrderStatus: upperCased,
    Status: upperCased,
    CombinedPickingStatus: upperCased,
    CombinedPackingStatus: upperCased,
    CombinedShippingStatus: upperCased,
    OrderLocationID: optionalGuid,
    Type: upperCased,
  })
  .transform(
    (raw): SaleChange => ({
      saleId: raw.SaleID,
      orderNumber: raw.OrderNumber,
      updatedAt: raw.Updated ?? '',
      orderStatus: raw.OrderStatus,
      status: raw.Status,
      pickingStatus: raw.CombinedPickingStatus,
      packingStatus: raw.CombinedPackingStatus,
      shippingStatus: raw.CombinedShippingStatus,
      locationId: raw.OrderLocationID,
      type: raw.Type,
    }),
  );
const page = toTolerantPage(['SaleList'], row);

/**
 * Pages of the sales changed since a time: by payments, invoices and our own writes too (per DEAR's blueprint, seen live).
 *
 * A window that fits one page of 1,000 is complete. In a longer one, sales move between the pages while people work, in an
 * order that DEAR does not document: a sale that changes during the read may come twice, or move another one into a page that
 * was read already. So let windows overlap, a window of several pages by its whole length, and treat each row as the newest
 * state of its sale. A list that shrinks meanwhile is an error, see `readPages`; that happens mostly with an `untilIso`, as a
 * sale that changes leaves the window.
 * @param sinceIso ISO UTC
 * @param untilIso ISO UTC; only newer versions of the API support it, others ignore it
 * @throws {Unavailable} the list shrank, or DEAR could not be reached
 * @throws {Throttled | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export function saleChanges(
  client: Caller,
  sinceIso: string,
  untilIso?: string,
  onUnreadable?: OnUnreadable,
): AsyncGenerator<readonly SaleChange[], void, undefined> {
  const call: DearCall = {
    operation: 'list changed sales',
    method: 'GET',
    path: 'saleList',
    query: {
      UpdatedSince: toDearMoment(sinceIso),
      ...(untilIso !== undefined && { UpdatedUntil: toDearMoment(untilIso) }),
    },
    reference: `changes since ${sinceIso}`,
  };
  return readList(client, call, page, onUnreadable);
}

const numberPage = toTolerantPage(['SaleList'], z.looseObject({ SaleID: guid, OrderNumber: text }));

/**
 * The id of the sale whose order number equals `orderNumber` exactly, or null. Every candidate is read: DEAR cannot look up an
 * order number, and its search matches parts of numbers, references and customers' names alike.
 */
export async function findSaleId(client: Caller, orderNumber: string): Promise<string | null> {
  // A quote has no order number: '' would match the first one.
  if (orderNumber === '') return null;
  const call: DearCall = {
    operation: 'find sale by order number',
    method: 'GET',
    path: 'saleList',
    query: { Search: orderNumber },
    reference: orderNumber,
  };
  for await (const rows of readList(client, call, numberPage)) {
    const exact = rows.find((row) => row.OrderNumber === orderNumber);
    if (exact !== undefined) return exact.SaleID;
  }
  return null;
}

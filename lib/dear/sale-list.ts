import * as z from 'zod';
import type { ChangedSale } from '../domain/sale/changed-sale.ts';
import type { DearCall } from './call.ts';
import { type OnUnreadable, readList, toTolerantPage } from './list.ts';
import type { Caller } from './transport.ts';
import { guid, moment, optionalGuid, text, toDearMoment, upperCased } from './wire-values.ts';

/** A row of DEAR's list: every text of it is open and upper-cased, ids are lower-cased. */
export interface SaleChange extends ChangedSale {
  /** One row of a new type must not hide the others: `SIMPLE SALE`, `ADVANCED SALE`, `SERVICE SALE`. */
  readonly type: string;
}

const row = z
  .looseObject({
    SaleID: guid,
    OrderNumber: text,
    /** A sale without it may have changed at any time. */
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
 * Pages of the sales that anything changed in since a moment: payments, invoices and our own writes too (per DEAR's blueprint,
 * seen live).
 *
 * A window that fits one page of 1,000 is whole. In a longer one sales move between the pages while people work, and DEAR does
 * not say in which order they stand: one that changes during the read may come twice, or push another, unseen, into a page
 * that was read already. So let windows overlap, a window of several pages by its whole length, and take each row as the
 * newest word on its sale. A list that shrinks meanwhile is an error, see `readPages`; that happens most with an `untilIso`,
 * as a sale that changes leaves the window.
 * @param sinceIso ISO UTC
 * @param untilIso ISO UTC; only newer versions of the API know it, and others ignore it
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

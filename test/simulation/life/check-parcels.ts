import type { StaffGoods, StaffOrder, StaffParcel } from 'dear-sandbox/kit';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import type { Goods, SaleRecords } from './dear-records.ts';
import type { KnownParcel, KnownSale } from './people.ts';

/** What each parcel holds at the service, by its tracking number. */
export type Held = ReadonlyMap<string, Goods>;

export function toHeld(parcels: readonly StaffParcel[]): Held {
  return new Map(parcels.map(({ trackingNumber, lines }) => [trackingNumber, addUp(lines)]));
}

/** The goods in all parcels; null where one is not known, or holds goods of other sales too. */
export function readGoods(parcels: readonly KnownParcel[], held: Held): Goods | null {
  const lines: StaffGoods[] = [];
  for (const { trackingNumber, mayBeOf } of parcels) {
    const goods = held.get(trackingNumber);
    if (goods === undefined || isMerged(mayBeOf)) return null;
    lines.push(...[...goods].map(([sku, quantity]) => ({ sku, quantity })));
  }
  return addUp(lines);
}

function isMerged(mayBeOf: readonly string[]): boolean {
  return new Set(mayBeOf).size > 1;
}

/** The orders, of which those that left in parts hold what left. */
export function withWhatLeft<Order extends StaffOrder & { readonly reference: string }>(
  orders: readonly Order[],
  parcels: readonly KnownParcel[],
  held: Held,
): Order[] {
  return orders.map((order) => {
    const own = parcels.filter(({ reference, isVoided }) => reference === order.reference && !isVoided);
    const goods = own.some(({ isPart }) => isPart) ? readGoods(own, held) : null;
    if (goods === null) return order;
    return { ...order, lines: [...goods].map(([sku, quantity]) => ({ sku, quantity })) };
  });
}

/** DEAR shows with each tracking number what its parcel holds, if it shows it as shipped at all. */
export function findWrongParcels(
  { shippedWith }: Pick<SaleRecords, 'shippedWith'>,
  parcels: readonly KnownParcel[],
  held: Held,
): string[] {
  return parcels.flatMap((parcel) => {
    const shown = shippedWith.get(parcel.trackingNumber);
    const goods = readGoods([parcel], held);
    if (shown === undefined || shown.size === 0 || goods === null || describe(shown) === describe(goods))
      return [];
    return [
      `DEAR shows ${describe(shown)} with ${parcel.trackingNumber}, and the parcel holds ${describe(goods)}.`,
    ];
  });
}

/** Of a sale of which no list names anything as unfinished: everything that it asks for has left. */
export function findForgotten(
  { isVoided, isDropped }: Pick<KnownSale, 'isVoided' | 'isDropped'>,
  { orderStatus, lines }: Pick<Sale, 'orderStatus' | 'lines'>,
  parcels: readonly KnownParcel[],
  held: Held,
): string[] {
  const left = readGoods(
    parcels.filter((parcel) => !parcel.isVoided),
    held,
  );
  if (orderStatus !== 'AUTHORISED' || isVoided || isDropped || left === null) return [];
  return [...addUp(lines)]
    .filter(([sku, quantity]) => quantity > (left.get(sku) ?? 0))
    .map(
      ([sku, quantity]) => `it asks for ${quantity} ${sku}, ${left.get(sku) ?? 0} left, and no list says so.`,
    );
}

function addUp(lines: readonly StaffGoods[]): Goods {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}

function describe(goods: Goods): string {
  const lines = [...goods]
    .filter(([, quantity]) => quantity > 0)
    .map(([sku, quantity]) => `${quantity} ${sku}`);
  return lines.sort().join(' and ') || 'nothing';
}

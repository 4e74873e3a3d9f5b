import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import type { SaleRecord } from '../store/schemas.ts';

export interface FindSaleNeeds {
  readonly orders: { read(reference: string): Promise<FulfillmentOrder | null> };
  readonly sales: {
    read(saleId: string): Promise<SaleRecord | null>;
    findByNumber(saleOrderNumber: string): Promise<SaleRecord | null>;
  };
}

/** What we remember of the sale that events are about. */
export interface KnownSale {
  readonly record: SaleRecord | null;
  readonly orders: readonly FulfillmentOrder[];
}

/** By the sale's id, or by its order number where the events name no more. Costs DEAR no call. */
export async function findKnownSale(
  events: readonly SaleEventMessage[],
  needs: FindSaleNeeds,
): Promise<KnownSale> {
  const saleId = firstOf(events, 'saleId') || firstOf(events, 'saleTaskId');
  const record = saleId === '' ? null : await needs.sales.read(saleId);
  if (record !== null) return { record, orders: await readOrders(record, needs) };
  const number = firstOf(events, 'saleOrderNumber');
  const found = number === '' ? null : await needs.sales.findByNumber(number);
  return { record: found, orders: await readOrders(found, needs) };
}

/** Every fulfillment order of the sale, oldest first. */
export async function readOrders(
  record: SaleRecord | null,
  { orders }: Pick<FindSaleNeeds, 'orders'>,
): Promise<FulfillmentOrder[]> {
  const read = await Promise.all((record?.references ?? []).map((reference) => orders.read(reference)));
  return read.filter((order) => order !== null);
}

/** The first of the events that says it; ''. */
export function firstOf(
  events: readonly SaleEventMessage[],
  field: 'saleId' | 'saleTaskId' | 'saleOrderNumber',
): string {
  return events.map((event) => event[field]).find((value) => value !== '') ?? '';
}

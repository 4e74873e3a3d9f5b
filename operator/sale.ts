import { isoTime } from '../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../lib/domain/order/fulfillment-order.ts';
import type { SaleRecord } from '../lib/domain/ports/sales.ts';
import { readOrders } from '../lib/workflows/find-sale.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { NotFound, Refused } from './user-errors.ts';

/** What a queue is told where a person wants a sale to be looked at. */
export function lookAgain(saleId: string, saleOrderNumber: string, now: number) {
  return {
    saleId,
    saleTaskId: '',
    saleOrderNumber,
    event: 'operator',
    trackingNumbers: [],
    receivedAt: isoTime(now),
  };
}

/** What the bridge remembers of a sale. */
export interface KnownSale {
  readonly record: SaleRecord;
  /** Oldest first. */
  readonly orders: readonly FulfillmentOrder[];
}

/**
 * @param saleOrderNumber as DEAR shows it: `SO-00042`
 * @throws {NotFound} the bridge never looked at such a sale
 */
export async function showSale(bridge: Bridge, saleOrderNumber: string): Promise<KnownSale> {
  const record = await bridge.sales.findByNumber(saleOrderNumber);
  if (record === null) throw neverSeen(saleOrderNumber);
  return { record, orders: await readOrders(record, bridge) };
}

/**
 * Has the sale looked at again, as if DEAR had sent an event of it. Harmless: what is as it should be stays as it is.
 * @throws {Refused} the number is empty
 */
export async function reconcileSale(bridge: Bridge, saleOrderNumber: string, by: Operator): Promise<void> {
  if (saleOrderNumber.trim() === '') throw new Refused('Say which sale; for example: SO-00042');
  const record = await bridge.sales.findByNumber(saleOrderNumber);
  await askForLook(bridge, { saleId: record?.saleId ?? '', saleOrderNumber }, by);
}

/**
 * The same of a sale that the bridge knows, which may have no order number yet.
 * @throws {NotFound} it does not know it
 */
export async function reconcileKnownSale(bridge: Bridge, saleId: string, by: Operator): Promise<void> {
  const record = await bridge.sales.read(saleId);
  if (record === null) throw new NotFound('The bridge has never looked at such a sale.');
  await askForLook(bridge, record, by);
}

async function askForLook(
  bridge: Bridge,
  { saleId, saleOrderNumber }: Pick<SaleRecord, 'saleId' | 'saleOrderNumber'>,
  by: Operator,
): Promise<void> {
  await bridge.saleEvents.publish(lookAgain(saleId, saleOrderNumber, bridge.now()));
  // A number that DEAR has not given us is whatever was typed.
  const wording = saleId === '' ? 'typed' : 'ours';
  await recordAct(bridge, by, 'asked for another look at it in DEAR', saleOrderNumber || saleId, wording);
}

function neverSeen(number: string): NotFound {
  return new NotFound(
    `The bridge has never looked at a sale ${number}. Have it looked at: bridge sale reconcile ${number}`,
  );
}

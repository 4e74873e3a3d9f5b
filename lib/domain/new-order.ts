import { missingParts } from './address.ts';
import { isoTime } from './clock.ts';
import type { Connection } from './connection.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Desired, FulfillmentOrder, OrderContent, OrderedLine, Status } from './fulfillment-order.ts';
import type { PlanningInput } from './plan.ts';
import type { Sale } from './sale.ts';

export function newOrder(
  content: OrderContent,
  connection: Connection,
  input: PlanningInput,
): FulfillmentOrder {
  const { sale, by, now } = input;
  const at = isoTime(now);
  const start = startOf(content);
  return {
    reference: content.reference,
    saleId: sale.id,
    saleOrderNumber: sale.orderNumber,
    saleType: sale.type === 'advanced' ? 'advanced' : 'simple',
    connection: connection.id,
    location: connection.location,
    taskId: openTask(sale),
    ...start,
    fingerprint: fingerprintOf(content),
    lines: orderedLines(content),
    submission: { state: 'none', attempt: 0, providerOrderId: '', acceptedFingerprint: '', at: '' },
    cancellation: { state: 'none', at: '' },
    packages: [],
    confirmation: { state: 'none', attempt: 0, trackingNumbers: [], at: '' },
    log: [{ at, by, what: `Ordered from ${connection.id}. ${start.reason}` }],
    createdAt: at,
    updatedAt: at,
    version: 1,
  };
}

/** Where an order with this content begins: with an address it is sent, without one it waits for a person. */
export function startOf(content: OrderContent): { status: Status; desired: Desired; reason: string } {
  const missing = missingParts(content.shipTo);
  if (missing.length === 0) return { status: 'Queued', desired: 'fulfilled', reason: 'Waiting to be sent.' };
  const shown =
    content.shipTo.displayLine1 !== '' ? ' DEAR shows an address, but its separate fields are empty.' : '';
  const reason = `The delivery address lacks: ${missing.join(', ')}.${shown} Complete it in DEAR, then undo and authorise the sale.`;
  return { status: 'On Hold', desired: 'held', reason };
}

export function orderedLines(content: OrderContent): OrderedLine[] {
  return content.lines.map(({ key, productId, sku, name, quantity }) => ({
    key,
    productId,
    sku,
    name,
    quantity,
  }));
}

/**
 * The fulfilment that will be picked, packed and shipped. A simple sale's task is the sale itself; an advanced sale's is
 * the one whose pick is still open, or '' where one has to be made.
 */
export function openTask(sale: Sale): string {
  if (sale.type !== 'advanced') return sale.id;
  const open = sale.fulfilments.find(({ pick }) => ['NOT AVAILABLE', 'DRAFT'].includes(pick.status));
  return open?.taskId ?? '';
}

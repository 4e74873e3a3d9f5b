import { subtract, sumAll } from '../decimal.ts';
import type { Demand } from '../sale/demand.ts';
import { isVoid } from '../shipment/package.ts';
import { coveredLines, isConfirmationBlocked, shippedQuantities } from '../shipment/still-to-ship.ts';
import { forgetUndonePackages } from '../shipment/withdrawn-package.ts';
import { enumerate } from '../text.ts';
import { listChangedFields, toFingerprint } from './fingerprint.ts';
import type { FulfillmentOrder, OrderedLine } from './fulfillment-order.ts';
import type { OrderContent } from './order-content.ts';
import type { PlanningInput } from './planning-input.ts';
import { change } from './transitions.ts';

/**
 * Goods have left, so a changed sale is not sent to the service, and DEAR gets what left. Goods that the sale no longer asks
 * for cannot be confirmed: a person has to act, and the confirmation is tried again once the sale asks for them.
 */
export function noteAfterLeaving(
  order: FulfillmentOrder,
  content: OrderContent,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  const planned = toFingerprint(content);
  const surplus = getSurplus(
    order.closedShort === null ? coveredLines(order) : shippedQuantities(order),
    content.lines,
  );
  const { state } = order.confirmation;
  if (surplus.length > 0 && (state === 'none' || state === 'refused')) {
    const reason = `It left with ${enumerate(surplus)}, which the sale no longer asks for, so the shipment is not confirmed to DEAR. Put the goods on the sale again, or ship them in DEAR by hand.`;
    if (state === 'refused' && order.reason === reason) return order;
    const confirmation = { ...order.confirmation, state: 'refused' } as const;
    return change(order, now, { planned, confirmation, reason }, { by, what: reason });
  }
  const again = tryConfirmationAgain(order, demand, input);
  if (planned === order.planned) return again;
  const fact =
    state === 'confirmed'
      ? 'The sale changed in DEAR after the shipment was confirmed there; nothing changes here.'
      : `The sale changed in DEAR after goods had left; ${order.connection} is not updated.`;
  const what = `${fact}${describeChange(input.stored?.get(order.reference), content)}`;
  // An order that was closed short always differs from its sale, so a difference is not logged.
  return change(again, now, { planned }, order.closedShort === null ? { by, what } : null);
}

/** Names of fields only: the log is kept, and their values are personal data. */
function describeChange(sent: OrderContent | undefined, content: OrderContent): string {
  const fields = sent === undefined ? [] : listChangedFields(sent, content);
  return fields.length === 0 ? '' : ` It differs from what was sent in: ${fields.join(', ')}.`;
}

/** `2 × QUILL-01`: goods of the order that the sale no longer asks for. */
function getSurplus(ordered: readonly OrderedLine[], asked: readonly OrderedLine[]): string[] {
  const wanted = sumByProduct(asked);
  return [...sumByProduct(ordered)].flatMap(([productId, { sku, quantity }]) => {
    const surplus = subtract(quantity, wanted.get(productId)?.quantity ?? 0);
    return surplus > 0 ? [`${surplus} × ${sku}`] : [];
  });
}

function sumByProduct(lines: readonly OrderedLine[]): Map<string, { sku: string; quantity: number }> {
  const sums = new Map<string, { sku: string; quantity: number }>();
  for (const { productId, sku, quantity } of lines) {
    sums.set(productId, { sku, quantity: sumAll([sums.get(productId)?.quantity ?? 0, quantity]) });
  }
  return sums;
}

/**
 * The sale was changed since DEAR refused the confirmation, so it is tried again. A voided label that DEAR still shows is not
 * a refusal: a person has to settle it.
 */
export function tryConfirmationAgain(
  before: FulfillmentOrder,
  { connection }: Demand,
  { sale, now }: PlanningInput,
): FulfillmentOrder {
  const order = forgetUndonePackages(before, sale, connection, now);
  if (!isConfirmationBlocked(order) || order.packages.some(isVoid)) return order;
  return change(order, now, { confirmation: { ...order.confirmation, state: 'none' } }, null);
}

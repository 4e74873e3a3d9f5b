import type { Connection } from '../../lib/domain/connection.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { planSale } from '../../lib/domain/order/plan.ts';
import { claimSubmission, recordAccepted } from '../../lib/domain/order/submission.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import type { Package, ReportedShipment } from '../../lib/domain/shipment/package.ts';
import { connection } from './connection.ts';
import { sale } from './sale.ts';

export const NOW = Date.UTC(2026, 1, 3, 9);

/** As planned from a sale that was just authorised: Queued, never sent. */
export function queuedOrder(
  from: Sale = sale(),
  overrides: Partial<FulfillmentOrder> = {},
  using: Connection = connection(),
): FulfillmentOrder {
  const plan = planSale({
    sale: from,
    connections: [using],
    orders: [],
    by: 'DEAR Sale/OrderAuthorised',
    now: NOW,
  });
  const [created] = plan.changes;
  if (created === undefined) throw new Error(`The sale makes no order: ${plan.reason}`);
  return { ...created.order, ...overrides };
}

/** As the provider has it: Shipped in DEAR's sense, no package yet. */
export function acceptedOrder(
  from: Sale = sale(),
  overrides: Partial<FulfillmentOrder> = {},
): FulfillmentOrder {
  const claimed = claimSubmission(queuedOrder(from), NOW);
  return { ...recordAccepted(claimed, NOW, 'prov-1', claimed.fingerprint, false), ...overrides };
}

export function box(overrides: Partial<Package> = {}): Package {
  return {
    id: 'label:1',
    trackingNumbers: ['1Z0001'],
    carrier: 'UPS',
    service: 'ups_ground',
    shippedAt: '2026-02-03T15:00:00.000Z',
    cost: { amount: 7.5, currency: 'USD' },
    contents: [],
    warehouse: '',
    deliveredAt: '',
    ...overrides,
  };
}

/** Everything in one box. */
export function reported(reference: string, overrides: Partial<ReportedShipment> = {}): ReportedShipment {
  const { deliveredAt: _, ...travel } = box();
  return { ...travel, reference, providerOrderId: 'prov-1', contents: 'remaining', ...overrides };
}

import { isoTime } from './clock.ts';
import type { Demand } from './demand.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { FulfillmentOrder, OrderContent, OrderedLine } from './fulfillment-order.ts';
import type { PlanningInput } from './plan.ts';
import { remarksOnUnknown, startOf } from './start.ts';
import { remarksOnFractions } from './units.ts';
import { unknownOf } from './unknown-skus.ts';

export function newOrder(content: OrderContent, demand: Demand, input: PlanningInput): FulfillmentOrder {
  const { sale, by, now } = input;
  const { connection } = demand;
  const at = isoTime(now);
  const unknown = unknownOf(content.lines, connection.id, input.unknownSkus);
  const start = startOf(content, connection, false, unknown);
  const fingerprint = fingerprintOf(content);
  const lines = orderedLines(content);
  const remarks = [
    ...remarksOnUnknown(start, connection.id, unknown),
    ...demand.remarks,
    ...remarksOnFractions(lines, connection.id),
  ];
  const what = [`Ordered from ${connection.id}. ${start.reason}`, ...remarks].join(' ');
  return {
    reference: content.reference,
    saleId: sale.id,
    saleOrderNumber: sale.orderNumber,
    saleType: sale.type === 'advanced' ? 'advanced' : 'simple',
    connection: connection.id,
    demand: demand.key,
    partialShipments: connection.partialShipments,
    location: connection.location,
    taskId: demand.taskId,
    ...start,
    withdrawn: false,
    fingerprint,
    planned: fingerprint,
    lines,
    bearsCharges: bearsCharges(content),
    awaited: demand.awaited,
    submission: {
      state: 'none',
      attempt: 0,
      providerOrderId: '',
      acceptedFingerprint: '',
      refusedFingerprint: '',
      sentFingerprints: [],
      at: '',
    },
    cancellation: { state: 'none', at: '' },
    standstill: '',
    closedShort: null,
    packages: [],
    confirmation: { state: 'none', attempt: 0, packages: [], taskId: '', corrections: [], at: '' },
    returns: [],
    shownStatus: '',
    log: [{ at, by, what }],
    createdAt: at,
    updatedAt: at,
    waitingSince: at,
    version: 1,
  };
}

export function bearsCharges({ charges, services }: OrderContent): boolean {
  return charges.length + services.length > 0;
}

export function orderedLines(content: OrderContent): OrderedLine[] {
  return content.lines.map(({ key, productId, sku, name, quantity, units, parts }) => ({
    key,
    productId,
    sku,
    name,
    quantity,
    ...(units !== undefined && { units }),
    ...(parts !== undefined && { parts }),
  }));
}

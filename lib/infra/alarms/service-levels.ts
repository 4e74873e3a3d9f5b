import { type AlarmDefinition, AT_ONCE } from './alarm.ts';

const MINUTE = 60;

/**
 * Service levels, measured from outside by the probe. While the probe is silent these alarms keep their state: its own heartbeat
 * fires then, and one dead probe must not look like five missed service levels.
 */
export const SERVICE_LEVELS: readonly AlarmDefinition[] = [
  {
    id: 'unsubmitted-sale-late',
    severity: 'page',
    summary: 'A sale that may be sent has not been accepted by its fulfillment service for 30 minutes.',
    impact: 'The customer: the parcel is not packed.',
    watches: { kind: 'level', metric: 'OldestUnsubmittedSaleSeconds' },
    // Usually it takes seconds. The first six retries take 16 minutes, so that a short outage pages no engineer.
    atLeast: 30 * MINUTE,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'dispatch-order',
    queue: 'fulfillment.fifo',
  },
  {
    id: 'unconfirmed-shipment-late',
    severity: 'page',
    summary: 'Goods left an hour ago or earlier, and DEAR does not show the shipment.',
    impact:
      'The customer, who has no tracking; the merchant, whose stock in DEAR is too high and may be sold twice.',
    watches: { kind: 'level', metric: 'OldestUnconfirmedShipmentSeconds' },
    atLeast: 60 * MINUTE,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'confirm-shipment',
    queue: 'confirmations.fifo',
  },
  {
    id: 'orders-failed',
    severity: 'ticket',
    summary: 'The fulfillment service refused one or more orders, and they were not corrected yet.',
    impact: 'The customers of these orders: nothing is sent until a person acts.',
    watches: { kind: 'level', metric: 'OrdersFailed' },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'dispatch-order',
  },
  {
    id: 'orders-on-hold-too-long',
    severity: 'ticket',
    summary:
      'One or more orders have been On Hold, or waited to be processed or for a label that was refused, for longer than the settings allow.',
    impact: 'The customers of these orders: nothing is sent until a person acts.',
    watches: { kind: 'level', metric: 'OrdersOnHoldTooLong' },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'reconcile-sale',
  },
  {
    id: 'orders-standing-still',
    severity: 'ticket',
    summary:
      'The fulfillment service ships no more of one or more orders, and their sales still need the goods.',
    impact:
      'The customers of these orders, and the merchant: DEAR does not show what left until a person decides.',
    watches: { kind: 'level', metric: 'OrdersStandingStill' },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'run-job',
  },
  {
    id: 'orders-unshipped-too-long',
    severity: 'ticket',
    summary:
      'The fulfillment service has had one or more orders for longer than the settings allow, and they have not left.',
    impact: 'The customers of these orders: it is unknown when they are sent.',
    watches: { kind: 'level', metric: 'OrdersUnshippedTooLong' },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'run-job',
  },
  {
    id: 'confirmations-refused',
    severity: 'ticket',
    summary: 'DEAR refuses one or more shipments, and their sales were not corrected yet.',
    impact: 'The customers, who have no tracking; the merchant, whose stock in DEAR is too high.',
    watches: { kind: 'level', metric: 'OrdersConfirmationRefused' },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'confirm-shipment',
  },
  {
    id: 'stock-take-open-too-long',
    severity: 'ticket',
    summary: 'A stock take in DEAR has been open for longer than the settings allow, and locks its location.',
    impact:
      'The customers, who have no tracking, and the merchant: DEAR takes no pick, shipment or invoice of that location until the stock take is completed or voided.',
    watches: { kind: 'level', metric: 'StockTakesOpenTooLong' },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'confirm-shipment',
  },
  {
    id: 'orders-set-aside',
    severity: 'ticket',
    summary: 'Shipments of one or more orders cannot be recorded; the other orders go on.',
    impact:
      'The customers of these orders, who have no tracking; the merchant, whose stock in DEAR is too high.',
    watches: { kind: 'level', metric: 'OrdersSetAside' },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'ignore',
    logs: 'run-job',
  },
  {
    id: 'record-unreadable',
    severity: 'ticket',
    summary:
      'A stored order or sale, another record, or a message cannot be read: lists and jobs leave it out, and a message waits.',
    impact: 'The customer of this order or sale, and the merchant: nothing is done with it.',
    watches: {
      kind: 'count',
      metric: 'RecordUnreadable',
      functions: ['reconcile-sale', 'dispatch-order', 'run-job', 'confirm-shipment', 'serve-provider'],
    },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'notBreaching',
    logs: 'run-job',
  },
  {
    id: 'field-unreadable',
    severity: 'ticket',
    summary:
      'A field or a row of DEAR or of a fulfillment service cannot be read; it was put aside, and the rest went on.',
    impact:
      'The customer of the sale or parcel, which waits. For stock, the merchant: the product is not corrected.',
    watches: { kind: 'count', metric: 'FieldUnreadable', functions: ['run-job', 'reconcile-sale'] },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'notBreaching',
    logs: 'run-job',
  },
  {
    id: 'cancellation-refused',
    severity: 'page',
    summary:
      'The fulfillment service refused to cancel, or cannot cancel, an order whose sale was withdrawn, or does not show whether it has it.',
    impact: 'The merchant: goods that should be stopped are about to leave.',
    // Counted and not the probe's level: the level stays up for days, and the second refusal would fire no alarm.
    watches: { kind: 'count', metric: 'CancelRefused', functions: ['dispatch-order'] },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'notBreaching',
    logs: 'dispatch-order',
  },
  {
    id: 'stock-guard-stopped',
    severity: 'ticket',
    summary: 'A stock sync would have changed more than its guard allows, and wrote nothing.',
    impact: "The merchant: DEAR's stock of that location stays wrong until a person has looked.",
    watches: { kind: 'count', metric: 'StockGuardStopped', functions: ['run-job'] },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'notBreaching',
    logs: 'run-job',
  },
];

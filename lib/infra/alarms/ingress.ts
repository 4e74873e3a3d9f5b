import type { FunctionName } from '../../runtime/environment.ts';
import type { System } from '../../runtime/metrics.ts';
import { type AlarmDefinition, AT_ONCE, type Datapoints } from './alarm.ts';

/**
 * DEAR tries a delivery at once and 5, 15, 30, 50 and 75 minutes later, then switches the webhook off. Three failures in half
 * an hour are the first three of one sale, or one of each of three.
 */
const HALF_AN_HOUR: Datapoints = { breaching: 1, of: 1, minutes: 30 };
/** Fires at once. A refused message is tried again after 15 to 18 minutes, so it stays until half an hour passed without one. */
const UNTIL_QUIET: Datapoints = { breaching: 1, of: 6, minutes: 5 };

const WEBHOOKS: readonly AlarmDefinition[] = [
  {
    id: 'webhooks-failing',
    severity: 'page',
    summary: 'Three or more webhooks were answered with an error of the bridge within 30 minutes.',
    impact:
      'Every customer: sales and, worse, cancellations arrive late, and DEAR soon switches the webhook off.',
    watches: { kind: 'webhook-failures' },
    atLeast: 3,
    datapoints: HALF_AN_HOUR,
    missing: 'notBreaching',
    logs: 'receive-webhook',
  },
  {
    id: 'webhooks-throttled',
    severity: 'ticket',
    summary:
      'Three or more calls were refused within 30 minutes, because more came at once than a route takes.',
    impact:
      'If DEAR made them, customers: sales are found up to 15 minutes late, and DEAR may switch the webhook off. If a service made them, its parcels are found by the schedule.',
    watches: { kind: 'webhooks-throttled' },
    atLeast: 3,
    datapoints: HALF_AN_HOUR,
    missing: 'notBreaching',
    logs: 'receive-webhook',
  },
  {
    id: 'webhooks-refused',
    severity: 'ticket',
    summary:
      'Three or more webhooks were refused within 30 minutes: a wrong token or address, or an invalid notification of a fulfillment service.',
    impact:
      'If DEAR sent them, every customer: sales are found up to 15 minutes late. Otherwise no customer.',
    watches: { kind: 'count', metric: 'WebhookRefused', functions: ['receive-webhook'] },
    atLeast: 3,
    datapoints: HALF_AN_HOUR,
    missing: 'notBreaching',
    logs: 'receive-webhook',
  },
  {
    id: 'endpoints-refused',
    severity: 'ticket',
    summary:
      'Ten or more calls to fetch orders were refused within 30 minutes for a wrong user name or password.',
    impact:
      'If the fulfillment service made them, the customers of that connection: no order is fetched and no parcel noticed. Otherwise no customer.',
    watches: { kind: 'count', metric: 'EndpointRefused', functions: ['serve-provider'] },
    atLeast: 10,
    datapoints: HALF_AN_HOUR,
    missing: 'notBreaching',
    logs: 'serve-provider',
  },
  {
    id: 'webhooks-unreadable',
    severity: 'ticket',
    summary: 'DEAR sent three or more webhooks within 30 minutes that do not say which sale they are about.',
    impact: 'The customers of these sales: they are found by the sweep, up to 15 minutes late.',
    watches: { kind: 'count', metric: 'WebhookUnreadable', functions: ['receive-webhook'] },
    atLeast: 3,
    datapoints: HALF_AN_HOUR,
    missing: 'notBreaching',
    logs: 'receive-webhook',
  },
  {
    id: 'webhook-inactive',
    severity: 'ticket',
    summary: 'A webhook in DEAR was inactive, missing, or had another address.',
    impact: 'Every customer: until it is back, sales and cancellations are found up to 15 minutes late.',
    watches: { kind: 'count', metric: 'WebhookDrift', functions: ['run-job'] },
    atLeast: 1,
    datapoints: AT_ONCE,
    missing: 'notBreaching',
    logs: 'run-job',
  },
  {
    id: 'webhooks-missed',
    severity: 'ticket',
    summary: 'The sweep found three or more sales within an hour whose webhooks never came.',
    impact: 'The customers of these sales, by up to 15 minutes each.',
    watches: { kind: 'count', metric: 'MissedWebhook', functions: ['run-job'] },
    // One lost delivery heals itself.
    atLeast: 3,
    datapoints: { breaching: 1, of: 1, minutes: 60 },
    missing: 'notBreaching',
    logs: 'run-job',
  },
];

function refusedBy(
  system: System,
  functions: readonly [FunctionName, ...FunctionName[]],
): Pick<AlarmDefinition, 'severity' | 'watches' | 'atLeast' | 'datapoints' | 'missing' | 'logs'> {
  return {
    severity: 'page',
    watches: { kind: 'count', metric: 'OperatorActionNeeded', functions, system },
    atLeast: 1,
    datapoints: UNTIL_QUIET,
    missing: 'notBreaching',
    logs: functions[0],
  };
}

/** DEAR, the providers and Secrets Manager. */
const UPSTREAMS: readonly AlarmDefinition[] = [
  {
    id: 'dear-credentials-refused',
    ...refusedBy('DEAR', ['reconcile-sale', 'confirm-shipment', 'run-job']),
    summary: 'DEAR refuses the account id or the key, or the account lacks a permission.',
    impact: 'Every customer: no sale is read and no shipment confirmed.',
  },
  {
    id: 'provider-credentials-refused',
    ...refusedBy('provider', ['dispatch-order', 'run-job']),
    summary: "A fulfillment service refuses a connection's key or configuration.",
    impact: 'The customers of that connection: no order is sent and no parcel noticed.',
  },
  {
    id: 'secret-unreadable',
    ...refusedBy('Secrets Manager', ['reconcile-sale', 'dispatch-order', 'confirm-shipment', 'run-job']),
    summary: 'A secret is missing, empty, or lacks a field.',
    impact: 'The same as refused credentials: the customers of one connection, or all customers.',
  },
  {
    id: 'rate-budget-saturated',
    severity: 'ticket',
    summary: 'For half an hour, live work has waited for the call budget of an account.',
    impact: 'Customers, by minutes: sales are sent and shipments confirmed later the longer it lasts.',
    // Not run-job: background work waits by design.
    watches: {
      kind: 'count',
      metric: 'BudgetDeferred',
      functions: ['reconcile-sale', 'dispatch-order', 'confirm-shipment'],
    },
    atLeast: 1,
    datapoints: { breaching: 6, of: 6, minutes: 5 },
    missing: 'notBreaching',
    logs: 'reconcile-sale',
    queue: 'sale-events.fifo',
  },
];

export const INGRESS: readonly AlarmDefinition[] = [...WEBHOOKS, ...UPSTREAMS];

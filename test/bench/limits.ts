/**
 * The most that `npm run bench -- check` accepts, by benchmark and metric: counts, and ratios of CPU time that were measured in
 * turn. Times have no limit, as they say more about the machine.
 */
export const LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  coldstart: {
    'receive-webhook/sdk-of-receiver': 2.2,
    'serve-provider/sdk-of-worker': 1.7,
    'reconcile-sale/sdk-of-worker': 3.3,
    'dispatch-order/sdk-of-worker': 2.8,
    'confirm-shipment/sdk-of-worker': 3,
    'run-job/sdk-of-worker': 3,
  },
  webhook: { 'receiver / one SendMessage': 2.3, 'messages of a webhook': 1 },
  pipeline: { 'workers: multiple of the floor': 5, 'provider calls a sale': 4 },
  calls: Object.fromEntries(
    ['shipstation-v2', 'shipstation-v1', 'cartrover', 'extensiv', 'http'].flatMap(getCallLimits),
  ),
  cost: {
    'write units / model': 1.1,
    'read units / model': 1.1,
    'queue requests / model': 1.1,
    'price of table and queues / model': 1.1,
  },
  inventory: {
    'report 1000 rows: DEAR reads': 2,
    'report 1000 rows: ShipStation calls': 10,
    'report 1000 rows: CPU against reading alone': 5,
    'adjust 1000 rows: DEAR reads': 3,
    'adjust 1000 rows: DEAR writes': 1,
  },
  budget: {
    '1 worker: most calls in 60 s': 55,
    '1 worker: writes per call': 1.05,
    '10 workers: most calls in 60 s': 55,
    '10 workers: writes per call': 1.05,
    '10 workers: reads per call': 2,
  },
  export: {
    'queries per page': 15,
    'heap of the last page / of the tenth': 1.3,
    'CPU of the slowest page / of the median': 3,
  },
  'refresh-tracking': {
    '10000 orders: pages of the service': 100,
    '10000 orders: table reads': 10_101,
    'peak memory, ratio': 1.5,
  },
  growth: {
    '10000 orders: all, newest, requests': 60,
    '10000 orders: connection, channel and method, requests': 250,
    '10000 orders: board, requests': 45,
    '10000 orders: probe, requests': 26,
    '10000 orders: sweep, requests': 112,
  },
  operations: { 'DEAR calls': 4 },
};

/** Of DEAR the reading of the authorisation, the sweep's, and the writes; of the service as measured, the most of any. */
function getCallLimits(provider: string): Array<[string, number]> {
  const limits = {
    'an hour without a sale: DEAR': 5,
    'an hour without a sale: service': 40,
    'shipped: DEAR': 5,
    'shipped: service': 5,
    'cancelled: DEAR': 2,
    'cancelled: service': 5,
    'edited before it leaves: DEAR': 6,
    'edited before it leaves: service': 5,
    'the rest after a backorder: DEAR': 12,
    'the rest after a backorder: service': 8,
  };
  return Object.entries(limits).map(([metric, most]) => [`${provider}, ${metric}`, most]);
}

/** A sentence for each metric that is over its limit or missing. @param found `benchmark: metric` → value */
export function findExcesses(found: Readonly<Record<string, number>>): string[] {
  return Object.entries(LIMITS).flatMap(([name, limits]) =>
    Object.entries(limits).flatMap(([metric, most]) => {
      const value = found[`${name}: ${metric}`];
      if (value === undefined) return [`${name}: ${metric} was not measured.`];
      return value > most ? [`${name}: ${metric} is ${value}, at most ${most} is allowed.`] : [];
    }),
  );
}

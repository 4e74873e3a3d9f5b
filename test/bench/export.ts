import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isoTime } from '../../lib/domain/clock.ts';
import { shipStationStoreDefinition } from '../../lib/providers/shipstation-store/definition.ts';
import { toOrderXml } from '../../lib/providers/shipstation-store/order-xml.ts';
import { toStoreTime } from '../../lib/providers/shipstation-store/store-time.ts';
import { OUTBOX_CHANGE, OUTBOX_ENTRY } from '../../lib/store/outbox.ts';
import { createProviderBox } from '../../lib/store/provider-box.ts';
import { DynamoDbTable, type Table } from '../../lib/store/table.ts';
import { sampleLine, sampleOrder } from '../contract/sample-order.ts';
import { openTestTable } from '../store/test-table.ts';
import type { Metrics } from './bench.ts';

const SECRET = { username: 'bridge', password: 'a password of the bench' };
const [ORDERS, QUICK_ORDERS] = [10_000, 1_000];
const LINES = 3;
const START = Date.UTC(2026, 2, 4);
/** As many orders changed within a quarter of an hour. */
const EVERY_MS = 90;
const WRITES_AT_ONCE = 50;

/** ShipStation fetches 10,000 changed orders, page by page, through the embedded engine. @param isQuick a tenth of them */
export async function exportOrders(isQuick: boolean): Promise<Metrics> {
  const orders = isQuick ? QUICK_ORDERS : ORDERS;
  const { client, name, close } = await openTestTable();
  const counted = countReads(new DynamoDbTable(client, name));
  try {
    await seed(counted.table, orders);
    const now = () => START + orders * EVERY_MS;
    const box = createProviderBox('store', counted.table, now, 90);
    const fetchPage = async (page: number) => {
      const window = { start_date: toStoreTime(START), end_date: toStoreTime(now()) };
      const query = { action: 'export', ...window, page: String(page) };
      const pair = `${SECRET.username}:${SECRET.password}`;
      const headers = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
      const request = { method: 'GET', path: 'store', query, headers, rawBody: '' };
      const deps = {
        box,
        now,
        readSecret: async () => SECRET,
        requestCollection: async () => undefined,
        requestCheck: async () => undefined,
      };
      return (await shipStationStoreDefinition.endpoints!.serve(request, { id: 'store' }, deps)).body;
    };
    return await fetchAll(fetchPage, counted.queries);
  } finally {
    await close();
  }
}

async function fetchAll(
  fetchPage: (page: number) => Promise<string>,
  queries: () => number,
): Promise<Metrics> {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  const heaps: number[] = [];
  let orders = 0;
  let pages = 1;
  const before = queries();
  for (let page = 1; page <= pages; page += 1) {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const body = await fetchPage(page);
    times.push(performance.now() - began);
    // The engine's too, as it runs in this process.
    cpuTimes.push(process.cpuUsage(cpu).user / 1000);
    heaps.push(collectGarbage());
    orders += body.split('<Order>').length - 1;
    pages = Number(/pages="(\d+)"/.exec(body)?.[1]);
  }
  const middle = Math.floor(heaps.length / 2);
  const [cpuOfMedian, cpuOfSlowest] = [
    cpuTimes.toSorted((a, b) => a - b)[middle] ?? 0,
    Math.max(...cpuTimes),
  ];
  return {
    orders,
    pages,
    'slowest page ms': Math.round(Math.max(...times)),
    'median page ms': Math.round(times.toSorted((a, b) => a - b)[middle] ?? 0),
    'CPU of the slowest page ms': Math.round(cpuOfSlowest),
    'CPU of a page ms': Math.round(cpuOfMedian),
    'CPU of the slowest page / of the median': Math.round((cpuOfSlowest / cpuOfMedian) * 100) / 100,
    'queries per page': Math.round((queries() - before) / pages),
    'heap of the last page / of the tenth': Math.round(((heaps.at(-1) ?? 0) / (heaps[9] ?? 1)) * 100) / 100,
  };
}

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** @returns bytes in use afterwards */
function collectGarbage(): number {
  gc();
  return process.memoryUsage().heapUsed;
}

function countReads(table: Table): { readonly table: Table; readonly queries: () => number } {
  let queries = 0;
  const counted: Table = {
    read: (key) => table.read(key),
    put: (key, item, condition) => table.put(key, item, condition),
    list: (index, partition, range) => table.list(index, partition, range),
    items: (partition) => table.items(partition),
    range: (partition, range) => {
      queries += 1;
      return table.range(partition, range);
    },
  };
  return { table: counted, queries: () => queries };
}

/** As the outbox stores them, without its looking before each write. */
async function seed(table: Table, orders: number): Promise<void> {
  const expiresAt = START / 1000 + 90 * 86_400;
  for (let first = 0; first < orders; first += WRITES_AT_ONCE) {
    const some = Array.from(
      { length: Math.min(WRITES_AT_ONCE, orders - first) },
      (_, index) => first + index,
    );
    await Promise.all(some.map((index) => putOrder(table, index, expiresAt)));
  }
}

async function putOrder(table: Table, index: number, expiresAt: number): Promise<void> {
  const reference = `SO-${10_000 + index}-1`;
  const at = isoTime(START + index * EVERY_MS);
  const position = index + 1;
  const lines = Array.from({ length: LINES }, (_, place) => sampleLine({ key: `line-${place + 1}` }));
  const body = toOrderXml(sampleOrder({ reference, lines }), { system: 'store', shipFrom: '', now: START });
  const fetched = { fetchedAt: '', versionFetchedAt: '', leftAt: '' };
  const entry = {
    reference,
    body,
    isCancelled: false,
    isHeld: false,
    changedAt: at,
    ...fetched,
    position,
    version: 1,
    expiresAt,
  };
  const key = { pk: `BOX#ENTRY#store#${reference}`, sk: 'ENTRY' };
  await table.put(key, OUTBOX_ENTRY.toItem(entry), { kind: 'absent' });
  const change = OUTBOX_CHANGE.toItem({ position, span: 1, at, reference, expiresAt });
  const place = { pk: 'BOX#CHANGES#store', sk: String(position).padStart(12, '0') };
  await table.put(place, change, { kind: 'absent' });
}

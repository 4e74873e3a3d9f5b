import { Option } from 'commander';
import { DAY_MS, isoTime } from '../../lib/domain/clock.ts';
import { REASONS, toReasonCode } from '../../lib/domain/order/order-summary.ts';
import { PROGRESS } from '../../lib/domain/order/progress.ts';
import { lateToLeaveSince, WAITING_FOR } from '../../lib/domain/order/transitions.ts';
import type { Bridge } from '../bridge.ts';
import type { ExportKind } from '../orders/export.ts';
import type { OrderFilter, OrderList, OrderRow } from '../orders/list-orders.ts';
import { ANY_ORDER, FOUND_BY, GOODS, type OrderQuery, SORTS, toReason } from '../orders/order-query.ts';
import { UsageError } from '../user-errors.ts';
import {
  type CommandDefinition,
  countOption,
  type Invocation,
  listOption,
  momentOption,
  type Options,
} from './command.ts';
import { formatTable } from './output.ts';

/** Which orders, beside `--status`, `--waiting` and `--connection`. */
export const NARROWING_OPTIONS = [
  listOption('--reason <codes>', REASONS.map(toReasonCode).join(', ')),
  listOption('--channel <names>', 'only of these sales channels'),
  listOption('--method <names>', 'only sent by these services of mapped shipping methods, or: unmapped'),
  new Option('--sku <sku>', 'only with this SKU'),
  new Option('--customer <who>', 'only of the customer with this e-mail address, name, or part of a name'),
  momentOption('--waiting-since <when>', 'only those that have waited since then or longer'),
  momentOption('--left-since <when>', 'only those of which a package left since that day (UTC)'),
  momentOption('--left-until <when>', 'and until that day'),
  new Option('--carrier <name>', 'only with a package by a carrier whose name contains it'),
];

/** @throws {UsageError} a reason is none */
export function readQuery(options: Options): OrderQuery {
  return {
    ...ANY_ORDER,
    statuses: PROGRESS.filter((word) => options.list('status').includes(word)),
    waiting: readWaiting(options),
    reasons: options.list('reason').map(toReason),
    connections: options.list('connection'),
    channels: options.list('channel'),
    methods: options.list('method'),
    sku: options.text('sku') ?? '',
    customer: options.text('customer') ?? '',
    waitingSince: options.momentIfGiven('waiting-since'),
    leftSince: options.momentIfGiven('left-since').slice(0, 'yyyy-mm-dd'.length),
    leftUntil: options.momentIfGiven('left-until').slice(0, 'yyyy-mm-dd'.length),
    carrier: options.text('carrier') ?? '',
  };
}

/** Without a word all but `departure`: every order waits to leave for a while. */
function readWaiting(options: Options): OrderQuery['waiting'] {
  const words = options.list('waiting');
  if (options.flag('waiting')) return WAITING_FOR.filter((what) => what !== 'departure');
  return WAITING_FOR.filter((word) => words.includes(word));
}

const CSV_OPTIONS = [
  new Option(
    '--csv',
    'print all that match as CSV (RFC 4180), the latest made first; packages by when they left, the last first',
  ).conflicts(['json', 'find', 'page', 'limit', 'sort']),
  new Option('--personal', 'in the CSV, with names and addresses; noted in the audit'),
];

/** By their names in camel case: what a text names is listed whatever it is. */
const NOT_WITH_FIND = [
  ...['waiting', 'status', 'connection', 'since', 'until', 'sort'],
  ...NARROWING_OPTIONS.map((option) => option.attributeName()),
];

export const LIST_ORDERS: CommandDefinition = {
  usage: 'list',
  about: 'Lists recent orders, latest first; or those that wait, longest first; or those that match a text',
  examples: [
    ['bridge orders list --waiting', 'everything that waits, longest first'],
    ['bridge orders list --waiting hold,failed', 'what needs a person'],
    ['bridge orders list --since 7d --status Shipped', 'orders of this week that are under way'],
    ['bridge orders list --find 1Z0000000000100005', 'by tracking number, sale, id or reference'],
    ['bridge orders list --reason UNKNOWN_SKU --channel eBay', 'one reason on one sales channel'],
    ['bridge orders list --since 30d --csv > orders.csv', 'all of them, for a spreadsheet'],
  ],
  options: [
    listOption(
      '--waiting [for]',
      `${WAITING_FOR.join(', ')}; goods: sales of which something is on backorder. Without a word all, but departure only where it is late`,
      [...WAITING_FOR, GOODS],
    ),
    new Option('--find <text>', `by ${FOUND_BY}`).conflicts([...NOT_WITH_FIND]),
    momentOption(
      '--since <when>',
      'made since (default 24h ago; any time with --reason, --channel and the like)',
    ),
    momentOption('--until <when>', 'and until (default now)'),
    listOption('--status <names>', PROGRESS.join(', '), PROGRESS),
    listOption('--connection <ids>', 'only of these connections'),
    ...NARROWING_OPTIONS,
    new Option('--sort <order>', 'of a list by reason, channel, SKU or customer')
      .choices(SORTS)
      .default('newest'),
    countOption('--limit <count>', 'at most this many', 50),
    countOption('--page <number>', 'the next so many: 2, 3 …', 1),
    ...CSV_OPTIONS,
  ],
  run: list,
};

export const LIST_PACKAGES: CommandDefinition = {
  usage: 'packages',
  about: 'Prints the packages of orders as CSV, those of the latest orders first, or by when they left',
  examples: [
    [
      'bridge orders packages --left-since 2026-02-03 --csv > packages.csv',
      'that left since then, the last first',
    ],
    ['bridge orders packages --since 7d --csv > packages.csv', 'of the orders that were made this week'],
  ],
  options: [
    momentOption(
      '--since <when>',
      'of orders made since (default 24h ago; any time with --left-since and the like)',
    ),
    momentOption('--until <when>', 'and until (default now)'),
    listOption('--status <names>', PROGRESS.join(', '), PROGRESS),
    listOption('--connection <ids>', 'only of these connections'),
    ...NARROWING_OPTIONS,
    ...CSV_OPTIONS,
  ],
  run: (invocation) => printCsv('packages', invocation),
};

/** Written as it is read, so that a long list needs no memory. */
async function printCsv(
  kind: ExportKind,
  { options, terminal, operator, bridge }: Invocation,
): Promise<undefined> {
  const opened = await bridge();
  const personal = options.flag('personal');
  const asked = readQuery(options);
  const query = { ...asked, ...readTimes(options, opened.now(), asked.waiting.length > 0) };
  const [{ describeQuery }, { exportOrders }, { recordReading }] = await Promise.all([
    import('../orders/bulk.ts'),
    import('../orders/export.ts'),
    import('../record-act.ts'),
  ]);
  if (personal) await recordReading(opened, operator, 'export', `${kind} (${describeQuery(query)})`);
  for await (const piece of exportOrders(opened, kind, query, personal)) terminal.out(piece);
}

/** Orders that wait are listed whenever they were made; without a word about it, those of the last day. */
function readTimes(options: Options, now: number, isAnyTime: boolean) {
  const [since, until] = [options.momentIfGiven('since'), options.momentIfGiven('until')];
  return { since: since || (isAnyTime || isNarrowed(options) ? '' : isoTime(now - DAY_MS)), until };
}

async function list(invocation: Invocation): Promise<undefined> {
  const { options, output, bridge } = invocation;
  refuseUnknown(options);
  if (options.flag('csv')) return await printCsv('orders', invocation);
  const opened = await bridge();
  const found = await findList(opened, options);
  output.data(found, () => {
    if (found.orders.length + found.sales.length === 0) return 'No orders.';
    return toTable(found.orders, found.sales.map(toSaleCells));
  });
  if (!output.json && !found.more && found.orders.length + found.sales.length > 0)
    output.say(`${toCount(found)}.`);
  if (found.sales.some(({ outcome }) => outcome === 'waiting'))
    output.say(`A sale that waits for goods: ${(await import('../orders/unordered-sales.ts')).WAIT_ENDS}`);
  if (found.more)
    output.say(
      `${toTotal(found)}See them with --page ${options.count('page') + 1}, or narrow the time with --since.`,
    );
}

/** @throws {UsageError} an option that the list would leave out of account */
function refuseUnknown(options: Options): void {
  const isCsv = options.flag('csv');
  if (options.flag('personal') && !isCsv)
    throw new UsageError('--personal is only for --csv', 'See one address: bridge orders show --personal');
  if (!options.list('waiting').includes(GOODS) || !(isCsv || isFiltered(options))) return;
  const what = isCsv ? 'in no CSV of orders' : 'not listed by connection, status, time and the like';
  throw new UsageError(
    `Sales that wait for goods are no orders yet, so they are ${what}`,
    `List them: bridge orders list --waiting ${GOODS}, with --json for programs`,
  );
}

/** Whether a list is of some orders only, beside what they wait for. */
function isFiltered(options: Options): boolean {
  const times = [options.momentIfGiven('since'), options.momentIfGiven('until')];
  const lists = [options.list('status'), options.list('connection')];
  return isNarrowed(options) || isSorted(options) || [...times, ...lists].some((asked) => asked.length > 0);
}

function isSorted(options: Options): boolean {
  return (options.text('sort') ?? 'newest') !== 'newest';
}

/** Whether the list is of whatever time, unless one was given. */
export function isNarrowed(options: Options): boolean {
  const query = readQuery(options);
  const lists: ReadonlyArray<readonly string[]> = [query.reasons, query.channels, query.methods];
  const texts = [
    query.sku,
    query.customer,
    query.waitingSince,
    query.leftSince,
    query.leftUntil,
    query.carrier,
  ];
  return lists.some((words) => words.length > 0) || texts.some((text) => text !== '');
}

async function findList(bridge: Bridge, options: Options): Promise<OrderList> {
  const { listOrders, toRows } = await import('../orders/list-orders.ts');
  const text = options.text('find');
  if (text !== undefined) {
    const { findByText } = await import('../orders/find-by-text.ts');
    const found = await findByText(bridge, text);
    const [page, limit] = [options.count('page'), options.count('limit')];
    const orders = await toRows(bridge, found.slice((page - 1) * limit, page * limit));
    const sales = page === 1 ? await findSales(bridge, { ...ANY_ORDER, text }) : [];
    return { orders, sales, more: page * limit < found.length, total: found.length + sales.length };
  }
  if (isNarrowed(options) || isSorted(options)) return await search(bridge, options);
  const lateSince = lateToLeaveSince(bridge.settings.alarms.unshippedDays, bridge.now());
  return await listOrders(bridge, toFilter(options, lateSince, bridge.now()));
}

async function findSales(bridge: Bridge, query: OrderQuery): Promise<OrderList['sales']> {
  const { findUnorderedSales } = await import('../orders/unordered-sales.ts');
  return await findUnorderedSales(bridge, query);
}

/** Of whatever time, unless one was given. */
async function search(bridge: Bridge, options: Options): Promise<OrderList> {
  const { toRows } = await import('../orders/list-orders.ts');
  const { searchOrders } = await import('../orders/search-orders.ts');
  for (const id of options.list('connection')) bridge.connection(id);
  const [page, limit] = [options.count('page'), options.count('limit')];
  const sort = SORTS.find((one) => one === options.text('sort')) ?? 'newest';
  const query = { ...readQuery(options), ...readTimes(options, bridge.now(), true), sort };
  const { orders, total, lookedTo } = await searchOrders(bridge, query, page, limit);
  const sales = page === 1 ? await findSales(bridge, query) : [];
  const more = page * limit < total || lookedTo !== '';
  return { orders: await toRows(bridge, orders), sales, more, total: lookedTo === '' ? total : null };
}

export function toTable(orders: readonly OrderRow[], others: readonly string[][] = []): string {
  const rows = orders.map((order) => [
    order.reference,
    toStatusCell(order),
    order.waitingFor,
    order.connection,
    order.channel,
    order.createdAt.slice(0, 16),
    toWhy(order),
  ]);
  const heads = ['ORDER', 'STATUS', 'WAITS FOR', 'CONNECTION', 'CHANNEL', 'MADE (UTC)', 'WHY'];
  return formatTable(heads, [...rows, ...others]);
}

/** With how far its cancellation came. */
export function toStatusCell({
  progress,
  cancellation,
}: Pick<OrderRow, 'progress' | 'cancellation'>): string {
  return cancellation === '' ? progress : `${progress} (${cancellation})`;
}

/** The reason, with the other system's own words. */
export function toWhy({ reason, upstreamMessage }: Pick<OrderRow, 'reason' | 'upstreamMessage'>): string {
  return upstreamMessage === '' ? reason : `${reason} “${upstreamMessage}”`;
}

function toSaleCells({ saleOrderNumber, outcome, since, reason, channel }: OrderList['sales'][number]) {
  const what = outcome === 'ignored' ? '' : GOODS;
  return [saleOrderNumber, `sale ${outcome}`, what, '', channel, since.slice(0, 16), reason];
}

/** `12 orders, 1 sale`: of those on this page. */
function toCount({ orders, sales }: OrderList): string {
  const count = (many: number, what: string) => (many === 1 ? `1 ${what}` : `${many} ${what}s`);
  const counts = [
    ...(orders.length > 0 ? [count(orders.length, 'order')] : []),
    ...(sales.length > 0 ? [count(sales.length, 'sale')] : []),
  ];
  return counts.join(', ');
}

function toTotal({ orders, sales, total }: OrderList): string {
  return total === null ? 'There are more. ' : `${orders.length + sales.length} of ${total}. `;
}

/**
 * Every order waits to leave for a while, so those are listed only where they are late, or where the word is given.
 * @param lateSince ISO UTC: an order accepted before it that has not left is late
 */
function toFilter(options: Options, lateSince: string, now: number): OrderFilter {
  const words = options.list('waiting');
  const isWaiting = options.flag('waiting') || words.length > 0;
  const waiting = words.length === 0 ? WAITING_FOR : WAITING_FOR.filter((word) => words.includes(word));
  return {
    waiting: isWaiting ? waiting : null,
    goods: isWaiting && (words.length === 0 ? !isFiltered(options) : words.includes(GOODS)),
    departureUntil: words.length === 0 ? lateSince : '',
    since: options.momentIfGiven('since') || (isWaiting ? '' : isoTime(now - DAY_MS)),
    until: options.momentIfGiven('until') || (isWaiting ? '' : isoTime(now)),
    connections: options.list('connection'),
    statuses: PROGRESS.filter((word) => options.list('status').includes(word)),
    limit: options.count('limit'),
    page: options.count('page'),
  };
}

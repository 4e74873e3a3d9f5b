import { Option } from 'commander';
import { STATUSES } from '../../lib/domain/order/fulfillment-order.ts';
import { lateToLeaveSince, WAITING_FOR } from '../../lib/domain/order/transitions.ts';
import type { OrderFilter } from '../list-orders.ts';
import {
  type CommandGroup,
  countOption,
  getParameter,
  type Invocation,
  listOption,
  momentOption,
  type Options,
} from './command.ts';
import { ORDER_ACTIONS } from './order-actions.ts';
import { clean, formatTable } from './output.ts';

/** What sales wait for that are no orders yet. */
const GOODS = 'goods';

export const orders: CommandGroup = {
  name: 'orders',
  about: 'Fulfillment orders: their state and the reason, and the actions on them',
  commands: [
    {
      usage: 'list',
      about:
        'Lists recent orders, latest first; or those that wait, longest first; or those that match a text',
      examples: [
        ['bridge orders list --waiting', 'everything that waits, longest first'],
        ['bridge orders list --waiting hold,failed', 'what needs a person'],
        ['bridge orders list --since 7d --status Shipped', 'orders of this week that are under way'],
        ['bridge orders list --find 1Z0000000000100005', 'by tracking number, sale, sale id or reference'],
      ],
      options: [
        listOption(
          '--waiting [for]',
          `${WAITING_FOR.join(', ')}; goods: sales of which something is on backorder. Without a word all, but departure only where it is late`,
          [...WAITING_FOR, GOODS],
        ),
        new Option('--find <text>', 'by reference, sale order number or id, or tracking number').conflicts([
          'waiting',
          'status',
          'connection',
        ]),
        momentOption('--since <when>', 'made since', '24h'),
        momentOption('--until <when>', 'and until', '0m'),
        listOption('--status <names>', STATUSES.join(', '), STATUSES),
        listOption('--connection <ids>', 'only of these connections'),
        countOption('--limit <count>', 'at most this many', 50),
      ],
      run: list,
    },
    {
      usage: 'show <reference>',
      about: 'Shows an order: its state, packages, log and allowed actions',
      examples: [
        ['bridge orders show SO-00042-1', 'its state and the reason'],
        [
          'bridge orders show SO-00042-1 --personal',
          'with the address in question, where it is held for one',
        ],
      ],
      options: [new Option('--personal', 'the reason may quote the customer’s address')],
      run: show,
    },
    ...ORDER_ACTIONS,
  ],
};

async function list({ options, output, bridge }: Invocation): Promise<undefined> {
  const { findOrders, listOrders } = await import('../list-orders.ts');
  const opened = await bridge();
  const text = options.text('find');
  const lateSince = lateToLeaveSince(opened.settings.alarms.unshippedDays, opened.now());
  const found =
    text === undefined
      ? await listOrders(opened, toFilter(options, lateSince))
      : { orders: await findOrders(opened, text), sales: [], more: false };
  output.data(found, () => {
    if (found.orders.length + found.sales.length === 0) return 'No orders.';
    const sales = found.sales.map(({ saleOrderNumber, since, reason }) => [
      saleOrderNumber,
      'sale',
      'goods',
      since.slice(0, 16),
      reason,
    ]);
    const rows = found.orders.map(({ reference, status, waitingFor, createdAt, reason }) => [
      reference,
      status,
      waitingFor,
      createdAt.slice(0, 16),
      reason,
    ]);
    return formatTable(['ORDER', 'STATUS', 'WAITS FOR', 'MADE (UTC)', 'WHY'], [...rows, ...sales]);
  });
  if (found.more)
    output.say('There are more. See them with a larger --limit, or narrow the time with --since.');
}

/**
 * Every order waits to leave for a while, so those are listed only where they are late, or where the word is given.
 * @param lateSince ISO UTC: an order accepted before it that has not left is late
 */
function toFilter(options: Options, lateSince: string): OrderFilter {
  const words = options.list('waiting');
  const isWaiting = options.flag('waiting') || words.length > 0;
  const waiting = words.length === 0 ? WAITING_FOR : WAITING_FOR.filter((word) => words.includes(word));
  return {
    waiting: isWaiting ? waiting : null,
    goods: isWaiting && (words.length === 0 || words.includes(GOODS)),
    departureUntil: words.length === 0 ? lateSince : '',
    since: options.moment('since'),
    until: options.moment('until'),
    connections: options.list('connection'),
    statuses: STATUSES.filter((status) => options.list('status').includes(status)),
    limit: options.count('limit'),
  };
}

async function show(invocation: Invocation): Promise<undefined> {
  const { options, output, bridge } = invocation;
  const { showOrder } = await import('../list-orders.ts');
  const shown = await showOrder(await bridge(), getParameter(invocation), options.flag('personal'));
  const { order, allowed, reason } = shown;
  output.data(shown, () =>
    [
      `${output.paint('bold', order.reference)}  ${order.status}  ${order.connection}`,
      clean(reason),
      '',
      `  sale      ${order.saleOrderNumber} (${order.saleId})`,
      `  provider  ${order.submission.providerOrderId || '-'} (${order.submission.state}, attempt ${order.submission.attempt})`,
      `  DEAR      ${order.confirmation.state}`,
      ...order.lines.map(({ quantity, sku, name }) => clean(`  line      ${quantity} × ${sku}  ${name}`)),
      ...order.packages.map(({ carrier, trackingNumbers, shippedAt }) =>
        clean(`  package   ${carrier} ${trackingNumbers.join(', ')}, shipped ${shippedAt}`),
      ),
      '',
      ...order.log.map(({ at, by, what, upstreamMessage, code }) =>
        clean(
          `  ${at.slice(0, 19)}  ${by}: ${what}${code === undefined ? '' : ` (${code})`}${upstreamMessage === undefined ? '' : ` “${upstreamMessage}”`}`,
        ),
      ),
      '',
      allowed.length === 0 ? 'Nothing can be done with it now.' : `Allowed now: ${allowed.join(', ')}`,
    ].join('\n'),
  );
}

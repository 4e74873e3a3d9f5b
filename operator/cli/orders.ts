import { lateToLeaveSince } from '../../lib/domain/order/waiting.ts';
import { type CommandGroup, getParameter, type Invocation } from './command.ts';
import { ORDER_ACTIONS } from './order-actions.ts';
import { clean, formatTable } from './output.ts';

const LIST_LIMIT = 50;

export const orders: CommandGroup = {
  name: 'orders',
  about: 'Fulfillment orders: where they are and why, and what a person may do with them',
  commands: [
    {
      usage: 'list',
      about:
        'Lists recent orders, latest first; or those that wait, longest first; or those that match a text',
      examples: [
        ['bridge orders list --waiting', 'what waits for anything, longest first'],
        ['bridge orders list --waiting hold,failed', 'what needs a person'],
        ['bridge orders list --since 7d --status Shipped', 'what was made this week and is under way'],
        ['bridge orders list --find 1Z0000000000100005', 'by tracking number, sale, sale id or reference'],
      ],
      options: [
        [
          '--waiting [for]',
          'submission, update, cancellation, person, hold, departure, standstill, confirmation, failed, cancel-refused, confirmation-refused, stock-take; goods: sales of which something is on backorder. Without a word all, but departure only where it is late',
        ],
        ['--find <text>', 'by reference, sale order number or id, or tracking number'],
        ['--since <when>', 'made since', '24h'],
        ['--until <when>', 'and until', '0m'],
        ['--status <names>', 'Queued, On Hold, Shipped, Completed, Delivered, Cancelled, Failed'],
        ['--connection <ids>', 'only of these connections'],
        ['--limit <count>', 'at most this many', String(LIST_LIMIT)],
      ],
      run: list,
    },
    {
      usage: 'show <reference>',
      about: 'Shows an order: its state, packages, log and allowed actions',
      examples: [
        ['bridge orders show SO-00042-1', 'why it is where it is'],
        [
          'bridge orders show SO-00042-1 --personal',
          'with the address in question, where it is held for one',
        ],
      ],
      options: [['--personal', 'the reason may quote the customer’s address']],
      run: show,
    },
    ...ORDER_ACTIONS,
  ],
};

async function list({ options, output, bridge }: Invocation): Promise<undefined> {
  const { findOrders, listOrders } = await import('../list-orders.ts');
  const { toFilter } = await import('./order-filter.ts');
  const opened = await bridge();
  const text = options.text('find');
  const lateSince = lateToLeaveSince(opened.settings.alarms.unshippedDays, opened.now());
  const found =
    text === undefined
      ? await listOrders(opened, toFilter(options, LIST_LIMIT, lateSince))
      : { orders: await findOrders(opened, text), sales: [], more: false };
  output.data(found, () => {
    if (found.orders.length + found.sales.length === 0) return 'No order.';
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
  if (found.more) output.say('There are more. Ask for them with --limit, or for fewer days with --since.');
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

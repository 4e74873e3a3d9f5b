import { Option } from 'commander';
import * as z from 'zod';
import type { DeliveryAddress } from '../../lib/domain/address/address.ts';
import { isoTime } from '../../lib/domain/clock.ts';
import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder, OrderLabel } from '../../lib/domain/order/fulfillment-order.ts';
import { getUpstreamWords, PROGRESS, toProgress } from '../../lib/domain/order/progress.ts';
import { lateToLeaveSince, WAITING_FOR } from '../../lib/domain/order/transitions.ts';
import type { OrderFilter, OrderList, OrderRow } from '../list-orders.ts';
import { UsageError } from '../user-errors.ts';
import {
  type CommandDefinition,
  type CommandGroup,
  countOption,
  getParameter,
  type Invocation,
  listOption,
  momentOption,
  type Options,
} from './command.ts';
import { clean, formatTable } from './output.ts';

const EDIT_OPTIONS = [
  new Option('--company <text>', 'delivery address: company'),
  new Option('--contact <text>', 'delivery address: recipient'),
  new Option('--line1 <text>', 'delivery address: street'),
  new Option('--line2 <text>', 'delivery address: second line'),
  new Option('--city <text>', 'delivery address: city'),
  new Option('--state-or-province <text>', 'delivery address: state or province'),
  new Option('--postcode <text>', 'delivery address: postcode'),
  new Option('--country <country>', 'delivery address: its two letters, or its English name'),
  new Option('--shipping-method <text>', 'the shipping method at the provider'),
  new Option('--customer-notes <text>', 'notes of the customer'),
  new Option('--email <address>', 'e-mail address of the customer'),
  new Option('--phone <number>', 'telephone number of the customer'),
];

/** Option → the field of the delivery address that it sets. */
const ADDRESS = {
  company: 'company',
  contact: 'contact',
  line1: 'line1',
  line2: 'line2',
  city: 'city',
  'state-or-province': 'state',
  postcode: 'postcode',
  country: 'country',
} as const;

const ORDER_ACTIONS: readonly CommandDefinition[] = [
  action('process', 'Sends an order that waits for a person', 'sends it to its provider now'),
  {
    ...action('hold', 'Holds an order here, or at its provider if nothing has left', '', [
      new Option(
        '--until <date>',
        'YYYY-MM-DD on which its provider releases it; default: as late as it can',
      ),
    ]),
    examples: [
      ['bridge orders hold SO-00042-1', 'holds it until it is released with ship'],
      ['bridge orders hold SO-00042-1 --until 2027-03-01', 'an order that its provider has already'],
    ],
  },
  action(
    'ship',
    'Releases an order that is On Hold, here or at its provider',
    'the payment came another way',
  ),
  {
    ...action('edit', 'Changes an order that was not sent yet', '', EDIT_OPTIONS),
    examples: [
      ["bridge orders edit SO-00042-1 --line1 '9 New Street' --city Austin", 'corrects its address'],
      ['bridge orders ship SO-00042-1', 'releases it, if it was held'],
    ],
  },
  action('cancel', 'Cancels an order here, or at its provider if nothing has left', 'stops its shipment'),
  action('void', 'Ends an order that was not sent yet', 'leaves the sale in DEAR as it is'),
  action(
    'accept',
    'Accepts the other product in an order’s parcels for the missing one',
    'the customer accepts it',
  ),
  closeOrder(),
  action(
    'retry',
    'Sends an order again that its provider refused',
    'after the cause at the provider is corrected',
  ),
  action(
    'acknowledge',
    'Accepts DEAR as it is, where it refuses a shipment, or goods left although the sale was voided',
    'the sale was settled in DEAR by hand',
    [new Option('--note <text>', 'what was done about it, for the log')],
  ),
];

function action(
  name: Action,
  about: string,
  example: string,
  options: readonly Option[] = [],
): CommandDefinition {
  return {
    usage: `${name} <reference>`,
    about,
    examples: [
      [`bridge orders ${name} SO-00042-1`, example],
      [`bridge orders ${name} SO-00042-1 --dry-run`, 'shows what it would do'],
    ],
    options,
    writes: true,
    run: (invocation) => perform(name, invocation),
  };
}

/** One command for two actions: `--rest` chooses. */
function closeOrder(): CommandDefinition {
  return {
    usage: 'close <reference>',
    about: 'Closes an order short whose provider ships no more of it; what left is written to DEAR',
    examples: [
      [
        'bridge orders close SO-00042-1 --rest reorder',
        'the rest goes back to the sale and is ordered again',
      ],
      ['bridge orders close SO-00042-1 --rest drop --dry-run', 'shows what dropping the rest would do'],
    ],
    options: [
      new Option('--rest <what>', 'reorder: the sale orders it again; drop: it is not sent any more')
        .choices(['reorder', 'drop'])
        .makeOptionMandatory(),
    ],
    writes: true,
    run: (invocation) => perform(closeAction(invocation.options), invocation),
  };
}

function closeAction(options: Options): Action {
  return options.text('rest') === 'reorder' ? 'close-and-reorder' : 'close-and-drop';
}

async function perform(name: Action, invocation: Invocation): Promise<undefined> {
  const { output, operator, dryRun, bridge, options } = invocation;
  const reference = getParameter(invocation);
  const details = {
    ...(name === 'edit' && { edit: readEdit(options) }),
    ...(name === 'hold' && readHold(options)),
    ...(name === 'acknowledge' && { note: options.text('note') ?? '' }),
  };
  const { changeOrder, previewChange } = await import('../change-order.ts');
  const change = dryRun ? previewChange : changeOrder;
  const order = await change(await bridge(), reference, name, operator, details);
  const { status, reason } = order;
  output.data({ reference, status, reason, dryRun }, () => `${reference}  ${toProgress(order)}  ${reason}`);
  if (dryRun) output.say('Nothing was done: this is what the order would be.');
}

/** @throws {UsageError} where the date is none, or not after today (UTC) */
function readHold(options: Options): { holdUntil?: string } {
  const until = options.text('until');
  if (until === undefined) return {};
  const isDate = z.iso.date().safeParse(until).success;
  if (isDate && until > isoTime(Date.now()).slice(0, 'yyyy-mm-dd'.length)) return { holdUntil: until };
  throw new UsageError(`--until ${until} is no date after today`, 'For example: --until 2027-03-01');
}

/** @throws {UsageError} where nothing is to be changed */
function readEdit(options: Options): OrderEdit {
  const shipTo = Object.fromEntries(
    Object.entries(ADDRESS).flatMap(([option, field]) => {
      const value = options.text(option);
      return value === undefined ? [] : [[field, value]];
    }),
  );
  const rest = {
    shippingMethod: 'shipping-method',
    customerNotes: 'customer-notes',
    email: 'email',
    phone: 'phone',
  };
  const fields = Object.entries(rest).flatMap(([field, option]) => {
    const value = options.text(option);
    return value === undefined ? [] : [[field, value]];
  });
  const edit = { ...Object.fromEntries(fields), ...(Object.keys(shipTo).length > 0 && { shipTo }) };
  if (Object.keys(edit).length === 0) {
    throw new UsageError('Nothing to change is given', "For example: --line1 '9 New Street'");
  }
  return edit;
}

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
        listOption('--status <names>', PROGRESS.join(', '), PROGRESS),
        listOption('--connection <ids>', 'only of these connections'),
        countOption('--limit <count>', 'at most this many', 50),
        countOption('--page <number>', 'the next so many: 2, 3 …', 1),
      ],
      run: list,
    },
    {
      usage: 'show <reference>',
      about: 'Shows an order: its state, packages, log and allowed actions',
      examples: [
        ['bridge orders show SO-00042-1', 'its state and the reason'],
        ['bridge orders show SO-00042', 'the order of a sale, or a list if it has several'],
        ['bridge orders show SO-00042-1 --personal', 'with the delivery address'],
      ],
      options: [new Option('--personal', 'with the customer’s address')],
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
      : { orders: await findOrders(opened, text), sales: [], more: false, total: null };
  output.data(found, () => {
    if (found.orders.length + found.sales.length === 0) return 'No orders.';
    const sales = found.sales.map(({ saleOrderNumber, since, reason }) => [
      saleOrderNumber,
      'sale',
      'goods',
      since.slice(0, 16),
      reason,
    ]);
    return toTable(found.orders, sales);
  });
  if (found.more)
    output.say(
      `${toTotal(found)}See them with --page ${options.count('page') + 1}, or narrow the time with --since.`,
    );
}

function toTable(orders: readonly OrderRow[], others: readonly string[][] = []): string {
  const rows = orders.map(({ reference, progress, waitingFor, createdAt, reason }) => [
    reference,
    progress,
    waitingFor,
    createdAt.slice(0, 16),
    reason,
  ]);
  return formatTable(['ORDER', 'STATUS', 'WAITS FOR', 'MADE (UTC)', 'WHY'], [...rows, ...others]);
}

function toTotal({ orders, sales, total }: OrderList): string {
  return total === null ? 'There are more. ' : `${orders.length + sales.length} of ${total}. `;
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
    statuses: PROGRESS.filter((word) => options.list('status').includes(word)),
    limit: options.count('limit'),
    page: options.count('page'),
  };
}

async function show(invocation: Invocation): Promise<undefined> {
  const { options, output, bridge } = invocation;
  const { findOrders, showOrder } = await import('../list-orders.ts');
  const opened = await bridge();
  const typed = getParameter(invocation);
  const found = await findOrders(opened, typed);
  if (found.length > 1) {
    output.data({ orders: found }, () => toTable(found));
    output.say(`${typed} has ${found.length} orders; show one by its reference.`);
    return;
  }
  const reference = found[0]?.reference ?? typed;
  const shown = await showOrder(opened, reference, options.flag('personal'));
  const { order, allowed, reason, deliverTo } = shown;
  output.data(shown, () =>
    [
      `${output.paint('bold', order.reference)}  ${toProgress(order)}  ${order.connection}`,
      clean(reason),
      ...getWords(order),
      '',
      `  sale      ${order.saleOrderNumber} (${order.saleId})`,
      ...(order.chosenBy ? [clean(`  chosen    ${order.chosenBy}`)] : []),
      `  provider  ${order.submission.providerOrderId || '-'} (${order.submission.state}, attempt ${order.submission.attempt})`,
      `  DEAR      ${order.confirmation.state}`,
      ...(deliverTo === null ? [] : [clean(`  deliver   ${toAddressLine(deliverTo)}`)]),
      ...(order.postage?.label ? [clean(`  label     ${toLabelLine(order.postage.label)}`)] : []),
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
      `Allowed now: ${allowed.join(', ') || 'none of its actions'}`,
      ...(shown.waitingFor === '' ? [] : [`Look again: bridge sale reconcile ${order.saleOrderNumber}`]),
    ].join('\n'),
  );
}

function toAddressLine(address: DeliveryAddress): string {
  const { contact, company, line1, line2, city, state, postcode, country } = address;
  return [contact, company, line1, line2, city, state, postcode, country].filter(Boolean).join(', ');
}

/** What the other system said, on a line of its own. */
function getWords(order: FulfillmentOrder): string[] {
  const words = getUpstreamWords(order);
  return words === '' ? [] : [clean(`“${words}”`)];
}

function toLabelLine({ labelId, state, service, by, document }: OrderLabel): string {
  const chosen = service === '' ? 'chosen by the rule' : service;
  return `${labelId || '-'} (${state}, ${chosen}, requested by ${by}, PDF ${document})`;
}

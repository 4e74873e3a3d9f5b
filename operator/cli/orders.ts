import { Option } from 'commander';
import * as z from 'zod';
import type { DeliveryAddress } from '../../lib/domain/address/address.ts';
import { isoTime } from '../../lib/domain/clock.ts';
import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import { BULK_ACTIONS, type BulkAction } from '../../lib/domain/order/bulk-act.ts';
import type { FulfillmentOrder, OrderLabel } from '../../lib/domain/order/fulfillment-order.ts';
import { sendsAfterEdit } from '../../lib/domain/order/next-steps.ts';
import { getUpstreamWords, toProgress } from '../../lib/domain/order/progress.ts';
import type { Bridge } from '../bridge.ts';
import { UsageError } from '../user-errors.ts';
import { actOnMany, BULK_COMMANDS, BULK_OPTIONS, isForMany } from './bulk-orders.ts';
import {
  type CommandDefinition,
  type CommandGroup,
  getParameter,
  type Invocation,
  type Options,
} from './command.ts';
import { LIST_ORDERS, LIST_PACKAGES, toTable } from './list-orders.ts';
import { clean } from './output.ts';

const EDIT_OPTIONS = [
  new Option('--company <text>', 'delivery address: company'),
  new Option('--contact <text>', 'delivery address: recipient'),
  new Option('--line1 <text>', 'delivery address: street'),
  new Option('--line2 <text>', 'delivery address: second line'),
  new Option('--city <text>', 'delivery address: city'),
  new Option('--state-or-province <text>', 'delivery address: state or province'),
  new Option('--postcode <text>', 'delivery address: postcode'),
  new Option('--country <country>', 'delivery address: its two letters, or its English name'),
  new Option('--shipping-method <text>', 'the shipping method at the service'),
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
  action('process', 'Sends an order that waits for a person', 'sends it to its service now'),
  {
    ...action('hold', 'Holds an order here, or at its service if nothing has left', '', [
      new Option('--until <date>', 'YYYY-MM-DD on which its service releases it; default: as late as it can'),
    ]),
    examples: [
      ['bridge orders hold SO-00042-1', 'holds it until it is released with ship'],
      ['bridge orders hold SO-00042-1 --until 2027-03-01', 'an order that its service has already'],
    ],
  },
  action('ship', 'Releases an order that is On Hold, here or at its service', 'the payment came another way'),
  {
    ...action('edit', 'Changes an order that was not sent yet', '', EDIT_OPTIONS),
    examples: [
      ["bridge orders edit SO-00042-1 --line1 '9 New Street' --city Austin", 'corrects its address'],
      ['bridge orders ship SO-00042-1', 'releases it, if it was held'],
    ],
  },
  action('cancel', 'Cancels an order here, or at its service if nothing has left', 'stops its shipment'),
  action('void', 'Ends an order that was not sent yet', 'leaves the sale in DEAR as it is'),
  action(
    'accept',
    'Accepts the other product in an order’s parcels for the missing one',
    'the customer accepts it',
  ),
  closeOrder(),
  action(
    'retry',
    'Sends an order again that its service refused',
    'after the cause at the service is corrected',
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
  const bulk = BULK_ACTIONS.find((one) => one === name);
  return {
    usage: bulk === undefined ? `${name} <reference>` : `${name} [references...]`,
    about: bulk === undefined ? about : `${about}; several that are named, or all that match`,
    examples: [
      [`bridge orders ${name} SO-00042-1`, example],
      [`bridge orders ${name} SO-00042-1 --dry-run`, 'shows what it would do'],
    ],
    options: bulk === undefined ? options : [...options, ...BULK_OPTIONS],
    writes: true,
    run: (invocation) => run(name, bulk, invocation),
  };
}

function run(name: Action, bulk: BulkAction | undefined, invocation: Invocation): Promise<undefined> {
  return bulk !== undefined && isForMany(invocation)
    ? actOnMany(bulk, invocation)
    : perform(name, invocation);
}

/** One command for two actions: `--rest` chooses. */
function closeOrder(): CommandDefinition {
  return {
    usage: 'close <reference>',
    about: 'Closes an order short whose service ships no more of it; what left is written to DEAR',
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
  const { changeOrder, previewChange } = await import('../orders/change-order.ts');
  const change = dryRun ? previewChange : changeOrder;
  const order = await change(await bridge(), reference, name, operator, details);
  const { status, reason } = order;
  output.data({ reference, status, reason, dryRun }, () => `${reference}  ${toProgress(order)}  ${reason}`);
  if (name === 'edit' && !dryRun && sendsAfterEdit(order) !== null)
    output.say(`Send it as it is now: bridge orders ${sendsAfterEdit(order)} ${reference}`);
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

export const orders: CommandGroup = {
  name: 'orders',
  about: 'Fulfillment orders: their state and the reason, and the actions on them',
  commands: [
    LIST_ORDERS,
    LIST_PACKAGES,
    {
      usage: 'show <reference>',
      about: 'Shows an order: its state, packages, log and allowed actions',
      examples: [
        ['bridge orders show SO-00042-1', 'its state and the reason'],
        ['bridge orders show SO-00042', 'the order of a sale, or a list if it has several'],
        ['bridge orders show SO-00042-1 --personal', 'with the delivery address'],
        ['bridge orders show SO-00042-1 --calls', 'with what was sent and what was answered'],
      ],
      options: [
        new Option('--personal', 'with the customer’s address'),
        new Option('--calls', 'with requests and answers of the calls for it, personal data masked'),
      ],
      run: show,
    },
    ...ORDER_ACTIONS,
    ...BULK_COMMANDS,
  ],
};

async function show(invocation: Invocation): Promise<undefined> {
  const { options, output, bridge, operator } = invocation;
  const [{ showOrder, toRows }, { findByText }] = await Promise.all([
    import('../orders/list-orders.ts'),
    import('../orders/find-by-text.ts'),
  ]);
  const opened = await bridge();
  const typed = getParameter(invocation);
  const found = await toRows(opened, await findByText(opened, typed));
  if (found.length > 1) {
    output.data({ orders: found }, () => toTable(found));
    output.say(`${typed} has ${found.length} orders; show one by its reference.`);
    return;
  }
  const reference = found[0]?.reference ?? typed;
  const personal = options.flag('personal');
  // A text that finds nothing may be anything.
  if (personal && found[0] !== undefined) {
    const { recordReading } = await import('../record-act.ts');
    await recordReading(opened, operator, 'address', reference);
  }
  const shown = await showOrder(opened, reference, personal);
  const { order, allowed, reason, next, deliverTo, links, shippingMethod } = shown;
  const calls = options.flag('calls') ? await readKeptCalls(opened, order) : null;
  output.data(calls === null ? shown : { ...shown, calls: calls.kept }, () =>
    [
      `${output.paint('bold', order.reference)}  ${toProgress(order)}  ${order.connection}`,
      clean(reason),
      ...getWords(order),
      ...next.map((step) => clean(`Next: ${step}`)),
      '',
      `  sale      ${order.saleOrderNumber} (${order.saleId})`,
      ...(order.chosenBy ? [clean(`  chosen    ${order.chosenBy}`)] : []),
      `  service   ${order.submission.providerOrderId || '-'} (${order.submission.state}, attempt ${order.submission.attempt})`,
      ...(shippingMethod === '' ? [] : [clean(`  method    ${shippingMethod}`)]),
      `  DEAR      ${order.confirmation.state}`,
      ...Object.values(links).flatMap((url) => (url === null ? [] : [`  open      ${url}`])),
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
      ...(calls?.lines ?? []).map(clean),
      '',
      `Allowed now: ${allowed.join(', ') || 'none of its actions'}`,
      ...(shown.waitingFor === '' ? [] : [`Look again: bridge sale reconcile ${order.saleOrderNumber}`]),
    ].join('\n'),
  );
}

/** Oldest first, as the log. */
async function readKeptCalls(bridge: Bridge, order: FulfillmentOrder) {
  const { getOutcome, readCalls, toLines } = await import('../console/kept-calls.ts');
  const kept = (await readCalls(bridge, order)).reverse();
  const indent = (body: string) =>
    (body === '' ? [] : toLines(body).split('\n')).map((line) => `    ${line}`);
  const lines = kept.flatMap((call) => [
    '',
    `  ${call.at.slice(0, 19)}  ${call.system}: ${call.operation}, ${getOutcome(call)}`,
    `  ${call.method} ${call.url}`,
    ...indent(call.request.body),
    ...(call.answer === null ? [] : ['  answer', ...indent(call.answer.body)]),
  ]);
  return { kept, lines: kept.length === 0 ? ['', 'No calls are kept of it.'] : lines };
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

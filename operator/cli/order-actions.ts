import { Option } from 'commander';
import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import { UsageError } from '../user-errors.ts';
import { type CommandDefinition, getParameter, type Invocation, type Options } from './command.ts';

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

export const ORDER_ACTIONS: readonly CommandDefinition[] = [
  action('process', 'Sends an order that waits for a person', 'sends it to its provider now'),
  action('hold', 'Holds an order that was not sent yet', 'holds it until it is released with ship'),
  action('ship', 'Releases an order that is On Hold', 'the payment came another way'),
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
    'Accepts DEAR as it is, where it refuses a shipment',
    'the sale was settled in DEAR by hand',
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
  const edit = name === 'edit' ? readEdit(options) : {};
  const { changeOrder, previewChange } = await import('../change-order.ts');
  const change = dryRun ? previewChange : changeOrder;
  const order = await change(await bridge(), reference, name, operator, edit);
  const { status, reason } = order;
  output.data({ reference, status, reason, dryRun }, () => `${reference}  ${status}  ${reason}`);
  if (dryRun) output.say('Nothing was done: this is what the order would be.');
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

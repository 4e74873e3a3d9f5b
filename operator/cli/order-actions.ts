import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import { UsageError } from '../user-errors.ts';
import {
  type CommandDefinition,
  getParameter,
  type Invocation,
  type OptionDefinition,
  type Options,
} from './command.ts';

const EDIT_OPTIONS: readonly OptionDefinition[] = [
  ['--company <text>', 'delivery address: company'],
  ['--contact <text>', 'delivery address: recipient'],
  ['--line1 <text>', 'delivery address: street'],
  ['--line2 <text>', 'delivery address: second line'],
  ['--city <text>', 'delivery address'],
  ['--state-or-province <text>', 'delivery address'],
  ['--postcode <text>', 'delivery address'],
  ['--country <country>', 'delivery address: its two letters, or its English name'],
  ['--shipping-method <text>', 'what the provider is asked for'],
  ['--customer-notes <text>', 'what the customer asks for'],
  ['--email <address>', 'the customer’s'],
  ['--phone <number>', 'the customer’s'],
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
  action('process', 'Sends an order that waits for a person', 'it goes to its provider now'),
  action('hold', 'Holds an order that was not sent yet', 'it waits until you say ship'),
  action('ship', 'Releases an order that is On Hold', 'the payment came another way'),
  {
    ...action('edit', 'Changes an order that was not sent yet', '', EDIT_OPTIONS),
    examples: [
      ["bridge orders edit SO-00042-1 --line1 '9 New Street' --city Austin", 'correct its address'],
      ['bridge orders ship SO-00042-1', 'and release it, where it was held'],
    ],
  },
  action('cancel', 'Cancels an order here, or at its provider if nothing has left', 'it shall not ship'),
  action('void', 'Ends an order that was not sent yet', 'the sale stays as it is in DEAR'),
  action(
    'accept',
    'Accepts the other product in an order’s parcels for the missing one',
    'the customer is content with it',
  ),
  closeOrder(),
  action('retry', 'Sends an order again that its provider refused', 'what was wrong there is corrected'),
  action(
    'acknowledge',
    'Accepts DEAR as it stands, where it refuses what left',
    'it was settled in DEAR by hand',
  ),
];

function action(
  name: Action,
  about: string,
  example: string,
  options: readonly OptionDefinition[] = [],
): CommandDefinition {
  return {
    usage: `${name} <reference>`,
    about,
    examples: [
      [`bridge orders ${name} SO-00042-1`, example],
      [`bridge orders ${name} SO-00042-1 --dry-run`, 'what it would do'],
    ],
    options,
    writes: true,
    run: (invocation) => perform(name, invocation),
  };
}

/** One command for two actions: what becomes of the rest is for the person to say. */
function closeOrder(): CommandDefinition {
  return {
    usage: 'close <reference>',
    about: 'Closes an order short whose provider ships no more of it; DEAR is told of what left',
    examples: [
      [
        'bridge orders close SO-00042-1 --rest reorder',
        'what is missing goes back to the sale, and is ordered again',
      ],
      ['bridge orders close SO-00042-1 --rest drop --dry-run', 'what dropping it would do'],
    ],
    options: [['--rest <what>', 'reorder: the sale orders it again; drop: it is not sent any more']],
    writes: true,
    run: (invocation) => perform(closeAction(invocation.options), invocation),
  };
}

/** @throws {UsageError} where it is not said what becomes of the rest */
function closeAction(options: Options): Action {
  switch (options.text('rest')) {
    case 'reorder':
      return 'close-and-reorder';
    case 'drop':
      return 'close-and-drop';
    default:
      throw new UsageError('Say what becomes of the rest: --rest reorder, or --rest drop');
  }
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
  if (dryRun) output.say('Nothing was done: this is what it would be.');
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
    throw new UsageError("Say what to change; for example: --line1 '9 New Street'");
  }
  return edit;
}

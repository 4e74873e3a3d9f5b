import type { Action } from './allowed-actions.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { getReasons, type Reason } from './order-summary.ts';

/** What a next step names: an action on the order, or one of the two that are done to its sale and its connection. */
export type NamedStep = Action | 'read-again' | 'map-method';

/** How a surface calls it: `“Try again”` in the console, `bridge orders retry SO-00042-1` on the command line. */
export type NameStep = (step: NamedStep) => string;

/** @param allowed now */
type Instruction = (order: FulfillmentOrder, name: NameStep, allowed: readonly Action[]) => string;

const BY_ITSELF = 'Nothing to do: the bridge goes on by itself.';
const goesOn: Instruction = () => BY_ITSELF;

/**
 * For each reason why an order waits: what a person does about it, and what then happens. One instruction each, and complete:
 * where a correction alone is enough it says so, and where an action sends what should perhaps not leave it says that too.
 */
export const NEXT_STEPS: Readonly<Record<Reason, Instruction>> = {
  // What holds it.
  shadow: ({ connection }) =>
    `Nothing to do before the cut-over of ${connection}, which looks there for what the connector before sent: bridge cutover.`,
  takeover: ({ connection }, name) =>
    `Look at ${connection} whether the connector before sent it. If no parcel will leave for it: ${name('ship')}. Otherwise: ${name('cancel')}.`,
  address: (_, name) =>
    `Correct the address in DEAR, and it is sent by itself. Or correct it here: ${name('edit')}, then ${name('ship')}.`,
  payment: (_, name) =>
    `Nothing to do: it is sent by itself once DEAR shows the payment. Only if it may leave unpaid: ${name('ship')}.`,
  'shipping-method': (_, name) =>
    `Name the service for its method: ${name('map-method')}, and it is sent by itself. For this order alone: ${name('edit')}, then ${name('ship')}. To send it with the method as the sale names it: ${name('ship')}.`,
  'unknown-sku': ({ connection }, name) =>
    `If ${connection} lacks the product, add it there. It is sent by itself once the job refresh-catalogue has read it. To send it as it is: ${name('ship')}.`,
  unreadable: (_, name) =>
    `Correct the sale in DEAR, and it is sent by itself. Or compare the order with the sale, and send it as it is: ${name('ship')}.`,
  edited: (_, name) => `Send it as it was edited here: ${name('ship')}.`,
  person: (_, name) => `It waits for a decision: ${name('ship')} sends it, ${name('cancel')} ends it.`,
  service: ({ connection, packages }, name, allowed) => {
    const here = allowed.includes('ship') ? `Release it here (${name('ship')}) or at` : 'Release it at';
    const end = packages.length > 0 || !allowed.includes('cancel') ? '' : ` To end it: ${name('cancel')}.`;
    return `${here} ${connection}; an error that ${connection} shows, correct there. It goes on within the hour.${end}`;
  },
  test: () =>
    'Nothing to do: it is never sent. To take it back: bridge canary, or void or undo the sale in DEAR.',
  // What any other order waits for.
  'to-process': (_, name) => `${name('process')} sends it; ${name('void')} ends it.`,
  'cut-over': ({ connection }) =>
    `Nothing to do before the cut-over of ${connection}, which looks there for what the connector before sent: bridge cutover.`,
  submission: goesOn,
  update: goesOn,
  cancellation: goesOn,
  confirmation: goesOn,
  departure: ({ connection }) =>
    `Nothing to do here: ${connection} has to ship it. Ask there if it takes too long.`,
  label: ({ connection }) =>
    `Correct what the message says, and buy the label again below, or buy it at ${connection}.`,
  standstill: (_, name, allowed) => {
    const accept = allowed.includes('accept')
      ? `If the customer takes the other product: ${name('accept')}. `
      : '';
    return `${accept}To order what is missing again: ${name('close-and-reorder')}. To leave it out: ${name('close-and-drop')}.`;
  },
  failed: (order, name, allowed) => toFailedStep(order, name, allowed),
  'cancel-refused': ({ connection, cancellation, packages }, name, allowed) => {
    const end = allowed.includes('void') ? 'void' : 'cancel';
    if (cancellation.state === 'unknown')
      return `Look for it at ${connection}. If it is there, cancel it there; if not: ${name(end)}.`;
    return packages.length > 0
      ? `Call the parcel back, or keep the sale. Then: ${name('acknowledge')}.`
      : `Stop it at ${connection} by hand; this order is Cancelled once ${connection} shows it.`;
  },
  'confirmation-refused': (_, name) =>
    `Remove the cause in DEAR, and let it be written again: ${name('read-again')}. Or ship it in DEAR by hand, then: ${name('acknowledge')}.`,
  'stock-take': () =>
    'Complete or void the stock take in DEAR; the shipment is written within 15 minutes by itself.',
};

function toFailedStep(order: FulfillmentOrder, name: NameStep, allowed: readonly Action[]): string {
  const { connection, submission } = order;
  if (submission.takenBy !== undefined)
    return `Rename or delete the other order at ${connection}, and this one is sent by itself.`;
  if (submission.state === 'rejected')
    return `Correct the sale in DEAR, and it is sent again by itself. Or correct it here (${name('edit')}), or a setting at ${connection} that is the cause, then: ${name('retry')}.`;
  if (submission.state === 'none') return 'Undo the sale in DEAR and authorise it again.';
  const retry = allowed.includes('retry') ? ` Then: ${name('retry')}.` : '';
  return `Cancel all but one of them at ${connection}.${retry}`;
}

/**
 * What a person can do about what the order waits for; none where it waits for nothing.
 * @param allowed the actions that are allowed now
 * @returns one sentence or more for each reason, in the order of the reasons
 */
export function listNextSteps(
  order: FulfillmentOrder,
  allowed: readonly Action[],
  name: NameStep,
): readonly string[] {
  const steps = getReasons(order).map((reason) => NEXT_STEPS[reason](order, name, allowed));
  return [...new Set(steps)];
}

/** What an edit ends, so that nothing else holds the order when it is released. */
const ENDED_BY_EDIT: ReadonlySet<Reason> = new Set<Reason>(['address', 'shipping-method', 'edited']);

/** The action that sends the order once it was edited; null where it is sent anyway, or something else holds it. */
export function sendsAfterEdit(order: FulfillmentOrder): 'ship' | 'retry' | null {
  if (order.status === 'Failed') return 'retry';
  if (order.status !== 'On Hold') return null;
  return getReasons(order).every((reason) => ENDED_BY_EDIT.has(reason)) ? 'ship' : null;
}

import type { DeliveryAddress } from '../../../lib/domain/address/address.ts';
import type { Action } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { listHolds } from '../../../lib/domain/order/holds.ts';
import { sendsAfterEdit } from '../../../lib/domain/order/next-steps.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { toProgress } from '../../../lib/domain/order/progress.ts';
import { addressLine, StatusBadge } from '../parts.tsx';
import type { OrderView } from '../views.ts';

interface ActionLabel {
  readonly button: string;
  readonly tone: '' | 'main' | 'danger';
  /** What will happen. */
  readonly consequence: (view: OrderView) => string;
}

/** The button of each action, and what the action will do to the order as it is now. */
export const ACTION_LABELS: Readonly<Record<Action, ActionLabel>> = {
  process: {
    button: 'Process',
    tone: 'main',
    consequence: ({ order }) => `${order.reference} is sent to ${order.connection} now.`,
  },
  ship: {
    button: 'Release',
    tone: 'main',
    consequence: ({ order }) =>
      order.hold === 'service'
        ? `${order.reference} is released at ${order.connection}, which goes on with it.`
        : `${order.reference} is no longer held${listHolds(order).length > 1 ? ', for none of these reasons' : ''}. It is sent to ${order.connection} now, with the address shown below.`,
  },
  hold: {
    button: 'Hold',
    tone: '',
    consequence: ({ order }) =>
      order.status === 'Shipped'
        ? `${order.connection} holds ${order.reference} until it is released, here or there. If it is too late there, nothing changes.`
        : `${order.reference} waits here until it is released or cancelled${order.status === 'On Hold' ? ', also once what holds it now is over' : ''}. The sale in DEAR stays as it is.`,
  },
  retry: {
    button: 'Try again',
    tone: 'main',
    consequence: ({ order }) =>
      `The bridge checks whether ${order.connection} has ${order.reference} already, and sends it again only if not.`,
  },
  edit: {
    button: 'Edit',
    tone: '',
    consequence: ({ order }) =>
      `${order.reference} is changed here and sent as it is here, until the sale changes in DEAR. DEAR is not changed. ${toAfterEdit(order)}`,
  },
  void: {
    button: 'Void',
    tone: 'danger',
    consequence: ({ order }) =>
      `${order.reference} is never sent. The sale in DEAR stays as it is; undo and authorise it there to order its goods again.`,
  },
  acknowledge: {
    button: 'Acknowledge',
    tone: '',
    consequence: ({ order }) =>
      order.withdrawn
        ? `${order.reference} left although its sale no longer asks for it. It no longer waits for a person, and DEAR is not changed.`
        : `DEAR is accepted as it is: the shipments of ${order.reference} so far are not written to it any more.`,
  },
  accept: {
    button: 'Accept the substitution',
    tone: 'main',
    consequence: ({ order }) =>
      `The other product in the parcels of ${order.reference} counts as the missing one. DEAR accepts no other product in the sale, so the ordered product is recorded there as shipped; correct the stock of both products in DEAR.`,
  },
  'close-and-reorder': {
    button: 'Close and reorder the rest',
    tone: '',
    consequence: ({ order }) =>
      `${order.reference} ships no more. What left is written to DEAR, and the rest goes back to the sale and into its next order.`,
  },
  'close-and-drop': {
    button: 'Close and drop the rest',
    tone: 'danger',
    consequence: ({ order }) =>
      `${order.reference} ships no more. What left is written to DEAR, and the rest is not sent. The sale in DEAR stays as it is.`,
  },
  cancel: {
    button: 'Cancel',
    tone: 'danger',
    consequence: ({ order }) =>
      order.status === 'Shipped' || order.hold === 'service'
        ? `A cancellation of ${order.reference} is sent to ${order.connection}. If it is too late there, the order shows that and nothing else changes.`
        : `${order.reference} is never sent. The sale in DEAR stays as it is; undo and authorise it there to order its goods again.`,
  },
};

/** What a saved edit leaves to do. */
function toAfterEdit(order: FulfillmentOrder): string {
  const action = sendsAfterEdit(order);
  if (action !== null)
    return `Once it is saved, it waits until you choose “${ACTION_LABELS[action].button}”, unless you have it sent at once.`;
  return order.status === 'On Hold'
    ? 'Once it is saved, it still waits for what else holds it.'
    : 'Once it is saved, it goes on by itself.';
}

interface ConfirmActionProps {
  readonly view: OrderView;
  readonly action: Exclude<Action, 'edit'>;
  readonly token: string;
}

/** One question before one write. */
export function ConfirmAction({ view, action, token }: ConfirmActionProps) {
  const { order, content } = view;
  const sentence = ACTION_LABELS[action];
  return (
    <>
      <h1>
        {sentence.button}: {order.reference}?
      </h1>
      <p>
        <StatusBadge status={toProgress(order)} /> {listHolds(order).length > 1 ? '' : order.reason}
      </p>
      {listHolds(order).length > 1 && (
        <ul>
          {listHolds(order).map(({ why }) => (
            <li>{why}</li>
          ))}
        </ul>
      )}
      <div class="panel notice">
        <p class="why">{sentence.consequence(view)}</p>
        {action === 'ship' && order.hold !== 'service' && content !== null && (
          <p>{addressLine(content.shipTo)}</p>
        )}
        <form method="post" action={`/orders/${encodeURIComponent(order.reference)}/${action}`}>
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="version" value={String(order.version)} />
          {action === 'acknowledge' && (
            <label>
              What was done about it, for the log
              <textarea name="note" rows={2} maxlength={2000}></textarea>
            </label>
          )}
          <p class="actions">
            <button type="submit" class={sentence.tone}>
              {sentence.button}
            </button>
            <a class="button" href={`/orders/${encodeURIComponent(order.reference)}`}>
              Leave it as it is
            </a>
          </p>
        </form>
      </div>
    </>
  );
}

/** Fields of the address in the order of the form, with their autocomplete tokens. */
const ADDRESS = [
  ['contact', 'Contact', 'name'],
  ['company', 'Company', 'organization'],
  ['line1', 'Street', 'address-line1'],
  ['line2', 'Street, second line', 'address-line2'],
  ['city', 'City', 'address-level2'],
  ['state', 'State', 'address-level1'],
  ['postcode', 'Postcode', 'postal-code'],
  ['country', 'Country (two letters, or its English name)', 'country'],
] as const satisfies ReadonlyArray<readonly [keyof DeliveryAddress, string, string]>;

export const ADDRESS_FIELDS = ADDRESS.map(([name]) => name);

interface EditOrderProps {
  readonly view: OrderView;
  readonly content: OrderContent;
  readonly token: string;
}

export function EditOrder({ view, content, token }: EditOrderProps) {
  const { order } = view;
  return (
    <>
      <h1>Edit {order.reference}</h1>
      <p class="why">{order.reason}</p>
      <p>{ACTION_LABELS.edit.consequence(view)}</p>
      <form method="post" action={`/orders/${encodeURIComponent(order.reference)}/edit`} class="panel">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="version" value={String(order.version)} />
        <div class="fields">
          {ADDRESS.map(([name, label, autocomplete]) => (
            <label>
              {label}
              <input name={name} value={content.shipTo[name]} autocomplete={autocomplete} />
            </label>
          ))}
          <label>
            Shipping method
            <input name="shippingMethod" value={content.shippingMethod} />
          </label>
          <label>
            Phone
            <input name="phone" type="tel" value={content.phone} />
          </label>
          <label>
            E-mail
            <input name="email" type="email" value={content.email} />
          </label>
        </div>
        <label>
          Comments for the service
          <textarea name="customerNotes" rows={2}>
            {content.customerNotes}
          </textarea>
        </label>
        {sendsAfterEdit(order) !== null && (
          <label>
            <input type="checkbox" name="send" value="yes" /> Send it at once
          </label>
        )}
        <p class="actions">
          <button type="submit" class="main">
            Save
          </button>
          <a class="button" href={`/orders/${encodeURIComponent(order.reference)}`}>
            Leave it as it is
          </a>
        </p>
      </form>
    </>
  );
}

import type { Action } from '../../../domain/actions.ts';
import type { OrderView } from '../needs.ts';
import { addressLine } from '../parts/address-line.ts';
import { StatusBadge } from '../parts/status-badge.tsx';

interface Words {
  readonly button: string;
  readonly tone: '' | 'main' | 'danger';
  /** What will happen, before it does. */
  readonly consequence: (view: OrderView) => string;
}

/** What each action is called and what it will do, for the order as it is. */
export const ACTION_WORDS: Readonly<Record<Action, Words>> = {
  process: {
    button: 'Process',
    tone: 'main',
    consequence: ({ order }) => `${order.reference} is sent to ${order.connection} now.`,
  },
  ship: {
    button: 'Release',
    tone: 'main',
    consequence: ({ order }) =>
      `${order.reference} is no longer held. It is sent to ${order.connection} now, with the address shown below.`,
  },
  hold: {
    button: 'Hold',
    tone: '',
    consequence: ({ order }) =>
      `${order.reference} waits here until somebody releases or cancels it. The sale in DEAR stays as it is.`,
  },
  retry: {
    button: 'Try again',
    tone: 'main',
    consequence: ({ order }) =>
      `${order.connection} is asked whether it has ${order.reference} already, and sent it again only if not.`,
  },
  edit: {
    button: 'Edit',
    tone: '',
    consequence: ({ order }) =>
      `${order.reference} is changed here and sent as it stands here, until the sale itself changes in DEAR. DEAR is not changed.`,
  },
  void: {
    button: 'Void',
    tone: 'danger',
    consequence: ({ order }) =>
      `${order.reference} is never sent. The sale in DEAR stays as it is; undo and authorise it there to order its goods anew.`,
  },
  acknowledge: {
    button: 'Acknowledge',
    tone: '',
    consequence: ({ order }) =>
      `DEAR is taken to be right as it stands: it is told no more of what has left of ${order.reference} so far.`,
  },
  accept: {
    button: 'Accept what left instead',
    tone: 'main',
    consequence: ({ order }) =>
      `What the parcels of ${order.reference} hold beside its goods counts for the product that is missing. DEAR is told that the ordered product left, as it takes no other in the sale; move the stock of both there.`,
  },
  'close-and-reorder': {
    button: 'Close, and order the rest again',
    tone: '',
    consequence: ({ order }) =>
      `Nothing more leaves with ${order.reference}. DEAR is told of what left, and the rest goes back to the sale, whose next order takes it.`,
  },
  'close-and-drop': {
    button: 'Close, and drop the rest',
    tone: 'danger',
    consequence: ({ order }) =>
      `Nothing more leaves with ${order.reference}. DEAR is told of what left; the rest is not sent any more. The sale in DEAR stays as it is.`,
  },
  cancel: {
    button: 'Cancel',
    tone: 'danger',
    consequence: ({ order }) =>
      order.status === 'Shipped' || order.hold === 'service'
        ? `${order.connection} is asked not to ship ${order.reference}. If it is too late there, the order says so and nothing else changes.`
        : `${order.reference} is never sent. The sale in DEAR stays as it is; undo and authorise it there to order its goods anew.`,
  },
};

export interface ConfirmActionProps {
  readonly view: OrderView;
  readonly action: Exclude<Action, 'edit'>;
  readonly token: string;
}

/** One question before one write. */
export function ConfirmAction({ view, action, token }: ConfirmActionProps) {
  const { order, content } = view;
  const words = ACTION_WORDS[action];
  return (
    <>
      <h1>
        {words.button}: {order.reference}?
      </h1>
      <p>
        <StatusBadge status={order.status} /> {order.reason}
      </p>
      <div class="panel notice">
        <p class="why">{words.consequence(view)}</p>
        {action === 'ship' && content !== null && <p>{addressLine(content.shipTo)}</p>}
        <form method="post" action={`/orders/${encodeURIComponent(order.reference)}/${action}`}>
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="version" value={String(order.version)} />
          <p class="actions">
            <button type="submit" class={words.tone}>
              {words.button}
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

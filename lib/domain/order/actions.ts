import { type DeliveryAddress, missingParts, tidyAddress, whyNotAddressable } from '../address/address.ts';
import { toCountryCode, whyNoCountry } from '../address/country.ts';
import { isoTime } from '../clock.ts';
import { isVoid } from '../shipment/package.ts';
import { stillToShip } from '../shipment/still-to-ship.ts';
import { oneLine } from '../text.ts';
import {
  type Action,
  ALLOWED,
  acceptSubstitution,
  allowedActions,
  closeShort,
  endsStandstill,
  hasLeftUnwanted,
  isAtProvider,
  type ProviderAbilities,
  REMAINDER_OF_ACTION,
  refusal,
  toStillOpenReason,
  whyRefused,
} from './allowed-actions.ts';
import { type FulfillmentOrder, type HoldCause, UNMAPPED_METHOD } from './fulfillment-order.ts';
import { isByHand, isHeldFor, listHolds, toHeld } from './holds.ts';
import { orderedLines } from './new-order.ts';
import { type OrderContent, toFingerprint } from './order-content.ts';
import { toProgress } from './progress.ts';
import { recordHeldByHand, recordReleasedByHand } from './standstill.ts';
import { change } from './transitions.ts';

/** An operator's changes of an order. Personal data. */
export interface OrderEdit {
  readonly shipTo?: Partial<DeliveryAddress>;
  readonly shippingMethod?: string;
  readonly customerNotes?: string;
  readonly email?: string;
  readonly phone?: string;
}

interface ActionInput extends ProviderAbilities {
  readonly order: FulfillmentOrder;
  /** null once it has expired. */
  readonly content: OrderContent | null;
  /** The operator's name. */
  readonly by: string;
  readonly now: number;
  /** ISO date until which the provider holds the order, where it was held there; '' or left out where not known. */
  readonly heldUntil?: string;
  /** Whether the provider has confirmed that it holds the order. @default true */
  readonly isHoldAcknowledged?: boolean;
  /** What a person writes about it. Personal data. */
  readonly note?: string;
  /** Parts of the order that the provider would still ship; left out where it was not queried. */
  readonly openParts?: number;
}

interface ActionResult {
  readonly order: FulfillmentOrder;
  /** To be stored under the order's fingerprint; null where it is unchanged. */
  readonly content: OrderContent | null;
}

/** @throws {ActionRefused} */
export function act(action: Action, acting: ActionInput, edit: OrderEdit = {}): ActionResult {
  const { order, openParts = 0 } = acting;
  if (order.closedShort !== null && order.closedShort.rest === REMAINDER_OF_ACTION[action])
    return { order, content: null };
  const why = ALLOWED[order.status].includes(action)
    ? whyRefused(order, action, acting)
    : `it is ${toProgress(order)}`;
  if (why !== null) throw refusal(order, action, why, allowedActions(order, acting));
  if (endsStandstill(action) && openParts > 0) throw refusal(order, action, toStillOpenReason(order), []);
  return action === 'edit'
    ? editOrder(acting, edit)
    : { order: ACTION_HANDLERS[action](acting), content: null };
}

const ACTION_HANDLERS: Readonly<Record<Exclude<Action, 'edit'>, (acting: ActionInput) => FulfillmentOrder>> =
  {
    void: (acting) => endOrder(acting, 'voided'),
    cancel: (acting) =>
      isAtProvider(acting.order) ? cancelAtProvider(acting) : endOrder(acting, 'cancelled'),
    process: ({ order, by, now }) => {
      const reason = 'Waiting to be sent.';
      return change(order, now, { released: true, reason }, { by, what: `Processed by ${by}.` });
    },
    hold: ({ order, by, now, heldUntil = '', isHoldAcknowledged = true }) => {
      if (isAtProvider(order)) return recordHeldByHand(order, heldUntil, by, now, isHoldAcknowledged);
      const why = `Held by ${by}.`;
      const patch = toHeld([{ kind: 'person', why }, ...listHolds(order)]);
      return change(order, now, patch, { by, what: why });
    },
    ship: (acting) =>
      acting.order.hold === 'service'
        ? recordReleasedByHand(acting.order, acting.by, acting.now)
        : release(acting),
    acknowledge: (acting) => acknowledge(acting),
    accept: ({ order, by, now }) => acceptSubstitution(order, by, now),
    'close-and-reorder': ({ order, by, now }) => closeShort(order, 'reorder', by, now),
    'close-and-drop': ({ order, by, now }) => closeShort(order, 'drop', by, now),
    retry: ({ order, by, now }) => {
      const submission = { ...order.submission, state: retryFrom(order) } as const;
      const patch = {
        status: 'Queued',
        desired: 'fulfilled',
        released: true,
        submission,
        reason: 'Waiting to be sent again.',
      } as const;
      return change(order, now, patch, { by, what: `Tried again by ${by}.` });
    },
  };

/** A refused submission never arrived. Any other may have, so the order is looked for before it is sent. */
function retryFrom({ submission: { state } }: FulfillmentOrder): 'none' | 'unknown' {
  return state === 'rejected' || state === 'none' ? 'none' : 'unknown';
}

/** The order stays cancelled until its sale is undone and authorised again. */
function endOrder({ order, by, now }: ActionInput, how: string): FulfillmentOrder {
  const reason = `${how === 'voided' ? 'Voided' : 'Cancelled'} by ${by}. Undo and authorise the sale in DEAR to order it anew.`;
  const { state } = order.cancellation;
  const cancellation =
    state === 'unknown' ? ({ state: 'done', at: isoTime(now) } as const) : order.cancellation;
  const patch = { status: 'Cancelled', desired: 'cancelled', hold: '', cancellation, reason } as const;
  return change(order, now, patch, { by, what: reason });
}

function cancelAtProvider({ order, by, now }: ActionInput): FulfillmentOrder {
  const reason = `${by} requested the cancellation; waiting for ${order.connection}.`;
  const cancellation = { state: 'none', at: '' } as const;
  return change(order, now, { desired: 'cancelled', cancellation, reason }, { by, what: reason });
}

/** A person has settled it in DEAR, or accepts DEAR's state: nothing more of what left so far is confirmed. */
function acknowledge({ order, by, now, note = '' }: ActionInput): FulfillmentOrder {
  // A note may be anything, so it expires as messages of other systems do.
  const noted = note === '' ? {} : { upstreamMessage: note };
  if (hasLeftUnwanted(order)) {
    const reason = `It left although its sale no longer asks for it; settled by hand, says ${by}.`;
    const cancellation = { state: 'done', at: isoTime(now) } as const;
    return change(order, now, { cancellation, reason }, { by, what: reason, ...noted });
  }
  const packages = order.packages.map((box) =>
    isVoid(box) && box.voided !== undefined ? { ...box, voided: { ...box.voided, settledBy: by } } : box,
  );
  const told = order.packages.map(({ id }) => id);
  const isComplete = stillToShip({ lines: order.lines, packages }).length === 0;
  const state = isComplete ? ('confirmed' as const) : ('none' as const);
  const confirmation = { ...order.confirmation, state, packages: told, corrections: [] };
  const reason = `Settled in DEAR, says ${by}.`;
  return change(
    order,
    now,
    { packages, confirmation, reason },
    { by, what: `${reason} Before: ${order.reason}`, ...noted },
  );
}

const NO_TAKEOVER = { number: '', isPartlyShipped: false };

function release({ order, content, by, now }: ActionInput): FulfillmentOrder {
  const why =
    content === null ? 'Its name and address have expired here.' : whyNotAddressable(content.shipTo);
  if (why !== null) throw refusal(order, 'ship', asClause(why), ['edit', 'cancel']);
  const patch = {
    status: 'Queued',
    desired: 'fulfilled',
    hold: '',
    released: true,
    reason: 'Waiting to be sent.',
    ...(isHeldFor(order, 'takeover') && { takeover: { ...NO_TAKEOVER, state: 'overruled' as const } }),
  } as const;
  const overruled = listHolds(order).filter((cause) => !isByHand(cause));
  const although = overruled.length === 0 ? '' : ` It was held: ${overruled.map((one) => one.why).join(' ')}`;
  return change(order, now, patch, { by, what: `Released by ${by}.${although}` });
}

/** The edits apply until the sale itself changes. */
function editOrder(acting: ActionInput, { shipTo, ...texts }: OrderEdit): ActionResult {
  const { order, content, by, now } = acting;
  const rest = tidyTexts(acting, texts);
  const edited = { by, isMethodGiven: rest.shippingMethod !== undefined };
  if (content === null) throw refusal(order, 'edit', 'its name and address have expired here', ['cancel']);
  const next = { ...content, ...rest, shipTo: editAddress(acting, content.shipTo, shipTo) };
  const fingerprint = toFingerprint(next);
  const names = [...Object.keys(rest), ...(shipTo === undefined ? [] : ['delivery address'])];
  const held = order.status === 'On Hold' ? toHeld(holdsAfterEdit(order, next, edited)) : {};
  const method = edited.isMethodGiven ? { method: UNMAPPED_METHOD } : {};
  const patch = { fingerprint, lines: orderedLines(next), ...method, ...held };
  const changed = change(order, now, patch, { by, what: `Edited by ${by}: ${names.join(', ')}.` });
  return { order: changed, content: next };
}

/** What was corrected waits for a release, as an operator may correct in several steps; any other cause ends by itself. */
function holdsAfterEdit(
  order: FulfillmentOrder,
  { shipTo }: OrderContent,
  { by, isMethodGiven }: { readonly by: string; readonly isMethodGiven: boolean },
): HoldCause[] {
  const before = listHolds(order);
  const address = whyNotAddressable(shipTo);
  const ends = ({ kind }: HoldCause) =>
    kind === 'address' || kind === 'edited' || (kind === 'shipping-method' && isMethodGiven);
  const kept = before.filter((cause) => !ends(cause));
  if (address !== null) return [{ kind: 'address', why: address }, ...kept];
  const edited = { kind: 'edited', why: `Edited by ${by}, and not released since.` } as const;
  return before.some(ends) ? [edited, ...kept] : kept;
}

/** DEAR's display lines are dropped, so that they do not contradict what a person typed. A country is stored as its code. */
function editAddress(
  acting: ActionInput,
  before: DeliveryAddress,
  typed: Partial<DeliveryAddress> | undefined,
): DeliveryAddress {
  if (typed === undefined) return before;
  const address = tidyAddress({ ...before, ...typed, displayLine1: '', displayLine2: '' });
  const why = whyNotEdited(acting.order, before, address);
  if (why === null) return address;
  throw refusal(acting.order, 'edit', why, allowedActions(acting.order, acting));
}

/**
 * The rules for addresses of DEAR. An incomplete address of an order On Hold may be corrected in several steps, none of which
 * may take away what is there; any other order needs a complete one, because it is sent as it is.
 */
function whyNotEdited(
  { status }: FulfillmentOrder,
  before: DeliveryAddress,
  address: DeliveryAddress,
): string | null {
  const { country } = address;
  if (country !== '' && toCountryCode(country) === '') {
    return `the country '${country}' ${whyNoCountry(country)}`;
  }
  const why = whyNotAddressable(address);
  if (why === null) return null;
  const lacked = missingParts(before);
  const isStep = status === 'On Hold' && whyNotAddressable(before) !== null;
  const lost = missingParts(address).filter((part) => !lacked.includes(part));
  // Another country may require parts that the old one did not.
  const isWorse = lost.length > 0 && country === before.country;
  return isStep && !isWorse ? null : asClause(why);
}

/** The other texts as they are stored: without outer blanks, notes with their lines. @throws {ActionRefused} */
function tidyTexts(acting: ActionInput, texts: Omit<OrderEdit, 'shipTo'>): Omit<OrderEdit, 'shipTo'> {
  const { order } = acting;
  const entries = Object.entries(texts).map(([name, text]) => {
    const tidy = name === 'customerNotes' ? text.trim() : oneLine(text);
    return [name, tidy] as const;
  });
  const tidied: Omit<OrderEdit, 'shipTo'> = Object.fromEntries(entries);
  const why = whyNoText(tidied);
  if (why !== null) throw refusal(order, 'edit', why, allowedActions(order, acting));
  return tidied;
}

/** A name, an at sign and a domain with a dot; the rest only a mail server knows. */
const EMAIL = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@.,;<>]+$/;

/** An e-mail address and a telephone number may be taken away. */
function whyNoText({ email = '', phone = '', shippingMethod }: OrderEdit): string | null {
  if (email !== '' && !EMAIL.test(email)) return `'${email}' is no e-mail address`;
  if (phone !== '' && !/\d/.test(phone)) return `'${phone}' is no telephone number: it has no digit`;
  return shippingMethod === '' ? 'the shipping method is empty' : null;
}

function asClause(sentence: string): string {
  return `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1, -1)}`;
}

import { type Clock, isoTime } from '../domain/clock.ts';
import { act, type OrderEdit } from '../domain/order/actions.ts';
import {
  type Action,
  allowedActions,
  endsStandstill,
  isAtProvider,
  type ProviderAbilities,
  refusal,
} from '../domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import { referenceAtProvider } from '../domain/order/takeover.ts';
import { nextDispatchStep } from '../domain/order/transitions.ts';
import { needsConfirmation } from '../domain/shipment/still-to-ship.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import { cancels, holds, type Provider, reportsOrders } from '../providers/provider.ts';

export interface ActOnOrderDeps {
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    save(order: FulfillmentOrder, content?: OrderContent | null): Promise<void>;
  };
  readonly fulfillment: { publish(message: { reference: string }): Promise<void> };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  /** What the order's provider supports. */
  readonly abilities: ProviderAbilities;
  /** ISO date until which the provider holds the order; '' or left out where it is not known. */
  readonly heldUntil?: string;
  /** Whether the provider has confirmed that it holds the order. */
  readonly isHoldAcknowledged?: boolean;
  readonly note?: string;
  /** How many parts of the order its provider would still ship, read just now; left out where it was not read. */
  readonly openParts?: number;
  readonly now: Clock;
}

/**
 * Performs an operator's action on an order and records who did it. It queues the order where its provider or DEAR has to be
 * written to, and the sale where goods went back to it. Repeating a completed action only queues it again.
 * @param by the operator's name
 * @throws {ActionRefused} where the order's status does not allow it, saying what it does
 * @throws {VersionConflict} where the order was changed at the same moment
 */
export async function actOnOrder(
  reference: string,
  action: Action,
  by: string,
  deps: ActOnOrderDeps,
  edit: OrderEdit = {},
): Promise<FulfillmentOrder> {
  const order = await deps.orders.read(reference);
  if (order === null) throw new Error(`There is no fulfillment order ${reference}`);
  const content = await deps.orders.readContent(order);
  const acting = {
    order,
    content,
    by,
    now: deps.now(),
    ...deps.abilities,
    openParts: deps.openParts ?? 0,
    heldUntil: deps.heldUntil ?? '',
    isHoldAcknowledged: deps.isHoldAcknowledged ?? true,
    note: deps.note ?? '',
  };
  const acted = act(action, acting, edit);
  if (acted.order !== order) await deps.orders.save(acted.order, acted.content);
  await queue(acted.order, deps);
  return acted.order;
}

async function queue(order: FulfillmentOrder, deps: ActOnOrderDeps): Promise<void> {
  const { reference, saleId, saleOrderNumber, closedShort } = order;
  if (nextDispatchStep(order) !== 'nothing') await deps.fulfillment.publish({ reference });
  if (needsConfirmation(order, order)) await deps.confirmations.publish({ reference });
  if (closedShort?.rest === 'reorder') {
    await deps.saleEvents.publish(toReconcileMessage(saleId, saleOrderNumber, deps.now()));
  }
}

/** A message that lets a sale be read again, as a person asks for it. */
export function toReconcileMessage(saleId: string, saleOrderNumber: string, now: number): SaleEventMessage {
  return {
    saleId,
    saleTaskId: '',
    saleOrderNumber,
    event: 'operator',
    trackingNumbers: [],
    receivedAt: isoTime(now),
  };
}

/** What a person adds to an action. */
export interface ActionDetails {
  readonly edit?: OrderEdit;
  /** A person's note, for the log. It expires. */
  readonly note?: string;
  /** ISO date on which the provider releases by itself an order that it is told to hold; left out: as late as it can. */
  readonly holdUntil?: string;
}

/** What an action on an order needs beside the order. */
export interface PerformDeps
  extends Pick<ActOnOrderDeps, 'orders' | 'fulfillment' | 'confirmations' | 'saleEvents' | 'now'> {
  readonly providerFor: (connection: string) => Promise<Provider>;
}

/**
 * Performs an operator's action on an order. An order that its service has is held and released there first: if that is not
 * known to have worked, or the order is changed meanwhile, the next comparison of orders shows what the provider does, and
 * repeating the action is harmless.
 * @throws {ActionRefused | VersionConflict}
 * @throws {UpstreamError} the provider refused, or was not reached
 */
export async function performAction(
  order: FulfillmentOrder,
  action: Action,
  by: string,
  deps: PerformDeps,
  details: ActionDetails = {},
): Promise<FulfillmentOrder> {
  const acting = await prepare(order, action, by, deps, details);
  act(action, acting, details.edit);
  const held = await moveAtProvider(deps, order, action, details);
  const { note, openParts } = acting;
  const acted = { ...deps, abilities: acting, openParts, ...held, note };
  return await actOnOrder(order.reference, action, by, acted, details.edit);
}

/**
 * The order as the action would leave it. Nothing is written.
 * @throws {ActionRefused}
 */
export async function previewAction(
  order: FulfillmentOrder,
  action: Action,
  by: string,
  deps: PerformDeps,
  details: ActionDetails = {},
): Promise<FulfillmentOrder> {
  return act(action, await prepare(order, action, by, deps, details), details.edit).order;
}

async function prepare(
  order: FulfillmentOrder,
  action: Action,
  by: string,
  deps: PerformDeps,
  { holdUntil = '', note = '' }: ActionDetails,
) {
  const abilities = await getAbilities(deps, order);
  if (holdUntil !== '' && !isAtProvider(order)) {
    const why = 'only an order that its service has is held until a date';
    throw refusal(order, action, why, allowedActions(order, abilities));
  }
  const content = await deps.orders.readContent(order);
  const openParts = await getOpenParts(deps, order, action);
  const acting = {
    order,
    content,
    by,
    now: deps.now(),
    ...abilities,
    openParts,
    heldUntil: holdUntil,
    note,
  };
  return acting;
}

/** Holds or releases an order where its provider has it. @returns what is known of a hold there */
async function moveAtProvider(
  { providerFor }: Pick<PerformDeps, 'providerFor'>,
  order: FulfillmentOrder,
  action: Action,
  { holdUntil }: ActionDetails,
): Promise<Pick<ActOnOrderDeps, 'heldUntil' | 'isHoldAcknowledged'>> {
  if (!isAtProvider(order) || (action !== 'hold' && action !== 'ship')) return {};
  const provider = await providerFor(order.connection);
  if (!holds(provider)) return {};
  const { submission } = order;
  const reference = referenceAtProvider(order);
  if (action === 'ship') {
    await provider.release(submission.providerOrderId, reference);
    return {};
  }
  const answer = await provider.hold(submission.providerOrderId, reference, holdUntil ?? null);
  const isHoldAcknowledged = answer !== 'unacknowledged';
  if (holdUntil !== undefined || !reportsOrders(provider))
    return { heldUntil: holdUntil ?? '', isHoldAcknowledged };
  const parts = await provider.orderParts(submission.providerOrderId, reference);
  const own = parts.find(({ state }) => state === 'held');
  return { heldUntil: own?.heldUntil ?? '', isHoldAcknowledged };
}

/** The stored standstill may be an hour old, and goods that are ordered again must not leave twice, so the provider is read: two calls. */
async function getOpenParts(
  { providerFor }: Pick<PerformDeps, 'providerFor'>,
  order: FulfillmentOrder,
  action: Action,
): Promise<number> {
  if (!endsStandstill(action) || order.standstill === '') return 0;
  const provider = await providerFor(order.connection);
  if (!reportsOrders(provider)) return 0;
  const parts = await provider.orderParts(order.submission.providerOrderId, referenceAtProvider(order));
  return parts.filter(({ state }) => state !== 'left' && state !== 'cancelled').length;
}

/** Of an order that its provider has; for any other they are not needed. A provider that cannot be opened can do nothing. */
export async function getAbilities(
  { providerFor }: Pick<PerformDeps, 'providerFor'>,
  order: FulfillmentOrder,
): Promise<Required<ProviderAbilities>> {
  const none = { canCancel: false, canHold: false, reportsOrders: true };
  if (!isAtProvider(order)) return none;
  try {
    const provider = await providerFor(order.connection);
    return {
      canCancel: cancels(provider),
      canHold: holds(provider),
      reportsOrders: reportsOrders(provider),
    };
  } catch {
    return none;
  }
}

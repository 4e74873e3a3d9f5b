import { Rejected } from '../../lib/domain/errors.ts';
import {
  getLabel,
  hasValidLabel,
  ratesToShow,
  recordRates,
  requestLabel,
  requestVoid,
  whyNoLabel,
  whyNoVoid,
} from '../../lib/domain/label/order-label.ts';
import type { FulfillmentOrder, QuotedRates } from '../../lib/domain/order/fulfillment-order.ts';
import { type LabelShop, openShop } from '../../lib/workflows/buy-label.ts';
import type { Bridge } from '../bridge.ts';
import { type Operator, recordAct } from '../record-act.ts';
import { NotFound, Refused } from '../user-errors.ts';
import { readOrder } from './change-order.ts';

type LabelBridge = Pick<
  Bridge,
  | 'orders'
  | 'sales'
  | 'providerFor'
  | 'connection'
  | 'fulfillment'
  | 'confirmations'
  | 'audit'
  | 'caller'
  | 'now'
>;

/**
 * What a label of the order would cost now. The rates are kept on the order, and shown in DEAR where the settings say so.
 * @throws {NotFound | Refused} no such order, no shipping service, or no label can be bought for it now
 */
export async function readRates(bridge: LabelBridge, reference: string): Promise<QuotedRates> {
  const order = await readOrder(bridge, reference);
  const why = whyNoLabel(order);
  if (why !== null) throw refused(order, 'rated', why);
  const { seller, providerOrderId } = await openOrderShop(bridge, order);
  const content = await bridge.orders.readContent(order);
  const rates = await seller
    .rates(providerOrderId, reference, content)
    .catch((error: unknown) => refuseIfRejected(error, order, 'rated'));
  const rated = await bridge.orders.update(order, (current) => recordRates(current, rates, bridge.now()));
  if (ratesToShow(rated, bridge.connection(order.connection)) !== null)
    await bridge.confirmations.publish({ reference });
  return rated.postage?.quoted ?? { at: '', rates: [] };
}

/**
 * Asks for a label, which `dispatch-order` buys within seconds. Asking again while it is being bought changes nothing.
 * @param service code of the service; '' for the rule of the connection
 * @throws {NotFound | Refused | VersionConflict}
 */
export async function buyOrderLabel(
  bridge: LabelBridge,
  reference: string,
  service: string,
  by: Operator,
): Promise<FulfillmentOrder> {
  const order = await checkPurchase(bridge, reference, service);
  const before = getLabel(order);
  const isUnderWay = before?.state === 'requested' && before.service === service;
  const requested = isUnderWay ? order : requestLabel(order, service, by.name, bridge.now());
  if (requested !== order) await bridge.orders.save(requested);
  await bridge.fulfillment.publish({ reference });
  await recordAct(bridge, by, `buy label: ${service || 'by the rule'}`, reference);
  return requested;
}

/**
 * The reference of an order, typed as it is, or as its sale's order number where the sale has one order.
 * @throws {NotFound | Refused} the sale has several
 */
export async function toReference(
  { orders, sales }: Pick<LabelBridge, 'orders' | 'sales'>,
  typed: string,
): Promise<string> {
  if ((await orders.read(typed)) !== null) return typed;
  const [only, ...others] = (await sales.findByNumber(typed))?.references ?? [];
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw new NotFound(`There is no fulfillment order or sale ${typed}`);
  throw new Refused(`${typed} has several orders`, `Name one: ${[only, ...others].join(', ')}`);
}

/** The order, if a label can be bought for it now. Nothing is written. */
export async function checkPurchase(
  bridge: LabelBridge,
  reference: string,
  service: string,
): Promise<FulfillmentOrder> {
  const order = await readOrder(bridge, reference);
  await openOrderShop(bridge, order);
  const why = whyNoLabel(order);
  if (why !== null) throw refused(order, 'labelled', why);
  const rule = bridge.connection(order.connection).shippingService?.buy ?? 'by-hand';
  if (service !== '' || rule !== 'by-hand') return order;
  throw new Refused(
    `No service is named for ${reference}, and ${order.connection} has no rule that chooses one`,
    `See what is offered: bridge rates ${reference}`,
  );
}

/**
 * Asks for the label to be voided. @throws {NotFound | Refused | VersionConflict}
 */
export async function voidOrderLabel(
  bridge: LabelBridge,
  reference: string,
  by: Operator,
): Promise<FulfillmentOrder> {
  const order = await checkVoid(bridge, reference);
  const requested = requestVoid(order, by.name, bridge.now());
  await bridge.orders.save(requested);
  await bridge.fulfillment.publish({ reference });
  await recordAct(bridge, by, `void label: ${getLabel(order)?.labelId ?? ''}`, reference);
  return requested;
}

/** The order, if its label can be voided now. Nothing is written. */
export async function checkVoid(bridge: LabelBridge, reference: string): Promise<FulfillmentOrder> {
  const order = await readOrder(bridge, reference);
  await openOrderShop(bridge, order);
  const why = whyNoVoid(order);
  if (why !== null) throw refused(order, 'voided', why);
  return order;
}

/** The PDF of the order's label, read from the shipping service. @throws {NotFound | Refused} */
export async function readLabelDocument(bridge: LabelBridge, reference: string): Promise<Uint8Array> {
  const order = await readOrder(bridge, reference);
  const { seller } = await openOrderShop(bridge, order);
  const labelId = getLabel(order)?.labelId ?? '';
  if (!hasValidLabel(order)) throw new NotFound(`No valid label of ${reference} was bought here`);
  return await seller.labelDocument(labelId, reference);
}

async function openOrderShop(bridge: LabelBridge, order: FulfillmentOrder): Promise<LabelShop> {
  const { connection: id } = order;
  const { shippingService } = bridge.connection(id);
  if (shippingService === null) {
    const next = `Set shippingService: {} of the connection ${id} and deploy.`;
    throw new Refused(`${id} buys no labels: its settings have no shippingService`, next);
  }
  const shop = await openShop(order, shippingService, bridge);
  if (shop === null) {
    throw new Refused(
      `${shippingService.from} does not have ${order.reference} yet`,
      'It may not have been pulled.',
    );
  }
  if (shop instanceof Rejected)
    throw refused(order, 'labelled', shop.details.upstreamMessage ?? shop.message);
  if (typeof shop === 'string') throw new Refused(shop.replace(/\.$/, ''));
  return shop;
}

function refused({ reference }: FulfillmentOrder, done: string, why: string): Refused {
  return new Refused(`${reference} cannot be ${done}: ${why}`);
}

/** A refusal of the shipping service is for the person who asked, who may see its words. */
function refuseIfRejected(error: unknown, order: FulfillmentOrder, done: string): never {
  if (!(error instanceof Rejected)) throw error;
  throw refused(order, done, error.details.upstreamMessage ?? error.message);
}

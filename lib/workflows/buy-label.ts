import type { Clock } from '../domain/clock.ts';
import type { Connection, ShippingService } from '../domain/connection.ts';
import { Deferred, neverArrived, Rejected } from '../domain/errors.ts';
import {
  claimLabel,
  getLabel,
  labelSettlingTimeLeft,
  mayHaveBought,
  nextLabelStep,
  recordDocument,
  recordLabelBought,
  recordLabelRefused,
  recordLabelVoided,
  recordNoRates,
  recordRates,
  recordUnknownLabel,
  recordVoidRefused,
  releaseLabel,
  requestByRule,
  whyNoLabel,
} from '../domain/label/order-label.ts';
import { chooseRate } from '../domain/label/rates.ts';
import type { FulfillmentOrder, OrderLabel, Rate } from '../domain/order/fulfillment-order.ts';
import type { LabelFileStore } from '../domain/ports/labels.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import {
  type BoughtLabel,
  type BuysLabels,
  buysLabels,
  type LabelPurchase,
  type Provider,
} from '../providers/provider.ts';

export interface LabelDeps {
  readonly orders: Pick<OrderStore, 'readContent' | 'readRestore' | 'save' | 'update'>;
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly labelFiles: LabelFileStore;
  readonly now: Clock;
  readonly log: LogEvent;
}

/** Each step leads to the next at most once: quote or buy, store the document. */
const MAX_STEPS = 4;
/** A service that answers so many purchases with nothing at all has a fault that a person has to look at. */
const MAX_ATTEMPTS = 5;
/** While the service has a label that its lists do not show, or does not have the order yet. */
const LOOK_AGAIN_MS = 60_000;
const MAX_PULL_MS = 24 * 60 * 60_000;

/**
 * Takes every step of an order's label that is due. At most one label is bought for it: the intent is stored before the call,
 * and a purchase that may have happened is looked up before another is made.
 * @throws {Deferred} if it is too early to look
 * @throws {UpstreamError} if the service could not be reached; the message comes back
 */
export async function takeLabelSteps(
  order: FulfillmentOrder,
  connection: Connection | undefined,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  const rules = connection?.shippingService ?? null;
  let current = await deps.orders.update(order, (latest) => requestByRule(latest, rules, deps.now()));
  for (let taken = 0; taken < MAX_STEPS; taken += 1) {
    const step = nextLabelStep(current, rules);
    if (step === 'nothing' || rules === null) break;
    current = await takeStep(step, current, rules, deps);
    const { attempt = 0, state = 'none', labelId = '' } = getLabel(current) ?? {};
    const { reference } = current;
    deps.log('order.label', { reference, connection: current.connection, step, state, attempt, labelId });
  }
  return current;
}

/** Who sells the label of an order, and what it calls the order. */
export interface LabelShop {
  readonly seller: BuysLabels;
  /** The seller's id of the order. */
  readonly providerOrderId: string;
}

/**
 * A connection whose provider sells no labels has them from another one of the same account, which knows the order by its
 * reference alone.
 * @returns a sentence where there is none; null where that one does not have the order, perhaps not yet
 */
export async function openShop(
  { connection, reference, submission }: FulfillmentOrder,
  { from }: Pick<ShippingService, 'from'>,
  { providerFor }: Pick<LabelDeps, 'providerFor'>,
): Promise<LabelShop | Rejected | string | null> {
  const seller = await providerFor(from || connection);
  if (!buysLabels(seller)) return `${from || connection} sells no labels.`;
  if (from === '' || from === connection) return { seller, providerOrderId: submission.providerOrderId };
  try {
    const [only, ...others] = await seller.ordersToLabel(reference);
    if (only === undefined) return null;
    if (others.length === 0) return { seller, providerOrderId: only };
    return `${from} has ${others.length + 1} orders under ${reference}: ${[only, ...others].join(', ')}.`;
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
}

async function takeStep(
  step: Exclude<ReturnType<typeof nextLabelStep>, 'nothing'>,
  order: FulfillmentOrder,
  rules: ShippingService,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  const shop = await openShop(order, rules, deps);
  if (shop === null) return waitForOrder(order, rules, deps);
  if (typeof shop === 'string' || shop instanceof Rejected) {
    const record = step === 'quote' ? recordNoRates : recordLabelRefused;
    return deps.orders.update(order, (current) => record(current, shop, deps.now()));
  }
  switch (step) {
    case 'quote':
      return quoteRates(order, shop, deps);
    case 'buy':
      return buyLabel(order, shop, rules, deps);
    case 'store-document':
      return storeDocument(order, shop, deps);
    case 'void':
      return voidLabel(order, shop, deps);
  }
}

/**
 * The seller has the order once it has pulled it, in minutes or hours. After a day a person has to look.
 * @throws {Deferred} before that
 */
async function waitForOrder(
  order: FulfillmentOrder,
  { from }: ShippingService,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  const why = `${from} does not have ${order.reference}`;
  const since = Date.parse(getLabel(order)?.at ?? order.submission.at);
  if (deps.now() - since < MAX_PULL_MS) throw new Deferred(`${why} yet`, LOOK_AGAIN_MS);
  const sentence = `${why}: it may not have been pulled.`;
  const record = getLabel(order) === null ? recordNoRates : recordLabelRefused;
  return deps.orders.update(order, (current) => record(current, sentence, deps.now()));
}

/** Reads the rates of an order and keeps them on it. */
async function quoteRates(
  order: FulfillmentOrder,
  shop: LabelShop,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  try {
    const content = await deps.orders.readContent(order);
    const rates = await shop.seller.rates(shop.providerOrderId, order.reference, content);
    return await deps.orders.update(order, (current) => recordRates(current, rates, deps.now()));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return deps.orders.update(order, (current) => recordNoRates(current, error, deps.now()));
  }
}

async function buyLabel(
  order: FulfillmentOrder,
  shop: LabelShop,
  rules: ShippingService,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  if (mayHaveBought(order) || (await deps.orders.readRestore()) !== null) {
    const found = await resolveEarlierPurchase(order, shop, deps);
    if (found !== null) return found;
  }
  const refuse = (why: Rejected | string) =>
    deps.orders.update(order, (current) => recordLabelRefused(current, why, deps.now()));
  const why = whyNotBoughtNow(order);
  if (why !== null) return refuse(why);
  const rate = await findRate(order, shop, rules, deps);
  if (typeof rate === 'string' || rate instanceof Rejected) return refuse(rate);
  const claimed = claimLabel(order, rate, deps.now());
  await deps.orders.save(claimed);
  try {
    return await recordBought(
      claimed,
      await shop.seller.buyLabel(toPurchase(order, shop), rate.id),
      false,
      deps,
    );
  } catch (error) {
    return recordFailure(error, claimed, shop, deps);
  }
}

/** The order may have changed between the request and now. An earlier purchase certainly did not arrive. */
function whyNotBoughtNow(order: FulfillmentOrder): string | null {
  const attempt = getLabel(order)?.attempt ?? 0;
  if (attempt >= MAX_ATTEMPTS) {
    return `${order.connection} gave no answer to ${attempt} purchases, and has no label of it.`;
  }
  const why = whyNoLabel(withoutClaim(order));
  return why === null ? null : `It cannot have one: ${why}.`;
}

function withoutClaim(order: FulfillmentOrder): FulfillmentOrder {
  const { postage } = order;
  const label = getLabel(order);
  if (postage === undefined || label === null) return order;
  return { ...order, postage: { ...postage, label: { ...label, state: 'requested' } } };
}

/** Offers are read anew: those on the order may be days old, and its parcel may have been weighed since. */
async function findRate(
  order: FulfillmentOrder,
  shop: LabelShop,
  rules: ShippingService,
  deps: LabelDeps,
): Promise<Rate | Rejected | string> {
  try {
    const content = await deps.orders.readContent(order);
    const rates = await shop.seller.rates(shop.providerOrderId, order.reference, content);
    return chooseRate(rates, getLabel(order)?.service ?? '', content?.shippingMethod ?? '', rules);
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
}

/**
 * Looks up the result of an earlier purchase. null: it certainly never arrived.
 * @throws {Deferred} while it may still be landing, or the service says that the order has a label and does not show it
 */
async function resolveEarlierPurchase(
  order: FulfillmentOrder,
  shop: LabelShop,
  deps: LabelDeps,
): Promise<FulfillmentOrder | null> {
  const found = await shop.seller.findLabel(toPurchase(order, shop));
  if (found === 'not-shown') {
    throw new Deferred(
      `${order.connection} does not show the label of ${order.reference} yet`,
      LOOK_AGAIN_MS,
    );
  }
  if (found !== null) return recordBought(order, found, true, deps);
  const wait = labelSettlingTimeLeft(order, deps.now());
  if (wait > 0)
    throw new Deferred(`The purchase of a label for ${order.reference} may still be landing`, wait);
  return null;
}

/** Records on the order what is known after a failed purchase, before the error decides about the message. */
async function recordFailure(
  error: unknown,
  claimed: FulfillmentOrder,
  shop: LabelShop,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  if (error instanceof Rejected) {
    // The order may have got its label from the service's staff, or by an earlier purchase that landed late.
    const found = await shop.seller.findLabel(toPurchase(claimed, shop));
    if (found === 'not-shown') {
      await deps.orders.update(claimed, (current) => recordUnknownLabel(current, deps.now()));
      throw new Deferred(
        `${claimed.connection} does not show the label of ${claimed.reference} yet`,
        LOOK_AGAIN_MS,
      );
    }
    if (found !== null) return recordBought(claimed, found, true, deps);
    return deps.orders.update(claimed, (current) => recordLabelRefused(current, error, deps.now()));
  }
  const record = neverArrived(error) ? releaseLabel : recordUnknownLabel;
  await deps.orders.update(claimed, (current) => record(current, deps.now()));
  throw error;
}

function recordBought(
  order: FulfillmentOrder,
  { labelId, shipments }: BoughtLabel,
  isAdopted: boolean,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  return deps.orders.update(order, (current) =>
    recordLabelBought(current, labelId, shipments, isAdopted, deps.now()),
  );
}

/** Kept under a name that says which label it is, so that storing it again writes the same file. */
async function storeDocument(
  order: FulfillmentOrder,
  shop: LabelShop,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  const { labelId } = requireLabel(order);
  const pdf = await shop.seller.labelDocument(labelId, order.reference);
  await deps.labelFiles.save(order.reference, labelId, pdf);
  return deps.orders.update(order, (current) => recordDocument(current, 'stored', deps.now()));
}

/** Voiding is repeated without a look: the service says if the label is void already. */
async function voidLabel(
  order: FulfillmentOrder,
  shop: LabelShop,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  try {
    await shop.seller.voidLabel(requireLabel(order).labelId, order.reference);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return deps.orders.update(order, (current) => recordVoidRefused(current, error, deps.now()));
  }
  return deps.orders.update(order, (current) => recordLabelVoided(current, deps.now()));
}

function toPurchase(order: FulfillmentOrder, { providerOrderId }: LabelShop): LabelPurchase {
  const voidedIds = getLabel(order)?.voidedIds ?? [];
  return { reference: order.reference, providerOrderId, voidedIds };
}

function requireLabel(order: FulfillmentOrder): OrderLabel {
  const label = getLabel(order);
  if (label === null) throw new Error(`${order.reference} has no label`);
  return label;
}

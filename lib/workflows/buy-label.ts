import type { Clock } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { Deferred, neverArrived, Rejected } from '../domain/errors.ts';
import { chooseRate } from '../domain/label/choose-rate.ts';
import {
  claimLabel,
  labelOf,
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
import type { OrderLabel, Rate, ShippingService } from '../domain/label/postage.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
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
  readonly orders: Pick<OrderStore, 'readContent' | 'save' | 'update'>;
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly labelFiles: LabelFileStore;
  readonly now: Clock;
  readonly log: LogEvent;
}

/** Each step leads to the next at most once: quote or buy, store the document. */
const MAX_STEPS = 4;
/** A service that answers so many purchases with nothing at all has a fault that a person has to look at. */
const MAX_ATTEMPTS = 5;
/** While the service has a label that its lists do not show. */
const LOOK_AGAIN_MS = 60_000;

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
    const { attempt = 0, state = 'none', labelId = '' } = labelOf(current) ?? {};
    const { reference } = current;
    deps.log('order.label', { reference, connection: current.connection, step, state, attempt, labelId });
  }
  return current;
}

type Seller = Provider & BuysLabels;

async function takeStep(
  step: Exclude<ReturnType<typeof nextLabelStep>, 'nothing'>,
  order: FulfillmentOrder,
  rules: ShippingService,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  const seller = await deps.providerFor(order.connection);
  if (!buysLabels(seller)) {
    const why = `${order.connection} sells no labels.`;
    return deps.orders.update(order, (current) => recordLabelRefused(current, why, deps.now()));
  }
  switch (step) {
    case 'quote':
      return quoteRates(order, seller, deps);
    case 'buy':
      return buyLabel(order, seller, rules, deps);
    case 'store-document':
      return storeDocument(order, seller, deps);
    case 'void':
      return voidLabel(order, seller, deps);
  }
}

/** Reads the rates of an order and keeps them on it. */
async function quoteRates(
  order: FulfillmentOrder,
  seller: Seller,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  try {
    const rates = await seller.rates(order.submission.providerOrderId, order.reference);
    return await deps.orders.update(order, (current) => recordRates(current, rates, deps.now()));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return deps.orders.update(order, (current) => recordNoRates(current, error, deps.now()));
  }
}

async function buyLabel(
  order: FulfillmentOrder,
  seller: Seller,
  rules: ShippingService,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  if (mayHaveBought(order)) {
    const found = await resolveEarlierPurchase(order, seller, deps);
    if (found !== null) return found;
  }
  const refuse = (why: Rejected | string) =>
    deps.orders.update(order, (current) => recordLabelRefused(current, why, deps.now()));
  const why = whyNotBoughtNow(order);
  if (why !== null) return refuse(why);
  const rate = await findRate(order, seller, rules, deps);
  if (typeof rate === 'string' || rate instanceof Rejected) return refuse(rate);
  const claimed = claimLabel(order, rate, deps.now());
  await deps.orders.save(claimed);
  try {
    return await recordBought(claimed, await seller.buyLabel(toPurchase(order), rate.id), false, deps);
  } catch (error) {
    return recordFailure(error, claimed, seller, deps);
  }
}

/** The order may have changed between the request and now. An earlier purchase certainly did not arrive. */
function whyNotBoughtNow(order: FulfillmentOrder): string | null {
  const attempt = labelOf(order)?.attempt ?? 0;
  if (attempt >= MAX_ATTEMPTS) {
    return `${order.connection} gave no answer to ${attempt} purchases, and has no label of it.`;
  }
  const why = whyNoLabel(withoutClaim(order));
  return why === null ? null : `It cannot have one: ${why}.`;
}

function withoutClaim(order: FulfillmentOrder): FulfillmentOrder {
  const { postage } = order;
  const label = labelOf(order);
  if (postage === undefined || label === null) return order;
  return { ...order, postage: { ...postage, label: { ...label, state: 'requested' } } };
}

/** Offers are read anew: those on the order may be days old, and its parcel may have been weighed since. */
async function findRate(
  order: FulfillmentOrder,
  seller: Seller,
  rules: ShippingService,
  deps: LabelDeps,
): Promise<Rate | Rejected | string> {
  try {
    const rates = await seller.rates(order.submission.providerOrderId, order.reference);
    const content = rules.buy === 'mapped' ? await deps.orders.readContent(order) : null;
    return chooseRate(rates, labelOf(order)?.service ?? '', content?.shippingMethod ?? '', rules);
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
  seller: Seller,
  deps: LabelDeps,
): Promise<FulfillmentOrder | null> {
  const found = await seller.findLabel(toPurchase(order));
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
  seller: Seller,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  if (error instanceof Rejected) {
    // The order may have got its label from the service's staff, or by an earlier purchase that landed late.
    const found = await seller.findLabel(toPurchase(claimed));
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
  seller: Seller,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  const { labelId } = requireLabel(order);
  const pdf = await seller.labelDocument(labelId, order.reference);
  await deps.labelFiles.save(order.reference, labelId, pdf);
  return deps.orders.update(order, (current) => recordDocument(current, 'stored', deps.now()));
}

/** Voiding is repeated without a look: the service says if the label is void already. */
async function voidLabel(
  order: FulfillmentOrder,
  seller: Seller,
  deps: LabelDeps,
): Promise<FulfillmentOrder> {
  try {
    await seller.voidLabel(requireLabel(order).labelId, order.reference);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return deps.orders.update(order, (current) => recordVoidRefused(current, error, deps.now()));
  }
  return deps.orders.update(order, (current) => recordLabelVoided(current, deps.now()));
}

function toPurchase(order: FulfillmentOrder): LabelPurchase {
  const { reference, submission } = order;
  const voidedIds = labelOf(order)?.voidedIds ?? [];
  return { reference, providerOrderId: submission.providerOrderId, voidedIds };
}

function requireLabel(order: FulfillmentOrder): OrderLabel {
  const label = labelOf(order);
  if (label === null) throw new Error(`${order.reference} has no label`);
  return label;
}

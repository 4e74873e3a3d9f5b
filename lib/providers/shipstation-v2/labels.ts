import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { toMoney } from '../../domain/decimal.ts';
import { AmbiguousWrite, Rejected, UnexpectedAnswer } from '../../domain/errors.ts';
import type { Rate } from '../../domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import { enumerate } from '../../domain/text.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { parseAnswer } from '../../upstream/body.ts';
import { BrokenPages, readPages, type UnreadableRow } from '../../upstream/paging.ts';
import type { Transport } from '../../upstream/transport.ts';
import type { BoughtLabel, BuysLabels, LabelPurchase } from '../provider.ts';
import { errorFromAnswer, errorFromLabelAnswer } from './classify-answer.ts';
import type { ShipStationClient } from './client.ts';
import { findShipmentsUsing } from './find-shipments.ts';
import { MIN_WEIGHT_GRAMS, type OrderSettings, toPackage } from './order-mapper.ts';
import type { ParcelReader } from './parcel-reader.ts';
import { type Label, label, type Shipment } from './schemas.ts';
import { isOutgoing } from './shipment-mapper.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
  .catch('');
const money = z.looseObject({ currency: z.string(), amount: z.number() });
const surcharge = money.nullish().catch(null);

const carriers = z.looseObject({
  carriers: z.array(z.looseObject({ carrier_id: z.string().min(1) })),
});

/** One offer. The four amounts together are its price. */
const rate = z.looseObject({
  rate_id: z.string().min(1),
  carrier_code: text,
  service_code: z.string().min(1),
  shipping_amount: money,
  insurance_amount: surcharge,
  confirmation_amount: surcharge,
  other_amount: surcharge,
  delivery_days: z.int().min(0).nullish().catch(null),
  error_messages: z.array(z.string()).nullish().catch(null),
});
export type RateRow = z.infer<typeof rate>;

const ratesAnswer = z.looseObject({
  rate_response: z.looseObject({
    rates: z.array(rate),
    /** Why carriers offer nothing. */
    errors: z
      .array(z.looseObject({ message: text }))
      .nullish()
      .catch(null),
    invalid_rates: z
      .array(z.looseObject({ error_messages: z.array(z.string()).nullish().catch(null) }))
      .nullish()
      .catch(null),
  }),
});
type RatesAnswer = z.infer<typeof ratesAnswer>['rate_response'];

const voidAnswer = z.looseObject({ approved: z.boolean(), message: text, reason_code: text });
type VoidAnswer = z.infer<typeof voidAnswer>;

const documentAnswer = z.looseObject({
  label_download: z.looseObject({ href: text, pdf: text }).nullish().catch(null),
});

/** What a printer for labels prints. The file is asked for when it is fetched. */
const LABEL_FORMAT = { label_format: 'pdf', label_layout: '4x6', display_scheme: 'label' } as const;

/** ShipStation's calls for rates and labels. All methods throw the classes of `domain/errors.ts`. */
export interface LabelCalls {
  /** `GET /v2/carriers` */
  carrierIds(): Promise<readonly string[]>;
  /** `POST /v2/rates` for a shipment that ShipStation has. Changes nothing there, so it is repeated like a read. */
  rates(shipmentId: string, carrierIds: readonly string[], reference: string): Promise<RatesAnswer>;
  /** `POST /v2/labels/rates/{id}` @throws {Rejected} also where the account's balance is too low */
  buy(rateId: string, reference: string): Promise<Label>;
  /** `PUT /v2/labels/{id}/void` */
  void(labelId: string, reference: string): Promise<VoidAnswer>;
  /** `GET /v2/labels/{id}` with its file: a `data:` address, or one of ShipStation's. '' where there is none. */
  documentAddress(labelId: string, reference: string): Promise<string>;
  /** A file of ShipStation's own origin. @param path with its query */
  download(path: string, reference: string): Promise<Uint8Array>;
}

/** @param system the connection's id, which errors name */
export function labelCalls(transport: Transport, system: string): LabelCalls {
  const attempt = (operation: string, reference: string, writes: boolean): Attempt => ({
    system,
    operation,
    writes,
    ...(reference !== '' && { reference }),
  });
  return {
    async carrierIds() {
      const call = attempt('list carriers', '', false);
      const answer = await transport.read({ method: 'GET', path: '/v2/carriers' }, carriers, call);
      return answer.carriers.map(({ carrier_id }) => carrier_id);
    },
    async rates(shipmentId, carrierIds, reference) {
      const body = { shipment_id: shipmentId, rate_options: { carrier_ids: carrierIds } };
      const call = attempt('ask for rates', reference, false);
      const request = { method: 'POST', path: '/v2/rates', body, onlyReads: true } as const;
      return (await transport.read(request, ratesAnswer, call)).rate_response;
    },
    async buy(rateId, reference) {
      const call = attempt('buy label', reference, true);
      const path = `/v2/labels/rates/${encodeURIComponent(rateId)}`;
      const body = { validate_address: 'no_validation', ...LABEL_FORMAT };
      const answer = await transport.send({ method: 'POST', path, body }, call);
      if (answer.status < 200 || answer.status > 299) throw errorFromLabelAnswer(call, answer);
      return parseAnswer(label, answer, call);
    },
    async void(labelId, reference) {
      const call = attempt('void label', reference, true);
      const path = `/v2/labels/${encodeURIComponent(labelId)}/void`;
      const answer = await transport.sendForSuccess({ method: 'PUT', path, body: {} }, call);
      return parseAnswer(voidAnswer, answer, call);
    },
    async documentAddress(labelId, reference) {
      const path = `/v2/labels/${encodeURIComponent(labelId)}?label_download_type=inline`;
      const call = attempt('read label document', reference, false);
      const { label_download } = await transport.read({ method: 'GET', path }, documentAnswer, call);
      return label_download?.pdf || label_download?.href || '';
    },
    async download(path, reference) {
      const call = attempt('download label', reference, false);
      const answer = await transport.send({ method: 'GET', path, accepts: 'bytes' }, call);
      if (answer.status !== 200) throw errorFromAnswer(call, answer);
      return Buffer.from(answer.text, 'latin1');
    },
  };
}

interface LabelDeps {
  readonly system: string;
  readonly settings: Pick<OrderSettings, 'boxes'> & { readonly baseUrl: string };
  readonly calls: LabelCalls;
  readonly client: Pick<ShipStationClient, 'shipment' | 'shipments' | 'shipmentNamed' | 'labels'>;
  readonly parcels: Pick<ParcelReader, 'label'>;
  readonly pageSize: number;
  readonly now: Clock;
}

/** A shipment in one of these statuses has no label. */
const WITHOUT_LABEL = new Set(['pending', 'on_hold', 'cancelled']);
/** Carriers are connected on ShipStation's screens, seldom. */
const CARRIERS_KNOWN_MS = 10 * 60_000;
/** A shipment has one label, or a few if it was voided. */
const MAX_PAGES = 10;
const GRAMS: Readonly<Record<string, number>> = { gram: 1, kilogram: 1000, ounce: 28.35, pound: 453.6 };

/**
 * Labels for the shipments that ShipStation has: rates of the shipment, and a label of a rate. A label has no field for a
 * reference of ours that is known to be kept, so it is found by its shipment.
 */
export function labelBuyer(deps: LabelDeps): BuysLabels {
  const { calls, client, system } = deps;
  const carrierIds = recentCarriers(deps);
  return {
    async ordersToLabel(reference) {
      const rows = await findShipmentsUsing(client, reference, deps.pageSize).catch((cause: unknown) => {
        throw cause instanceof BrokenPages ? unreadable(system, reference, cause) : cause;
      });
      const open = rows.filter(({ shipment_status }) => shipment_status !== 'cancelled');
      return open.map(({ shipment_id }) => shipment_id);
    },
    async rates(shipmentId, reference, sent) {
      await requireWeight(deps, shipmentId, reference, sent);
      const answer = await calls.rates(shipmentId, await carrierIds(), reference);
      const rates = answer.rates.filter((row) => !row.error_messages?.length);
      if (rates.length > 0) return rates.map(toRate);
      const messages = [
        ...(answer.errors ?? []).map(({ message }) => message),
        ...[...(answer.invalid_rates ?? []), ...answer.rates].flatMap((row) => row.error_messages ?? []),
      ];
      const upstreamMessage =
        [...new Set(messages)].join('; ') || 'No carrier of the account offers a rate for it.';
      throw new Rejected({ system, operation: 'ask for rates', reference, upstreamMessage });
    },
    async buyLabel(purchase, rateId) {
      const row = await calls.buy(rateId, purchase.reference);
      return toBought(row, purchase, deps).catch((cause: unknown) => {
        throw lost(system, purchase.reference, cause);
      });
    },
    async findLabel(purchase) {
      const rows = await listLabels(purchase, deps);
      const valid = rows.find((row) => isOutgoing(row) && !purchase.voidedIds.includes(row.label_id));
      if (valid !== undefined) return toBought(valid, purchase, deps);
      if (rows.some(({ status }) => status === 'processing')) return 'not-shown';
      const shipment = await client.shipment(purchase.providerOrderId);
      return shipment === null || WITHOUT_LABEL.has(shipment.shipment_status) ? null : 'not-shown';
    },
    async voidLabel(labelId, reference) {
      const { approved, message, reason_code } = await calls.void(labelId, reference);
      if (approved || reason_code === 'label_already_voided') return;
      const upstreamMessage = message || 'ShipStation gives no reason.';
      const code = reason_code || 'unspecified';
      throw new Rejected({ system, operation: 'void label', reference, status: 200, code, upstreamMessage });
    },
    labelDocument: (labelId, reference) => readDocument(labelId, reference, deps),
  };
}

function recentCarriers({ calls, now, system }: LabelDeps): () => Promise<readonly string[]> {
  let known: { readonly ids: readonly string[]; readonly at: number } | null = null;
  return async () => {
    if (known !== null && now() - known.at < CARRIERS_KNOWN_MS) return known.ids;
    const ids = await calls.carrierIds();
    if (ids.length === 0) {
      const upstreamMessage = 'The account has no carrier. Connect one at ShipStation.';
      throw new Rejected({ system, operation: 'list carriers', upstreamMessage });
    }
    known = { ids, at: now() };
    return ids;
  };
}

/**
 * Rates of a wrong weight would be wrong. The weight at ShipStation decides, because a packer may have weighed the parcel: DEAR's
 * incomplete one is refused only while it is still there.
 * @throws {Rejected} ShipStation has no weight for it, or no longer has the shipment
 */
async function requireWeight(
  { client, system, settings }: LabelDeps,
  shipmentId: string,
  reference: string,
  sent: OrderContent | null,
): Promise<void> {
  const shipment = await client.shipment(shipmentId);
  const why =
    shipment === null ? 'ShipStation no longer has the order.' : whyNotRated(shipment, sent, settings);
  if (why !== null)
    throw new Rejected({ system, operation: 'ask for rates', reference, upstreamMessage: why });
}

function whyNotRated(
  { packages }: Shipment,
  sent: OrderContent | null,
  settings: LabelDeps['settings'],
): string | null {
  const grams = packages.map((box) => getGrams(box.weight));
  const isWeighed = grams.length > 0 && grams.every((one) => one > MIN_WEIGHT_GRAMS);
  const unknown = (sent?.lines ?? []).filter(({ weightGrams }) => weightGrams <= 0).map(({ sku }) => sku);
  const asSent = sent === null ? 0 : toPackage(sent, settings).weight.value;
  const isIncomplete = unknown.length > 0 && grams.length === 1 && Math.abs((grams[0] ?? 0) - asSent) < 1;
  if (isWeighed && !isIncomplete) return null;
  const what = unknown.length === 0 ? 'Its weight' : `The weight of ${enumerate(unknown.slice(0, 5))}`;
  return `${what} is not known. Enter it in DEAR, or weigh the parcel at ShipStation.`;
}

function getGrams(weight: unknown): number {
  if (typeof weight !== 'object' || weight === null || !('value' in weight) || !('unit' in weight)) return 0;
  return Number(weight.value) * (GRAMS[String(weight.unit)] ?? 0) || 0;
}

function toRate(row: RateRow): Rate {
  const { rate_id, carrier_code, service_code, shipping_amount, delivery_days } = row;
  const surcharges = [row.insurance_amount, row.confirmation_amount, row.other_amount];
  const amount = surcharges.reduce((sum, one) => sum + (one?.amount ?? 0), shipping_amount.amount);
  const currency = shipping_amount.currency.toUpperCase();
  return {
    id: rate_id,
    carrier: carrier_code,
    service: service_code,
    amount: toMoney(amount, currency),
    currency,
    deliveryDays: delivery_days ?? null,
  };
}

/** @throws {AmbiguousWrite} it is still being made, or is no label that goods can leave by */
async function toBought(
  row: Label,
  { reference }: LabelPurchase,
  { parcels, system }: LabelDeps,
): Promise<BoughtLabel> {
  if (!isOutgoing(row)) throw lost(system, reference, new Error(`The label is ${row.status}`));
  const shipments = await parcels.label(row, true);
  const [first, ...others] = shipments.filter((one) => one.reference === reference);
  if (first === undefined) throw lost(system, reference, new Error('The label is of another order'));
  return { labelId: row.label_id, shipments: [first, ...others] };
}

function lost(system: string, reference: string, cause: unknown): AmbiguousWrite {
  return cause instanceof AmbiguousWrite
    ? cause
    : new AmbiguousWrite({ system, operation: 'buy label', reference, cause });
}

async function listLabels(
  { providerOrderId, reference }: LabelPurchase,
  { client, pageSize, system }: LabelDeps,
): Promise<Label[]> {
  const found: Label[] = [];
  const query = { shipment_id: providerOrderId, page_size: pageSize };
  const pages = readPages((page) => client.labels({ ...query, page }), MAX_PAGES, refuseUnreadable);
  try {
    for await (const rows of pages) found.push(...rows);
  } catch (error) {
    if (!(error instanceof BrokenPages)) throw error;
    throw unreadable(system, reference, error);
  }
  return found.filter(({ shipment_id }) => shipment_id === providerOrderId);
}

function unreadable(system: string, reference: string, cause: unknown): UnexpectedAnswer {
  return new UnexpectedAnswer({ system, operation: 'find label', reference, cause });
}

/** A row that cannot be read may be the label, and a result of none would buy it again. */
function refuseUnreadable(rows: readonly UnreadableRow[]): never {
  throw new BrokenPages(`rows that cannot be read: ${rows.map(({ where }) => where).join('; ')}`);
}

const INLINE = /^data:application\/pdf;base64,/i;

/**
 * ShipStation's description has files inline on request, or at an address. An address of another origin is not followed: the
 * credentials go only to the configured one.
 */
async function readDocument(
  labelId: string,
  reference: string,
  { calls, settings: { baseUrl }, system }: LabelDeps,
): Promise<Uint8Array> {
  const address = await calls.documentAddress(labelId, reference);
  const bytes = INLINE.test(address)
    ? Buffer.from(address.replace(INLINE, ''), 'base64')
    : await download(address);
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '%PDF') return bytes;
  throw unexpected('the file is no PDF');

  async function download(href: string): Promise<Uint8Array> {
    if (!URL.canParse(href)) throw unexpected('the label has no PDF');
    const url = new URL(href);
    if (url.origin !== new URL(baseUrl).origin) throw unexpected('its PDF lies at another address');
    return calls.download(`${url.pathname}${url.search}`, reference);
  }

  function unexpected(upstreamMessage: string): UnexpectedAnswer {
    return new UnexpectedAnswer({ system, operation: 'read label document', reference, upstreamMessage });
  }
}

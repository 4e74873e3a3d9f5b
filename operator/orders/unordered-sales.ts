import type { FulfillmentOrder, WaitedFor } from '../../lib/domain/order/fulfillment-order.ts';
import { SALE_VOIDED } from '../../lib/domain/order/plan.ts';
import type { SaleContent, SaleRecord } from '../../lib/domain/ports/sales.ts';
import type { Bridge } from '../bridge.ts';
import { findSales, findSalesByCustomer } from './find-by-text.ts';
import type { OrderQuery } from './order-query.ts';

type SaleDeps = Pick<Bridge, 'sales' | 'saleContents'>;

/** A sale on one line, of which no order was made, or not of all of it. */
export interface SaleRow {
  readonly saleId: string;
  readonly saleOrderNumber: string;
  readonly outcome: SaleRecord['outcome'];
  /** One sentence: for which goods it waits, or why it is ignored. */
  readonly reason: string;
  /** Since when it waits; of another one, when it was read. ISO UTC. */
  readonly since: string;
  readonly waitsFor: readonly WaitedFor[];
  /** Of the orders that were made from it so far. */
  readonly references: readonly string[];
  /** '' where there is none, or it has expired. */
  readonly channel: string;
  readonly customerReference: string;
}

/** What ends the wait for goods. */
export const WAIT_ENDS =
  'It is ordered once DEAR has its goods in stock and allots them. It is read every four hours and at each change in DEAR.';

/** People's words for what became of a sale. */
export const OUTCOME_WORDS: Readonly<Record<SaleRecord['outcome'], string>> = {
  ordered: 'ordered',
  planned: 'being ordered',
  waiting: 'waiting for goods',
  ignored: 'ignored',
};

/** In a few words, by its latest reading and the orders that were made of it. */
export function describeOutcome(
  { outcome, reason }: Pick<SaleRecord, 'outcome' | 'reason'>,
  orders: ReadonlyArray<Pick<FulfillmentOrder, 'withdrawn'>>,
): string {
  if (orders.length === 0 || orders.some(({ withdrawn }) => !withdrawn)) return OUTCOME_WORDS[outcome];
  return reason === SALE_VOIDED ? 'voided' : 'ordered, and taken back';
}

export async function toSaleRow(
  { saleContents }: Pick<Bridge, 'saleContents'>,
  record: SaleRecord,
): Promise<SaleRow> {
  const {
    saleId,
    saleOrderNumber,
    outcome,
    reason,
    references,
    waitsFor = [],
    goodsAwaitedSince,
    at,
  } = record;
  const { channel = '', customerReference = '' } = (await saleContents.read(saleId)) ?? {};
  const since = goodsAwaitedSince || at;
  return {
    saleId,
    saleOrderNumber,
    outcome,
    reason,
    since,
    waitsFor,
    references,
    channel,
    customerReference,
  };
}

/** More are found by a narrower search. */
const MAX_SALES = 200;

/**
 * The sales without an order that a query names, the latest first: by what a text names, by SKU, customer and sales channel. None
 * where it asks for what only orders have.
 */
export async function findUnorderedSales(bridge: SaleDeps, query: OrderQuery): Promise<SaleRow[]> {
  if (asksForOrders(query)) return [];
  const lists = await Promise.all([...listCandidates(bridge, query)]);
  const [first, ...others] = lists.map((ids) => new Set(ids));
  if (first === undefined) return [];
  const ids = [...first].filter((id) => others.every((set) => set.has(id))).slice(0, MAX_SALES);
  const records = await Promise.all(ids.map((id) => bridge.sales.readListed(id)));
  const found = records
    .filter((one) => one !== null)
    .filter((one) => isUnordered(one) && isWithin(one, query));
  const contents = await Promise.all(found.map(({ saleId }) => bridge.saleContents.read(saleId)));
  const asked = found.filter((_, index) => isAskedFor(contents[index] ?? null, query));
  const rows = await Promise.all(asked.map((record) => toSaleRow(bridge, record)));
  return rows.sort((a, b) => (a.since < b.since ? 1 : -1));
}

function asksForOrders({
  statuses,
  waiting,
  reasons,
  connections,
  text,
  sku,
  customer,
  channels,
  methods,
}: OrderQuery): boolean {
  const ofOrders: ReadonlyArray<readonly string[]> = [statuses, waiting, reasons, connections, methods];
  return (
    ofOrders.some((words) => words.length > 0) ||
    [text, sku, customer, ...channels].every((word) => word === '')
  );
}

function* listCandidates(
  bridge: SaleDeps,
  { text, sku, customer, channels }: OrderQuery,
): Iterable<Promise<string[]>> {
  const { saleContents } = bridge;
  if (text !== '') yield findIdsByText(bridge, text);
  if (sku !== '') yield saleContents.find({ kind: 'sku', text: sku }, MAX_LISTED);
  if (customer !== '') yield findSalesByCustomer(bridge, customer);
  if (channels.length > 0) {
    const found = channels.map((channel) =>
      saleContents.find({ kind: 'channel', text: channel }, MAX_LISTED),
    );
    yield Promise.all(found).then((ids) => ids.flat());
  }
}

const MAX_LISTED = 1_000;

async function findIdsByText(bridge: SaleDeps, text: string): Promise<string[]> {
  const [named, bySku, byCustomer] = await Promise.all([
    findSales(bridge, text),
    bridge.saleContents.find({ kind: 'sku', text }, MAX_LISTED),
    findSalesByCustomer(bridge, text),
  ]);
  return [...named.map(({ saleId }) => saleId), ...bySku, ...byCustomer];
}

function isUnordered({ references }: SaleRecord): boolean {
  return references.length === 0;
}

function isWithin({ goodsAwaitedSince, at }: SaleRecord, { since, until }: OrderQuery): boolean {
  const moment = goodsAwaitedSince || at;
  return (since === '' || moment >= since) && (until === '' || moment <= until);
}

/** A term may be of what the sale asked for before. Without its content the term is believed. */
function isAskedFor(content: SaleContent | null, { sku }: OrderQuery): boolean {
  const isSame = (one: string) => one.toLowerCase() === sku.trim().toLowerCase();
  return sku === '' || content === null || content.skus.some(isSame);
}

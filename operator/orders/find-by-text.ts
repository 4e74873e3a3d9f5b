import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import type { ListedOrder, MadeBetween } from '../../lib/store/order-search.ts';
import { mayBeName } from '../../lib/store/terms.ts';
import { readListedOrders } from '../../lib/workflows/find-sale.ts';
import type { Bridge } from '../bridge.ts';

/**
 * The orders that a text names, at most some hundred: a reference, a sale's number, its last digits or its id, a tracking number,
 * the provider's id of the order, an e-mail address, a part of a customer's name that begins with a word, or a SKU. Costs some reads by
 * key.
 */
export async function findByText(
  bridge: Pick<Bridge, 'orders' | 'sales' | 'search'>,
  text: string,
): Promise<FulfillmentOrder[]> {
  const typed = text.trim();
  if (typed === '' || typed.length > MAX_TEXT) return [];
  const spellings = [...new Set([typed, typed.toUpperCase()])];
  const [own, sales, tracked, terms] = await Promise.all([
    Promise.all(spellings.map((reference) => bridge.orders.read(reference))),
    findSales(bridge, typed),
    bridge.orders.findByTracking(typed),
    findTerms(bridge, typed),
  ]);
  const ofSales = await Promise.all(sales.map((sale) => readListedOrders(sale, bridge)));
  const found = [...own, tracked, ...ofSales.flat(), ...terms].filter((order) => order !== null);
  return [...new Map(found.map((order) => [order.reference, order])).values()];
}

/** The sales that a text names: a number as people write it, its last digits, or an id. */
export async function findSales({ sales }: Pick<Bridge, 'sales'>, text: string): Promise<SaleRecord[]> {
  const typed = text.trim();
  if (typed === '' || typed.length > MAX_TEXT) return [];
  const found = await Promise.all([
    sales.findByNumber(typed),
    sales.findByNumber(typed.toUpperCase()),
    sales.read(typed.toLowerCase()),
    findByLooseNumber(sales, typed),
  ]);
  const records = found.flat().filter((sale) => sale !== null);
  return [...new Map(records.map((sale) => [sale.saleId, sale])).values()];
}

/** `7`, `#7`, `SO-0007`, `so 00007`. What stands before the digits has to be the number's own, if it has letters. */
async function findByLooseNumber(
  sales: Pick<Bridge['sales'], 'findByDigits'>,
  typed: string,
): Promise<SaleRecord[]> {
  const { letters = '', digits } = LOOSE_NUMBER.exec(typed)?.groups ?? {};
  if (digits === undefined) return [];
  const isAlike = ({ saleOrderNumber }: SaleRecord) =>
    saleOrderNumber.toUpperCase().startsWith(letters.toUpperCase());
  return (await sales.findByDigits(digits)).filter(isAlike);
}

const LOOSE_NUMBER = /^[#\s]*(?<letters>\p{L}{0,10})[-_#\s]*(?<digits>\d{1,15})$/u;

/** Whether a text may be the number of a sale. */
export function mayBeSaleNumber(text: string): boolean {
  return LOOSE_NUMBER.test(text.trim()) || /^[\p{L}\d]{1,10}-\d+$/u.test(text.trim());
}

/** No number or id is longer, and DynamoDB accepts no key of more than 2,048 bytes. */
const MAX_TEXT = 500;

const MAX_OF_A_TERM = 200;
const ANY_TIME: MadeBetween = { since: '', until: '', oldestFirst: false };

async function findTerms(
  bridge: Pick<Bridge, 'orders' | 'search'>,
  text: string,
): Promise<FulfillmentOrder[]> {
  const kinds = ['provider-order', 'sku'] as const;
  const found = await Promise.all([
    ...kinds.map((kind) => bridge.search.find({ kind, text }, ANY_TIME, MAX_OF_A_TERM)),
    findByCustomer(bridge, text, ANY_TIME, MAX_OF_A_TERM),
  ]);
  return await readAll(
    bridge,
    found.flat().map(({ reference }) => reference),
  );
}

/**
 * The orders of a customer, by the e-mail address, or by a name or a part of it that begins with a word, in the order in which
 * they were made.
 */
export async function findByCustomer(
  { search }: Pick<Bridge, 'search'>,
  text: string,
  between: MadeBetween,
  limit: number,
): Promise<ListedOrder[]> {
  const kinds = toCustomerKinds(text);
  const lists = await Promise.all(kinds.map((kind) => search.find({ kind, text }, between, limit)));
  const found = [...new Map(lists.flat().map((one) => [one.reference, one])).values()];
  const newestFirst = found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return (between.oldestFirst ? newestFirst.reverse() : newestFirst).slice(0, limit);
}

function toCustomerKinds(text: string): Array<'customer' | 'name'> {
  return mayBeName(text) ? ['customer', 'name'] : ['customer'];
}

const MAX_SALES = 1_000;

/** Ids of the sales without an order that a customer asked for. */
export async function findSalesByCustomer(
  { saleContents }: Pick<Bridge, 'saleContents'>,
  text: string,
): Promise<string[]> {
  const kinds = toCustomerKinds(text);
  const lists = await Promise.all(kinds.map((kind) => saleContents.find({ kind, text }, MAX_SALES)));
  return [...new Set(lists.flat())];
}

export const READ_AT_ONCE = 50;

/** In the given order, with what a refusal said, and without those that cannot be read. */
export async function readAll(
  { orders }: Pick<Bridge, 'orders'>,
  references: readonly string[],
): Promise<FulfillmentOrder[]> {
  const found: FulfillmentOrder[] = [];
  for (let start = 0; start < references.length; start += READ_AT_ONCE) {
    const some = references.slice(start, start + READ_AT_ONCE);
    const read = await Promise.all(some.map((reference) => orders.readListed(reference)));
    const there = read.filter((order) => order !== null);
    found.push(...(await Promise.all(there.map((order) => orders.withReasonWords(order)))));
  }
  return found;
}

import type { PostalAddress } from '../../domain/address/address.ts';
import { hasStates, toAlpha3, toStateCode } from '../../domain/address/country.ts';
import { getProduct, subtract, sumAll, toDecimal } from '../../domain/decimal.ts';
import {
  fromItemOptions,
  type ItemOption,
  toItemOptions,
  toPieces,
} from '../../domain/order/item-options.ts';
import type { ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { oneLine, onlyVisible } from '../../domain/text.ts';
import type { OrderLine, OrderRow } from './schemas.ts';
import type { CartRoverSettings } from './settings.ts';

/** The body of `POST /v1/cart/orders/cartrover`, as far as we fill it. */
export type OrderRequest = { readonly cust_ref: string } & Readonly<Record<string, unknown>>;

interface LineRequest {
  readonly item: string;
  readonly price: number;
  readonly quantity: number;
  readonly extended_amount: number;
}

/** Our reference among the extra fields, by which an order is known as ours. */
const REFERENCE_FIELD = 'dear_reference';
/** For an address without a postal code, which CartRover requires. Not in use anywhere. */
const NO_POSTCODE = '00000';

/**
 * The order in CartRover's form. Quantities follow the whole-number rule of `toPieces`. `cust_ref` is unique and for our calls;
 * people search for `cust_po_no`, the sale's number. Lots are sent, and no parcel reports them.
 */
export function toCartRoverOrder(
  content: OrderContent,
  settings: Pick<CartRoverSettings, 'warehouse' | 'sendsWarehouse'>,
): OrderRequest {
  const { shipTo, reference } = content;
  const items = content.lines.map((line, index) => toLine(line, index, content));
  return withoutEmpty({
    cust_ref: reference,
    cust_po_no: content.saleOrderNumber,
    ...toRecipient(content),
    ship_address_1: shipTo.line1 || shipTo.displayLine1,
    ship_address_2: shipTo.line2,
    ship_city: shipTo.city || shipTo.state || shipTo.country,
    ship_state: getState(shipTo),
    ship_zip: shipTo.postcode || NO_POSTCODE,
    ship_country: toAlpha3(shipTo.country),
    ship_phone: onlyVisible(content.phone),
    ship_e_mail: onlyVisible(content.email),
    ...toBilling(content),
    order_date: content.orderDate,
    requested_ship_date: content.shipBy,
    ship_code: content.shippingMethod,
    shipping_instructions: [content.customerNotes, content.internalNotes]
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .join('\n'),
    location: settings.sendsWarehouse ? settings.warehouse : '',
    gift_message: content.gift ? content.giftMessage : '',
    gift_wrap: content.gift ? 'Y' : '',
    ...toAmounts(content, items),
    currency_code: /^[A-Z]{3}$/.test(content.currency) ? content.currency : '',
    extra_fields: withoutEmpty({
      [REFERENCE_FIELD]: reference,
      dear_sale_id: content.saleId,
      customer_reference: content.customerReference,
      sales_channel: content.sourceChannel,
      payment_status: content.paymentStatus,
    }),
    items,
  });
}

/** CartRover has the two names of a person apart. One of company and names is required. */
function toRecipient({ shipTo, customer }: OrderContent) {
  const words = oneLine(shipTo.contact).split(' ');
  const last = words.length > 1 ? words.pop() : '';
  return {
    ship_company: oneLine(shipTo.company) || (oneLine(shipTo.contact) === '' ? oneLine(customer) : ''),
    ship_first_name: words.join(' '),
    ship_last_name: last,
  };
}

function getState({ country, state, postcode }: PostalAddress): string {
  if (hasStates(country)) return toStateCode(country, state, postcode) || state;
  return state || country;
}

/**
 * The billing address where DEAR has all that CartRover requires of one; else the order says that it is the delivery's. DEAR
 * fills its display lines even where the structured fields are empty.
 */
function toBilling({ billTo, customer, email, phone }: OrderContent) {
  const street = billTo.line1 || billTo.displayLine1;
  const required = [customer, street, billTo.city, billTo.postcode, billTo.country];
  if (required.some((part) => part.trim() === '')) return { ship_is_billing: true };
  return {
    cust_company: oneLine(customer),
    cust_address_1: street,
    cust_address_2: billTo.line2,
    cust_city: billTo.city,
    cust_state: getState(billTo),
    cust_zip: billTo.postcode,
    cust_country: toAlpha3(billTo.country),
    cust_phone: onlyVisible(phone),
    cust_e_mail: onlyVisible(email),
  };
}

function toLine(
  line: ContentLine,
  index: number,
  { taxInclusive }: OrderContent,
): LineRequest & Record<string, unknown> {
  const { count, unitsEach } = toPieces(line.quantity);
  const net = Math.max(0, taxInclusive ? subtract(line.total, line.tax) : line.total);
  const price = toDecimal(net / count);
  return withoutEmpty({
    line_no: index + 1,
    item: line.sku,
    description: oneLine(line.name),
    price,
    quantity: count,
    extended_amount: getProduct(price, count),
    tax: Math.max(0, line.tax),
    line_comment: toComment(toItemOptions(line, unitsEach)),
    lot_number: line.batch,
    line_item_id: line.key,
  });
}

/** By CartRover's documented sums. A discount is one amount of the order, which is never below 0. */
function toAmounts({ adjustments, tax }: OrderContent, items: readonly LineRequest[]) {
  const sub_total = sumAll(items.map(({ extended_amount }) => extended_amount));
  const shipping_handling = sumAll(adjustments.map(({ amount }) => Math.max(0, amount)));
  const sales_tax = Math.max(0, toDecimal(tax));
  const discounts = -sumAll(adjustments.map(({ amount }) => Math.min(0, amount)));
  const whole = sumAll([sub_total, shipping_handling, sales_tax]);
  const order_discount = Math.min(discounts, whole);
  return {
    sub_total,
    shipping_handling,
    sales_tax,
    order_discount,
    grand_total: subtract(whole, order_discount),
  };
}

/** `Quantity: 2.5; Batch: B7; Colour: red`: what a packer reads, and we read back. */
function toComment(options: readonly ItemOption[]): string {
  return options.map(({ name, value }) => `${name}: ${oneLine(value).replaceAll(';', ',')}`).join('; ');
}

/** The values of our own options in a line's comment. */
export function fromComment({ line_comment }: Pick<OrderLine, 'line_comment'>) {
  const options = line_comment.split(/; ?/).map((part): ItemOption => {
    const [name = '', ...value] = part.split(': ');
    return { name, value: value.join(': ') };
  });
  return fromItemOptions(options);
}

/**
 * Whether an order under our reference is certainly not ours: it does not carry the reference where we put it, and has none of
 * our goods.
 */
export function isForeign(order: OrderRow, skus: readonly string[] | undefined): boolean {
  if (order.extra_fields?.[REFERENCE_FIELD] === order.cust_ref || skus === undefined) return false;
  const ours = new Set(skus.map((sku) => sku.toLowerCase()));
  return order.items.length > 0 && order.items.every(({ item }) => !ours.has(item.toLowerCase()));
}

/** Without texts of '': an empty text would replace a default. */
function withoutEmpty<Fields extends object>(fields: Fields): Fields {
  // Every field of a text is optional for CartRover except those that are never empty here.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Fields;
}

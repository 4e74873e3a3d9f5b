import * as z from 'zod';
import { roundTo } from '../kit/numbers.ts';
import { COUNTRY_CODES, COUNTRY_CODES_3 } from '../kit/text.ts';
import { invalid, parseRequest } from './errors.ts';

const text = z.string();
const required = z.string().min(1, 'is empty');
const amount = z.number().min(0);
const date = z.iso.date();
const extraFields = z.record(z.string(), z.string());
const country = required.refine(
  (code) => COUNTRY_CODES.has(code) || COUNTRY_CODES_3.has(code),
  'is no ISO 3166-1 code',
);

const line = z.strictObject({
  line_no: z.int().min(1).optional(),
  item: required,
  description: text.optional(),
  price: amount.optional(),
  quantity: z.int().min(1),
  discount: amount.optional(),
  addl_discount: amount.optional(),
  extended_amount: amount.optional(),
  tax: amount.optional(),
  shipping_surcharge: amount.optional(),
  line_comment: text.optional(),
  lot_number: text.optional(),
  line_item_id: text.optional(),
  extra_fields: extraFields.optional(),
});

/**
 * The documented fields of an order. Others are refused, so that a misspelt one shows: there is no `ship_method` and no
 * `delivery_location`.
 */
const order = z.strictObject({
  cust_ref: required,
  cust_po_no: text.optional(),
  ship_company: text.optional(),
  ship_title: text.optional(),
  ship_first_name: text.optional(),
  ship_last_name: text.optional(),
  ship_address_1: required,
  ship_address_2: text.optional(),
  ship_address_3: text.optional(),
  ship_city: required,
  ship_state: required,
  ship_zip: required,
  ship_country: country,
  ship_phone: text.optional(),
  ship_e_mail: text.optional(),
  ship_address_type: z.enum(['R', 'C']).optional(),
  ship_is_billing: z.boolean().optional(),
  cust_company: text.optional(),
  cust_title: text.optional(),
  cust_first_name: text.optional(),
  cust_last_name: text.optional(),
  cust_address_1: text.optional(),
  cust_address_2: text.optional(),
  cust_address_3: text.optional(),
  cust_city: text.optional(),
  cust_state: text.optional(),
  cust_zip: text.optional(),
  cust_country: country.optional(),
  cust_phone: text.optional(),
  cust_e_mail: text.optional(),
  order_date: date.optional(),
  requested_ship_date: date.optional(),
  expected_delivery_date: date.optional(),
  ship_code: text.optional(),
  ship_code_description: text.optional(),
  carrier: text.optional(),
  ship_account_no: text.optional(),
  shipping_instructions: text.optional(),
  special_services: text.optional(),
  location: text.optional(),
  order_source: text.optional(),
  customer_id: text.optional(),
  promo_code: text.optional(),
  gift_message: text.optional(),
  gift_wrap: z.enum(['Y', 'N']).optional(),
  weight: amount.optional(),
  sub_total: amount.optional(),
  order_discount: amount.optional(),
  sales_tax: amount.optional(),
  shipping_handling: amount.optional(),
  grand_total: amount.optional(),
  balance: amount.optional(),
  currency_code: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  tax_exempt_sw: z.enum(['Y', 'N']).optional(),
  custom_field_1: text.optional(),
  custom_field_2: text.optional(),
  custom_field_3: text.optional(),
  custom_field_4: text.optional(),
  custom_field_5: text.optional(),
  extra_fields: extraFields.optional(),
  items: z.array(line).min(1),
});
export type OrderFields = z.infer<typeof order>;

/**
 * @param body one order, or a list of one: the vendor's own client sends a list
 * @throws {Refusal}
 */
export function readOrderRequest(body: unknown): OrderFields {
  const [only, ...others] = Array.isArray(body) ? body : [body];
  if (others.length > 0) throw invalid('Only one order at a time; see the batch endpoint.');
  const request = parseRequest(order, only);
  requireNames(request);
  requireSums(request);
  return request;
}

function requireNames(request: OrderFields): void {
  const { ship_company, ship_first_name, ship_last_name, ship_is_billing } = request;
  const isSet = (value: string | undefined) => value !== undefined && value.trim() !== '';
  if (![ship_company, ship_first_name, ship_last_name].some(isSet)) throw missing('ship_company');
  if (ship_is_billing === true) return;
  const { cust_company, cust_first_name, cust_last_name } = request;
  if (![cust_company, cust_first_name, cust_last_name].some(isSet)) throw missing('cust_company');
  const billing = ['cust_address_1', 'cust_city', 'cust_state', 'cust_zip', 'cust_country'] as const;
  const absent = billing.filter((name) => !isSet(request[name]));
  if (absent.length > 0) throw missing(absent.join(', '));
}

function missing(fields: string) {
  return invalid(`Order missing required field(s): ${fields}`);
}

/** The documented sums; where an amount is left out, nothing is checked of it. */
function requireSums(request: OrderFields): void {
  for (const { item, price, discount = 0, quantity, extended_amount } of request.items) {
    if (price === undefined || extended_amount === undefined) continue;
    if (!isSame(extended_amount, (price - discount) * quantity))
      throw invalid(`extended_amount of ${item} is not (price - discount) * quantity`);
  }
  const { sub_total, sales_tax = 0, shipping_handling = 0, order_discount = 0, grand_total } = request;
  if (sub_total === undefined) return;
  const ofLines = request.items.reduce((total, { extended_amount = 0 }) => total + extended_amount, 0);
  if (!isSame(sub_total, ofLines)) throw invalid('sub_total is not the sum of the lines');
  const total = sub_total + sales_tax + shipping_handling - order_discount;
  if (grand_total !== undefined && !isSame(grand_total, total))
    throw invalid('grand_total is not sub_total + sales_tax + shipping_handling - order_discount');
}

function isSame(one: number, other: number): boolean {
  return Math.abs(roundTo(4, one - other)) < 0.01;
}

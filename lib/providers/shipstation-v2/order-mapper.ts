import type { PostalAddress } from '../../domain/address/address.ts';
import { countryName, hasStates, toStateCode } from '../../domain/address/country.ts';
import { toDecimal, toMoney } from '../../domain/decimal.ts';
import { toItemOptions, toPieces } from '../../domain/order/item-options.ts';
import type { ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { isPaid } from '../../domain/sale/sale.ts';
import { cutText, oneLine, onlyVisible } from '../../domain/text.ts';
import { describeDiscounts, getItemPrices, toChargeItem } from './items.ts';
import type {
  AddressRequest,
  ItemRequest,
  MoneyRequest,
  PackageRequest,
  ShipmentRequest,
  WeightRequest,
} from './order-request.ts';
import type { ShipStationV2Settings } from './settings.ts';

/**
 * ShipStation's schema requires a phone for every address, and DEAR often has none. An unassigned number passes the schema and
 * its ten-digit checks. A carrier that needs a real one refuses when the label is bought.
 */
const NO_PHONE = '000-000-0000';
/** ShipStation's schema requires a postal code for every address. This one is not in use anywhere. */
const NO_POSTCODE = '00000';

type Addressed = Pick<OrderContent, 'shipTo' | 'customer' | 'email' | 'phone'>;

/**
 * The delivery address in ShipStation's form. Its schema requires at least one character in city, state and postal code, also
 * for countries that have none of them. An empty field gets a harmless value: the country's name as the city, its code as the
 * state (carriers print two characters), zeros as the postal code. States of the US, Canada and Australia are abbreviated.
 * ShipStation has no field for a customer besides the recipient, so a recipient without a name gets the customer's.
 */
function toAddress({ shipTo, customer, email, phone }: Addressed): AddressRequest {
  return {
    name: oneLine(shipTo.contact || customer || shipTo.company),
    phone: onlyVisible(phone) || NO_PHONE,
    ...(onlyVisible(email) !== '' && { email: onlyVisible(email) }),
    ...(shipTo.company !== '' && { company_name: shipTo.company }),
    address_line1: shipTo.line1 || shipTo.displayLine1,
    ...(shipTo.line2 !== '' && { address_line2: shipTo.line2 }),
    city_locality: shipTo.city || shipTo.state || countryName(shipTo.country),
    state_province: getState(shipTo),
    postal_code: shipTo.postcode || NO_POSTCODE,
    country_code: shipTo.country,
    address_residential_indicator: 'unknown',
  };
}

function getState({ country, state, postcode }: OrderContent['shipTo']): string {
  if (hasStates(country)) return toStateCode(country, state, postcode) || state;
  return state || country;
}

/**
 * Facts for which ShipStation V2 has no field, such as bill-to address, payment status and order date, as lines for the packer.
 * The merchant's own notes come first.
 */
function internalNotes(content: OrderContent): string {
  const facts: ReadonlyArray<readonly [string, string]> = [
    ['DEAR sale', content.saleOrderNumber],
    ['Ordered', content.orderDate],
    ['Customer', content.customer],
    ['Customer reference', content.customerReference],
    ['Channel', content.sourceChannel],
    ['Bill to', toAddressLine(content.billTo)],
    ['Payment', content.paymentStatus],
    ['Discounts', describeDiscounts(content)],
    ['Weight', describeUnknownWeight(content)],
  ];
  const lines = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`);
  return [content.internalNotes.trim(), ...lines].filter((line) => line !== '').join('\n');
}

function describeUnknownWeight({ lines, totalWeightGrams }: OrderContent): string {
  const unknown = lines.filter(({ weightGrams }) => weightGrams <= 0).map(({ sku }) => sku);
  if (totalWeightGrams <= 0) return 'not known in DEAR; please weigh';
  return unknown.length === 0 ? '' : `not known in DEAR of ${unknown.join(', ')}; please weigh`;
}

/** DEAR fills its display lines even where the structured fields are empty. */
function toAddressLine(address: PostalAddress): string {
  const { line1, line2, city, state, postcode, country } = address;
  const structured = [line1, line2, city, state, postcode, country];
  const parts = line1 === '' ? [address.displayLine1, address.displayLine2] : structured;
  return parts.filter((part) => part.trim() !== '').join(', ');
}

/**
 * ShipStation's API description has both 0 and an exclusive 1 as the minimum weight. Two grams are obviously a placeholder,
 * and the internal notes say to weigh the box.
 */
export const MIN_WEIGHT_GRAMS = 2;
const MAX_CUSTOM_FIELD = 100;

/** The settings that an order is made with. */
export type OrderSettings = Pick<ShipStationV2Settings, 'warehouseId' | 'storeId'> &
  Partial<Pick<ShipStationV2Settings, 'boxes'>>;

/** One box, with its own weight; of a weight that is not known a placeholder. */
export function toPackage(
  { totalWeightGrams }: Pick<OrderContent, 'totalWeightGrams'>,
  { boxes = [] }: Pick<OrderSettings, 'boxes'>,
): PackageRequest {
  if (totalWeightGrams < MIN_WEIGHT_GRAMS) return { weight: toWeight(MIN_WEIGHT_GRAMS) };
  const box = boxes.find(({ maxWeight }) => maxWeight >= totalWeightGrams);
  if (box === undefined) return { weight: toWeight(totalWeightGrams) };
  const { length, width, height, ownWeight } = box;
  return {
    weight: toWeight(totalWeightGrams + ownWeight),
    dimensions: { unit: 'centimeter', length, width, height },
  };
}

/**
 * The order in ShipStation's form. Quantities follow the whole-number rule of `toPieces`; amounts are rounded to the decimals
 * of their currency, whose code ShipStation has in lower case; weights are grams.
 *
 * The reference goes into three fields: `external_shipment_id`, unique and immutable, for our look-ups; `shipment_number`,
 * also unique, for people; and `external_order_id`, which a part keeps when the order is split (a new part gets its own values
 * of the other two). Items have it as well, for merged orders.
 */
export function toShipStationOrder(content: OrderContent, settings: OrderSettings): ShipmentRequest {
  const { reference } = content;
  const prices = getItemPrices(content);
  return {
    validate_address: 'no_validation',
    external_shipment_id: reference,
    external_order_id: reference,
    shipment_number: reference,
    create_sales_order: true,
    warehouse_id: settings.warehouseId,
    ...(settings.storeId !== undefined && { store_id: settings.storeId }),
    ...optionalField('requested_shipment_service', content.shippingMethod),
    ...optionalField('ship_by_date', content.shipBy && `${content.shipBy}T00:00:00Z`),
    ship_to: toAddress(content),
    ...optionalField('notes_from_buyer', content.customerNotes),
    internal_notes: internalNotes(content),
    is_gift: content.gift,
    ...optionalField('notes_for_gift', content.giftMessage),
    ...toPaidAmounts(content),
    advanced_options: {
      custom_field1: toCustomField(content.saleOrderNumber),
      custom_field2: toCustomField(content.customerReference),
      custom_field3: toCustomField(content.sourceChannel),
    },
    items: [
      ...content.lines.map((line, index) => toItem(line, prices.lines[index] ?? 0, content)),
      ...prices.charges.map((charge, index) => toChargeItem(charge, index, content)),
    ],
    packages: [toPackage(content, settings)],
  };
}

function toItem(
  line: ContentLine,
  price: number,
  { reference, currency }: Pick<OrderContent, 'reference' | 'currency'>,
): ItemRequest {
  const { count, unitsEach } = toPieces(line.quantity);
  const options = toItemOptions(line, unitsEach);
  return {
    external_order_id: reference,
    external_order_item_id: line.key,
    name: oneLine(line.name) || line.sku,
    sku: line.sku,
    quantity: count,
    unit_price: toMoney(price / count, currency),
    tax_amount: Math.max(0, toMoney(line.tax, currency)),
    ...(line.weightGrams * unitsEach >= MIN_WEIGHT_GRAMS && {
      weight: toWeight(line.weightGrams * unitsEach),
    }),
    ...optionalField('image_url', line.imageUrl),
    ...optionalField('inventory_location', line.stockLocation),
    ...(options.length > 0 && { options }),
  };
}

/** The amount of a partial payment is unknown, so none is sent. */
function toPaidAmounts(content: OrderContent): { amount_paid?: MoneyRequest; tax_paid?: MoneyRequest } {
  if (!isPaid(content.paymentStatus) || content.currency === '' || content.total < 0) return {};
  const currency = content.currency.toLowerCase();
  return {
    amount_paid: { currency, amount: toMoney(content.total, currency) },
    tax_paid: { currency, amount: Math.max(0, toMoney(content.tax, currency)) },
  };
}

/** The internal notes have the whole text. */
function toCustomField(text: string): string {
  return cutText(oneLine(text), MAX_CUSTOM_FIELD);
}

/** Rounded: smaller fractions come from floating-point sums. */
function toWeight(value: number): WeightRequest {
  return { value: toDecimal(value, 3), unit: 'gram' };
}

/** A field that is left out where it is empty: ShipStation does not take an empty string for unknown. */
function optionalField<Name extends string>(name: Name, value: string): { [key in Name]?: string } {
  return value.trim() === '' ? {} : ({ [name]: value } as { [key in Name]?: string });
}

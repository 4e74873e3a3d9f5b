import type { DeliveryAddress, PostalAddress } from '../../domain/address/address.ts';
import { hasStates, toStateCode } from '../../domain/address/country.ts';
import { getProduct, toDecimal, toMoney } from '../../domain/decimal.ts';
import { type ItemOption, toItemOptions, toPieces } from '../../domain/order/item-options.ts';
import type { Adjustment, ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { isPaid } from '../../domain/sale/sale.ts';
import { cutText, oneLine, onlyVisible } from '../../domain/text.ts';
import { toChargeKey, toLineKey, toOrderKey } from './order-key.ts';
import type { ShipStationV1Settings } from './settings.ts';

/**
 * An order of ShipStation's create request, spelt as on the wire. A create replaces the whole order, so every field that a sale
 * decides is named, with null where it has no value.
 */
export interface OrderRequest {
  readonly orderId?: number;
  readonly orderNumber: string;
  readonly orderKey: string;
  readonly orderDate: string;
  readonly paymentDate: string | null;
  readonly shipByDate: string | null;
  readonly orderStatus: string;
  readonly customerUsername: string | null;
  readonly customerEmail: string | null;
  readonly billTo: AddressRequest;
  readonly shipTo: AddressRequest;
  readonly items: readonly ItemRequest[];
  readonly amountPaid: number | null;
  readonly taxAmount: number | null;
  readonly customerNotes: string | null;
  readonly internalNotes: string | null;
  readonly gift: boolean;
  readonly giftMessage: string | null;
  readonly requestedShippingService: string | null;
  readonly weight: WeightRequest | null;
  readonly tagIds: readonly number[] | null;
  readonly advancedOptions: AdvancedOptions;
}

interface AdvancedOptions {
  readonly storeId: number;
  readonly warehouseId: number | null;
  readonly customField1: string | null;
  readonly customField2: string | null;
  readonly customField3: string | null;
}

interface AddressRequest {
  readonly name: string;
  readonly company: string | null;
  readonly street1: string | null;
  readonly street2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly phone: string | null;
}

export interface ItemRequest {
  readonly lineItemKey: string;
  readonly sku: string | null;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly weight: WeightRequest | null;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly taxAmount: number | null;
  readonly options: readonly ItemOption[];
  readonly adjustment: boolean;
}

interface WeightRequest {
  readonly value: number;
  readonly units: 'grams';
}

export type OwnSettings = Pick<ShipStationV1Settings, 'storeId' | 'warehouseId' | 'tagIds'>;

const MAX_CUSTOM_FIELD = 100;
const ISO_COUNTRY = /^[A-Z]{2}$/;

/**
 * The order in ShipStation's form. Quantities follow the whole-number rule of `toPieces`; amounts are rounded to the decimals
 * of their currency, which V1 cannot name; weights are grams; dates have no time, so that no time zone moves them.
 * @param today `yyyy-mm-dd`, for a sale without a date
 */
export function toOrderRequest(content: OrderContent, settings: OwnSettings, today: string): OrderRequest {
  const { reference, currency } = content;
  const isFullyPaid = isPaid(content.paymentStatus) && content.total >= 0;
  const orderDate = toTime(content.orderDate || today);
  return {
    orderNumber: reference,
    orderKey: toOrderKey(content),
    orderDate,
    paymentDate: isFullyPaid ? orderDate : null,
    shipByDate: content.shipBy === '' ? null : toTime(content.shipBy),
    orderStatus: 'awaiting_shipment',
    customerUsername: onlyVisible(content.email) || oneLine(content.customer) || null,
    customerEmail: onlyVisible(content.email) || null,
    billTo: toBillTo(content),
    shipTo: toShipTo(content),
    items: [
      ...content.lines.map((line) => toItem(line, content)),
      ...content.adjustments.map((adjustment, index) => toCharge(adjustment, index, content)),
    ],
    amountPaid: isFullyPaid ? toMoney(content.total, currency) : null,
    taxAmount: content.taxInclusive ? null : Math.max(0, toMoney(content.tax, currency)),
    customerNotes: content.customerNotes.trim() || null,
    internalNotes: toInternalNotes(content),
    gift: content.gift,
    giftMessage: content.giftMessage.trim() || null,
    requestedShippingService: oneLine(content.shippingMethod) || null,
    weight: toWeight(content.totalWeightGrams),
    tagIds: settings.tagIds.length > 0 ? settings.tagIds : null,
    advancedOptions: {
      storeId: settings.storeId,
      warehouseId: settings.warehouseId ?? null,
      customField1: toCustomField(content.saleOrderNumber),
      customField2: toCustomField(content.customerReference),
      customField3: toCustomField(content.sourceChannel),
    },
  };
}

function toTime(date: string): string {
  return `${date}T00:00:00.0000000`;
}

function toShipTo({ shipTo, customer, phone }: OrderContent): AddressRequest {
  const name = oneLine(shipTo.contact || customer || shipTo.company);
  return { ...toAddress(shipTo), name, company: shipTo.company || null, phone: onlyVisible(phone) || null };
}

function toBillTo({ billTo, customer, shipTo }: OrderContent): AddressRequest {
  const name = oneLine(customer || shipTo.contact || shipTo.company) || 'Customer';
  return { ...toAddress(billTo), name, company: null, phone: null };
}

/** DEAR fills its display lines even where the structured fields are empty. */
function toAddress(
  address: PostalAddress | DeliveryAddress,
): Omit<AddressRequest, 'name' | 'company' | 'phone'> {
  const { country, state, postcode } = address;
  return {
    street1: address.line1 || address.displayLine1 || null,
    street2: address.line2 || null,
    city: address.city || null,
    state: (hasStates(country) ? toStateCode(country, state, postcode) || state : state) || null,
    postalCode: postcode || null,
    country: ISO_COUNTRY.test(country) ? country : null,
  };
}

function toItem(line: ContentLine, { reference, currency }: OrderContent): ItemRequest {
  const { count, unitsEach } = toPieces(line.quantity);
  return {
    lineItemKey: toLineKey(reference, line.key),
    sku: line.sku || null,
    name: oneLine(line.name) || line.sku,
    imageUrl: line.imageUrl || null,
    weight: toWeight(line.weightGrams * unitsEach),
    quantity: count,
    unitPrice: toMoney(getProduct(line.unitPrice, unitsEach), currency),
    taxAmount: Math.max(0, toMoney(line.tax, currency)),
    options: toItemOptions(line, unitsEach),
    adjustment: false,
  };
}

/** V1 has lines for discounts, with a negative price. */
function toCharge(
  { description, amount }: Adjustment,
  index: number,
  { reference, currency }: OrderContent,
): ItemRequest {
  return {
    lineItemKey: toChargeKey(reference, index),
    sku: null,
    name: oneLine(description) || (amount < 0 ? 'Discount' : 'Charge'),
    imageUrl: null,
    weight: null,
    quantity: 1,
    unitPrice: toMoney(amount, currency),
    taxAmount: null,
    options: [],
    adjustment: true,
  };
}

/** Facts for which V1 has no field, as lines for the packer; the merchant's own notes come first. */
function toInternalNotes(content: OrderContent): string | null {
  const facts: ReadonlyArray<readonly [string, string]> = [
    ['DEAR sale', content.saleOrderNumber],
    ['Customer reference', content.customerReference],
    ['Channel', content.sourceChannel],
    ['Payment', content.paymentStatus],
    ['Amounts in', content.currency],
    ['Weight', content.totalWeightGrams > 0 ? '' : 'not known in DEAR; please weigh'],
  ];
  const lines = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`);
  return [content.internalNotes.trim(), ...lines].filter((line) => line !== '').join('\n') || null;
}

/** ShipStation cuts a longer one; the internal notes have the whole text. */
function toCustomField(text: string): string | null {
  return cutText(oneLine(text), MAX_CUSTOM_FIELD) || null;
}

/** Rounded: smaller fractions come from floating-point sums. null for a weight that is not known: zeros overwrite presets. */
function toWeight(value: number): WeightRequest | null {
  return value > 0 ? { value: toDecimal(value, 3), units: 'grams' } : null;
}

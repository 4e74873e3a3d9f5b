import { toStateCode } from '../../domain/address/country.ts';
import { fromItemOptions, toItemOptions, toPieces } from '../../domain/order/item-options.ts';
import type { ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { oneLine, onlyVisible } from '../../domain/text.ts';
import type { OrderItem, OrderRow } from './schemas.ts';
import type { ExtensivSettings } from './settings.ts';

type MapperSettings = Pick<ExtensivSettings, 'customerId' | 'facilityId' | 'batchIs'>;

export interface LineRequest {
  readonly itemIdentifier: { readonly sku: string };
  readonly externalId: string;
  readonly qty: number;
  readonly lotNumber: string | null;
  readonly serialNumber: string | null;
  readonly notes: string | null;
  readonly savedElements: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** The body of `POST /orders`, as far as we fill it. */
export interface OrderRequest extends Readonly<Record<string, unknown>> {
  readonly referenceNum: string;
  readonly savedElements: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly orderItems: readonly LineRequest[];
}

/** Our reference among the saved elements, by which an order is known as ours, and the parts of a split one. */
const REFERENCE_ELEMENT = 'DearReference';

/**
 * The order in Extensiv's form. Quantities follow the whole-number rule of `toPieces`. The ship-by date is in the notes:
 * `earliestShipDate` would delay the order, and `shipCancelDate` could cancel it.
 */
export function toExtensivOrder(content: OrderContent, settings: MapperSettings): OrderRequest {
  const { reference, saleId, saleOrderNumber } = content;
  return {
    customerIdentifier: { id: Number(settings.customerId) },
    facilityIdentifier: { id: Number(settings.facilityId) },
    referenceNum: reference,
    externalId: reference,
    ...toPapers(content),
    routingInfo: toRouting(content.shippingMethod),
    savedElements: [
      { name: REFERENCE_ELEMENT, value: reference },
      { name: 'DearSaleId', value: saleId },
      { name: 'DearSaleOrder', value: saleOrderNumber },
    ],
    orderItems: content.lines.map((line) => toLine(line, settings)),
  };
}

/** What a change of an order may change besides its lines and its routing. */
export function toPapers(content: OrderContent) {
  const { customerReference, shipBy, customerNotes, internalNotes, gift, giftMessage } = content;
  const notes = [shipBy && `Ship by ${shipBy}`, internalNotes.trim(), gift ? 'Gift' : ''];
  return {
    poNum: orNull(oneLine(customerReference)),
    notes: orNull(notes.filter((part) => part !== '').join('\n')),
    shippingNotes: orNull(customerNotes.trim()),
    shipTo: toAddress(content),
    ...(gift &&
      giftMessage.trim() !== '' && { fulfillInvInfo: { fulfillInvGiftMessage: giftMessage.trim() } }),
  };
}

function toAddress({ shipTo, customer, email, phone }: OrderContent) {
  const company = oneLine(shipTo.company);
  return {
    companyName: orNull(company || oneLine(customer)),
    name: oneLine(shipTo.contact) || company || oneLine(customer),
    address1: shipTo.line1 || shipTo.displayLine1,
    address2: orNull(shipTo.line2),
    city: shipTo.city || shipTo.state || shipTo.country,
    state: orNull(toStateCode(shipTo.country, shipTo.state, shipTo.postcode) || shipTo.state),
    zip: orNull(shipTo.postcode),
    country: shipTo.country,
    phoneNumber: orNull(onlyVisible(phone)),
    emailAddress: orNull(onlyVisible(email)),
  };
}

/** `UPS/Ground`: carrier and mode, which are matched to those that the warehouse has set up. */
export function toRouting(shippingMethod: string) {
  const [carrier = '', ...mode] = shippingMethod.split('/');
  return { carrier: orNull(carrier.trim()), mode: orNull(mode.join('/').trim()) };
}

function toLine(line: ContentLine, { batchIs }: Pick<MapperSettings, 'batchIs'>): LineRequest {
  const { count, unitsEach } = toPieces(line.quantity);
  const options = toItemOptions(line, unitsEach).map(({ name, value }) => ({ name, value: oneLine(value) }));
  const batch = orNull(line.batch);
  return {
    itemIdentifier: { sku: line.sku },
    externalId: line.key,
    qty: count,
    lotNumber: batchIs === 'lot' ? batch : null,
    serialNumber: batchIs === 'serial' ? batch : null,
    notes: orNull(options.map(({ name, value }) => `${name}: ${value.replaceAll(';', ',')}`).join('; ')),
    savedElements: options,
  };
}

/**
 * The values of our own options of a line. They are read from its notes where the saved elements are missing: the warehouse
 * defines which elements are kept.
 */
export function fromSavedElements({ savedElements, notes }: Pick<OrderItem, 'savedElements' | 'notes'>) {
  const written = notes.split('; ').map((part) => {
    const [name = '', ...value] = part.split(': ');
    return { name, value: value.join(': ') };
  });
  return fromItemOptions([...savedElements, ...written]);
}

/** Our reference of an order: a part that was split off has another `referenceNum`. */
export function getReference({ savedElements, referenceNum }: OrderRow): string {
  return getOwnReference(savedElements) || referenceNum;
}

function getOwnReference(elements: OrderRow['savedElements']): string {
  return elements.find(({ name }) => name === REFERENCE_ELEMENT)?.value ?? '';
}

/** Whether an order under our reference is certainly not ours: it has neither our mark nor any of our goods. */
export function isForeign(order: OrderRow, skus: readonly string[] | undefined): boolean {
  if (getOwnReference(order.savedElements) !== '' || skus === undefined) return false;
  const ours = new Set(skus.map((sku) => sku.toLowerCase()));
  const { orderItems } = order;
  return (
    orderItems.length > 0 && orderItems.every(({ itemIdentifier: { sku } }) => !ours.has(sku.toLowerCase()))
  );
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

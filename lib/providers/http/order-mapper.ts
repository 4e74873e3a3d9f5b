import type { PostalAddress } from '../../domain/address/address.ts';
import { toDecimal } from '../../domain/decimal.ts';
import type { ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import type { OrderPart } from '../../domain/order/standstill.ts';
import { foldSku } from '../../domain/sale/catalogue.ts';
import { cutText } from '../../domain/text.ts';
import type { OrderState, WireOrder } from './contract.ts';

/** The order as the contract has it. Texts are cut to the contract's lengths. */
export function toWireOrder(order: OrderContent): WireOrder {
  const { shipTo, billTo, lines } = order;
  return {
    reference: order.reference,
    saleOrderNumber: order.saleOrderNumber,
    customerReference: cutText(order.customerReference, 500),
    channel: cutText(order.sourceChannel, 500),
    orderDate: order.orderDate,
    shipBy: order.shipBy,
    shipTo: {
      ...toAddress(shipTo),
      name: cutText(shipTo.contact, 200),
      company: cutText(shipTo.company, 200),
    },
    billTo: { ...toAddress(billTo), name: cutText(order.customer, 200), company: '' },
    email: cutText(order.email, 500),
    phone: cutText(order.phone, 200),
    shippingService: cutText(order.shippingMethod, 500),
    notes: cutText(order.customerNotes, 20_000),
    internalNotes: cutText(order.internalNotes, 20_000),
    isGift: order.gift,
    giftMessage: cutText(order.giftMessage, 20_000),
    currency: order.currency,
    lines: lines.map(toLine),
  };
}

/** DEAR fills its display lines even where the structured fields are empty. */
function toAddress({ line1, line2, city, state, postcode, country, displayLine1 }: PostalAddress) {
  return {
    line1: cutText(line1 || displayLine1, 200),
    line2: cutText(line2, 200),
    city: cutText(city, 200),
    state: cutText(state, 200),
    postcode: cutText(postcode, 50),
    country: cutText(country, 50),
  };
}

function toLine(line: ContentLine): WireOrder['lines'][number] {
  const { key, sku, quantity, weightGrams } = line;
  return {
    key,
    sku,
    name: cutText(line.name, 1_000),
    quantity,
    unitPrice: toDecimal(line.total / quantity),
    weightGrams,
    imageUrl: line.imageUrl.length > 2_000 ? '' : line.imageUrl,
    options: line.options.map(({ name, value }) => ({ name, value })),
    bin: cutText(line.stockLocation, 200),
    batch: cutText(line.batch, 200),
    expiry: line.expiry,
    comment: cutText(line.comment, 4_000),
  };
}

type Goods = ReadonlyArray<{ readonly sku: string; readonly quantity: number }>;

/** Whether both are the same goods, whatever their order. */
export function isSameGoods(one: Goods, other: Goods): boolean {
  return toText(one) === toText(other);
}

function toText(goods: Goods): string {
  return JSON.stringify(goods.map(({ sku, quantity }) => `${quantity} ${foldSku(sku)}`).sort());
}

/** What has left of an order is one part, and the rest of it another. */
export function toParts({ reference, status, heldUntil, changedAt, lines }: OrderState): OrderPart[] {
  const part = (state: OrderPart['state']): OrderPart => ({
    providerOrderId: reference,
    state,
    heldUntil: state === 'held' ? heldUntil : '',
    mergedWith: [],
    changedAt: new Date(changedAt).toISOString(),
  });
  if (status === 'shipped') return [part('left')];
  const rest = part(isKnown(status) ? status : 'unknown');
  return lines.some(({ shipped }) => shipped > 0) ? [part('left'), rest] : [rest];
}

function isKnown(status: string): status is 'open' | 'held' | 'cancelled' {
  return status === 'open' || status === 'held' || status === 'cancelled';
}

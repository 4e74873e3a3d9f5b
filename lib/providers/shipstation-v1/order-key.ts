import { createHash } from 'node:crypto';
import type { OrderContent } from '../../domain/order/order-content.ts';
import type { Item, Order } from './schemas.ts';

/** The usual assumption about the length of a key, which is not documented; V2's twin of it has this limit. */
const MAX_KEY = 50;
const TAG_LENGTH = 8;
const OUR_KEY = new RegExp(`^(.+)~[0-9a-f]{${TAG_LENGTH}}$`);
const OUR_LINE = /^(.+)\/((?:line|charge)-[^/]+)$/;
const CHARGE = 'charge-';

/**
 * ShipStation's key of an order. A create under a key that exists replaces that order, in the whole account, so the key has a
 * hash of the sale besides our reference: another DEAR organisation with the same sale numbers gets other keys.
 */
export function toOrderKey({ reference, saleId }: Pick<OrderContent, 'reference' | 'saleId'>): string {
  return `${toBeginning(reference)}~${hash(saleId, TAG_LENGTH)}`;
}

/** A reference that is too long for a key with its hash is replaced by a hash. */
function toBeginning(reference: string): string {
  return reference.length + 1 + TAG_LENGTH <= MAX_KEY ? reference : hash(reference, 32);
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** Whether a bridge made the key for an order of this reference. */
export function isOrderKey(orderKey: string, reference: string): boolean {
  return OUR_KEY.exec(orderKey)?.[1] === toBeginning(reference);
}

/** Our name of a line at ShipStation: it tells the orders apart whose lines a packer merged. */
export function toLineKey(reference: string, key: string): string {
  return `${reference}/${key}`;
}

/** As `toLineKey`, of a discount or a charge, which no parcel can hold. */
export function toChargeKey(reference: string, index: number): string {
  return toLineKey(reference, `${CHARGE}${index + 1}`);
}

/** The reference and our own key of a line; both '' for a line of another app, or one that a packer added. */
export function readLineKey({ lineItemKey }: Pick<Item, 'lineItemKey'>): { reference: string; key: string } {
  const [, reference = '', key = ''] = OUR_LINE.exec(lineItemKey) ?? [];
  return { reference, key };
}

/** Whether the item is a discount or charge. */
export function isCharge(item: Pick<Item, 'lineItemKey' | 'adjustment'>): boolean {
  return item.adjustment || readLineKey(item).key.startsWith(CHARGE);
}

/**
 * Our references in an order or parcel: several where orders were merged. People change the number, a part of a split may have
 * a key of its own, and replaced lines have none, so each is tried.
 */
export function getReferences(
  row: Pick<Order, 'orderKey' | 'orderNumber'>,
  items: ReadonlyArray<Pick<Item, 'lineItemKey'>>,
): string[] {
  const ofLines = new Set(items.map((item) => readLineKey(item).reference).filter((text) => text !== ''));
  if (ofLines.size > 0) return [...ofLines];
  const ofKey = OUR_KEY.exec(row.orderKey)?.[1] ?? '';
  const isWhole = ofKey !== '' && !/^[0-9a-f]{32}$/.test(ofKey);
  const only = isWhole ? ofKey : row.orderNumber;
  return only === '' ? [] : [only];
}

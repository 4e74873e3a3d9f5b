import type { PostalAddress } from '../../domain/address.ts';
import type { OrderContent } from '../../domain/fulfillment-order.ts';
import { discountsInWords } from './item-prices.ts';

/**
 * What ShipStation V2 has no field for, as lines that a packer can read: it knows no bill-to address, payment status or
 * order date. The merchant's own notes come first.
 */
export function internalNotes(content: OrderContent): string {
  const facts: ReadonlyArray<readonly [string, string]> = [
    ['DEAR sale', content.saleOrderNumber],
    ['Ordered', content.orderDate],
    ['Customer', content.customer],
    ['Customer reference', content.customerReference],
    ['Channel', content.sourceChannel],
    ['Bill to', addressLine(content.billTo)],
    ['Payment', content.paymentStatus],
    ['Discounts', discountsInWords(content)],
    ['Weight', content.totalWeightGrams > 0 ? '' : 'not known in DEAR; please weigh'],
  ];
  const lines = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`);
  return [content.internalNotes.trim(), ...lines].filter((line) => line !== '').join('\n');
}

/** DEAR's display lines are filled even where its structured fields are empty. */
function addressLine(address: PostalAddress): string {
  const { line1, line2, city, state, postcode, country } = address;
  const structured = [line1, line2, city, state, postcode, country];
  const parts = line1 === '' ? [address.displayLine1, address.displayLine2] : structured;
  return parts.filter((part) => part.trim() !== '').join(', ');
}

import { sumOf, toMoney } from './decimal.ts';
import type { Sale } from './sale.ts';

/**
 * DEAR's words for "paid", upper-case. PREPAID is paid before there is an invoice. Live accounts also say FULLY PAID and
 * OVERPAID, alone or with the credit that follows from it.
 */
const PAID: ReadonlySet<string> = new Set([
  'PAID',
  'FULLY PAID',
  'PREPAID',
  'OVERPAID',
  'OVERPAID / CREDITED',
]);

/** @param paymentStatus DEAR's `CombinedPaymentStatus`, upper-case */
export function isPaid(paymentStatus: string): boolean {
  return PAID.has(paymentStatus);
}

/**
 * Whether a payment is still to come. Nothing is to be paid of a free sale, whatever its status says, nor where the customer
 * is owed money (NOT REFUNDED: credited, and not paid back yet).
 * @param total what the whole sale costs
 */
export function awaitsPayment(paymentStatus: string, total: number): boolean {
  return total > 0 && !isPaid(paymentStatus) && paymentStatus !== 'NOT REFUNDED';
}

/** What the whole sale costs, with charges and tax, as it can be paid; what DEAR gives no sum of is added up. */
export function totalToPay(sale: Sale): number {
  return toMoney(sale.total || addedUp(sale), sale.currency);
}

function addedUp({ lines, charges, taxInclusive }: Sale): number {
  const rows = [...lines, ...charges];
  return sumOf(rows.flatMap(({ total, tax }) => (taxInclusive ? [total] : [total, tax])));
}

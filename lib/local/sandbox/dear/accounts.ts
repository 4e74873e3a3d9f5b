import { notFound } from './refusal.ts';

/** The accounts that a difference of stock may be booked to, by code. Invented, as the whole company is. */
const EXPENSE_ACCOUNTS: ReadonlyMap<string, string> = new Map([
  ['510', 'Cost of Goods Sold'],
  ['540', 'Stock Differences'],
]);
/** What a person books differences to. */
export const EXPENSE_ACCOUNT = '540';
export const INVENTORY_ACCOUNT = '140: Inventory';

/** @throws {Refusal} an inner 404 where there is no such account */
export function requireExpenseAccount(code: string): void {
  if (!EXPENSE_ACCOUNTS.has(code)) throw notFound(`Account '${code}' was not found in Chart of accounts`);
}

export function accountName(code: string): string {
  return `${code}: ${EXPENSE_ACCOUNTS.get(code) ?? ''}`;
}

import { lineTotal } from './amounts.ts';
import { billedQuantities } from './billing.ts';
import type { BilledChargeRequest, BilledLineRequest } from './billing-requests.ts';
import type {
  BilledAmounts,
  BilledChargeRecord,
  BilledLineRecord,
  CreditNoteRecord,
  InvoiceRecord,
} from './billing-state.ts';
import { productById, productOf } from './lookup.ts';
import { notFound, Refusal } from './refusal.ts';
import type { DearState } from './state.ts';
import { round4 } from './world.ts';

/** Amounts that were rounded to cents before they were sent pass. */
const TOLERANCE = 0.01;

export function toBilledLine(state: DearState, line: BilledLineRequest): BilledLineRecord {
  return { productId: productOf(state, line).id, name: line.Name, ...toAmounts(state, line, line.SKU) };
}

export function toBilledCharge(state: DearState, charge: BilledChargeRequest): BilledChargeRecord {
  return { description: charge.Description, ...toAmounts(state, charge, charge.Description) };
}

function toAmounts(
  { company }: DearState,
  line: BilledLineRequest | BilledChargeRequest,
  name: string,
): BilledAmounts {
  if (line.TaxRule !== company.taxRule) {
    throw notFound(`Tax rule '${line.TaxRule}' was not found in Tax rules reference book`);
  }
  const amounts = { quantity: line.Quantity, price: line.Price, discount: line.Discount ?? 0 };
  const expected = lineTotal(amounts);
  if (round4(Math.abs(line.Total - expected)) > TOLERANCE) {
    throw new Refusal(`Total of '${name}' is ${line.Total}, but its quantity and price make ${expected}`);
  }
  const { Tax: tax, Total: total, TaxRule: taxRule } = line;
  return { ...amounts, tax, total, taxRule, account: line.Account ?? '', comment: line.Comment ?? '' };
}

/** DEAR has one form in which charges stand among the lines; the sandbox has the other. */
export function requireSeparateCharges(combined: boolean | undefined): void {
  if (combined === true) throw new Refusal('The sandbox does not play CombineAdditionalCharges', 501);
}

export function requireContent(bill: InvoiceRecord | CreditNoteRecord, name: string): void {
  const isEmpty = bill.lines.length === 0 && bill.charges.length === 0;
  if (bill.status === 'AUTHORISED' && isEmpty)
    throw new Refusal(`${name} without lines cannot be authorised`);
}

/**
 * @param limit how much of each product there is to bill
 * @param others documents that have taken their part of it
 */
export function requireLeft(
  state: DearState,
  bill: InvoiceRecord | CreditNoteRecord,
  limit: ReadonlyMap<string, number>,
  others: ReadonlyArray<InvoiceRecord | CreditNoteRecord>,
): void {
  const taken = billedQuantities(others);
  for (const [productId, quantity] of billedQuantities([bill])) {
    const left = round4((limit.get(productId) ?? 0) - (taken.get(productId) ?? 0));
    if (quantity <= left) continue;
    const { sku } = productById(state, productId);
    throw new Refusal(`Only ${left} of product '${sku}' is left for ${bill.number}, not ${quantity}`);
  }
}

import { documentTotals, lineTotal, taxOf } from './amounts.ts';
import type { DearState, SaleRecord } from './state.ts';

interface Priced {
  quantity: number;
  price: number;
  discount: number;
}

/** What a line or charge of the order comes to. */
export function priced(state: DearState, sale: SaleRecord, line: Priced): { total: number; tax: number } {
  const total = lineTotal(line);
  return { total, tax: taxOf(state, sale, total) };
}

export function orderTotals(state: DearState, sale: SaleRecord) {
  const charges = sale.charges.map((charge) => ({ ...charge, discount: 0 }));
  const amounts = [...sale.lines, ...charges].map((line) => priced(state, sale, line));
  return documentTotals(amounts, sale);
}

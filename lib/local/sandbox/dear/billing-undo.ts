import type { BillStatus } from './billing-state.ts';
import { restock } from './credit-note-rules.ts';
import type { SaleRecord } from './state.ts';
import type { World } from './world.ts';

/** Undo: invoices and credit notes fall back to drafts, and money that was received counts as paid in advance. */
export function reopenBilling(world: World, sale: SaleRecord): void {
  takeBack(world, sale, 'DRAFT');
}

/** Void: the documents stay as a record. What was paid stays paid: giving it back is not ours. */
export function voidBilling(world: World, sale: SaleRecord): void {
  takeBack(world, sale, 'VOIDED');
}

function takeBack(world: World, sale: SaleRecord, status: BillStatus): void {
  for (const note of sale.creditNotes.filter((one) => one.status === 'AUTHORISED')) restock(world, note, -1);
  for (const bill of [...sale.invoices, ...sale.creditNotes]) bill.status = status;
  for (const payment of sale.payments) payment.invoiceTaskId = null;
}

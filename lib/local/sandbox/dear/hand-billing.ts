import { billedQuantities } from './billing.ts';
import type { BilledAmounts } from './billing-state.ts';
import { finishNote } from './credit-note-rules.ts';
import { begunInvoice, finishInvoice } from './invoice-rules.ts';
import { NO_ID, productById } from './lookup.ts';
import { priced } from './order-amounts.ts';
import { Refusal } from './refusal.ts';
import { requireAuthorisedOrder } from './stage-lines.ts';
import type { DearState, OrderLineRecord, SaleRecord } from './state.ts';
import { round4, type World } from './world.ts';

/** As the terms that every sale begins with say. */
const DUE_AFTER_MS = 30 * 24 * 60 * 60_000;

/** Authorises the draft that waits, as somebody wrote it; without one, an invoice of everything that none bills yet. */
export function invoiceByHand(world: World, sale: SaleRecord): void {
  requireAuthorisedOrder(sale);
  const draft = sale.invoices.find(({ status }) => status === 'DRAFT');
  const invoice = draft ?? begunInvoice(world, sale, sale.type === 'Advanced' ? NO_ID : sale.id);
  if (draft === undefined) {
    if (invoice.status === 'AUTHORISED') throw new Refusal(`Invoice ${invoice.number} is AUTHORISED already`);
    const isFirst = sale.invoices.every((other) => other === invoice || other.status === 'VOIDED');
    invoice.dueDate = new Date(world.now + DUE_AFTER_MS).toISOString().slice(0, 10);
    invoice.lines = unbilledLines(world.state, sale);
    invoice.charges = isFirst ? orderCharges(world.state, sale) : [];
  }
  finishInvoice(world, sale, Object.assign(invoice, { status: 'AUTHORISED' as const }));
}

/** A person checks the drafts of what came back, and authorises them. */
export function creditByHand(world: World, sale: SaleRecord): void {
  const drafts = sale.creditNotes.filter(({ status }) => status === 'DRAFT');
  if (drafts.length === 0) throw new Refusal(`${sale.orderNumber} has no draft of a credit note`);
  for (const note of drafts) finishNote(world, sale, Object.assign(note, { status: 'AUTHORISED' as const }));
}

function unbilledLines(state: DearState, sale: SaleRecord) {
  const taken = billedQuantities(sale.invoices.filter(({ status }) => status !== 'VOIDED'));
  return sale.lines.flatMap((line) => {
    const used = Math.min(line.quantity, taken.get(line.productId) ?? 0);
    const quantity = round4(line.quantity - used);
    taken.set(line.productId, round4((taken.get(line.productId) ?? 0) - used));
    return quantity === 0 ? [] : [toBilledLine(state, sale, { ...line, quantity })];
  });
}

function toBilledLine(state: DearState, sale: SaleRecord, line: OrderLineRecord) {
  const { productId, comment } = line;
  return { productId, name: productById(state, productId).name, ...amounts(state, sale, line), comment };
}

function orderCharges(state: DearState, sale: SaleRecord) {
  return sale.charges.map(({ description, ...charge }) => ({
    description,
    ...amounts(state, sale, { ...charge, discount: 0 }),
  }));
}

function amounts(
  state: DearState,
  sale: SaleRecord,
  { quantity, price, discount }: Pick<BilledAmounts, 'quantity' | 'price' | 'discount'>,
): BilledAmounts {
  const { taxRule } = state.company;
  const { defaultAccount: account } = sale;
  const { total, tax } = priced(state, sale, { quantity, price, discount });
  return { quantity, price, discount, total, tax, taxRule, account, comment: '' };
}

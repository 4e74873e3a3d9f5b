import { describe, expect, it } from 'vitest';
import { creditNoteFor, invoiceFor, toMemo } from '../../../lib/domain/confirmation/billing.ts';
import {
  getInvoiceState,
  type InvoiceState,
  isInvoiceOpen,
  NO_DUE_DATE,
} from '../../../lib/domain/confirmation/own-fulfilment.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { shortStatus } from '../../../lib/domain/order/transitions.ts';
import type { Sale, SaleInvoice } from '../../../lib/domain/sale/sale.ts';
import {
  dueReturns,
  recordCreditNote,
  recordReturn,
} from '../../../lib/domain/shipment/withdrawals-and-returns.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';
import { charge, line, sale } from '../../builders/sale.ts';

const priced = sale({
  lines: [
    line({ quantity: 4, unitPrice: 10, discountPercent: 25, total: 30, tax: 3 }),
    line({ sku: 'WAX-02', productId: 'wax', quantity: 2 }),
  ],
  charges: [charge()],
});

function buildContent(from: Sale): OrderContent {
  const plan = planSale({ sale: from, connections: [connection()], orders: [], by: 'test', now: NOW });
  return plan.changes[0]?.content as OrderContent;
}

const packedLine = (key: string, quantity: number) => ({ key, quantity, batch: '', expiry: '' });
const order = acceptedOrder(priced, { packages: [box({ contents: [packedLine('line-1', 3)] })] });
const input = {
  invoice: 'authorised',
  saleType: 'simple',
  taskId: priced.id,
  fulfilmentNumber: 1,
  now: NOW,
} as const;

describe('packages', () => {
  const consignment = { order, packages: order.packages, connection: { carriers: {}, warehouses: {} } };
  const ownMemo = toMemo([consignment]);
  const bill = (overrides: Partial<SaleInvoice> = {}): SaleInvoice => ({
    taskId: '',
    number: 'INV-00012',
    status: 'AUTHORISED',
    fulfilmentNumber: 0,
    memo: '',
    lines: [],
    isCredited: false,
    ...overrides,
  });
  const billedLines = (quantity: number) => [{ productId: line().productId, quantity }];

  const draft = bill({ status: 'DRAFT', lines: billedLines(3) });

  it.each<[string, Sale['type'], SaleInvoice[], boolean]>([
    ['of a simple sale are billed by its one invoice', 'simple', [bill()], true],
    ['of a simple sale are not billed before it has one', 'simple', [], false],
    [
      'are not billed by an invoice that was never made',
      'simple',
      [bill({ status: 'NOT AVAILABLE' })],
      false,
    ],
    ['are not billed by a voided invoice', 'simple', [bill({ status: 'VOIDED' })], false],
    ['are billed by the invoice of their fulfilment', 'advanced', [bill({ fulfilmentNumber: 2 })], true],
    ['are billed by the invoice that names their boxes', 'advanced', [bill({ memo: ownMemo })], true],
    [
      'are not billed by that of another fulfilment',
      'advanced',
      [bill({ fulfilmentNumber: 3, lines: billedLines(4) })],
      false,
    ],
    [
      'are not billed by one that names other boxes',
      'advanced',
      [bill({ memo: 'Shipment of SO-00042-9 box 1', lines: billedLines(4) })],
      false,
    ],
    [
      'are billed by hand where less is left to bill than they hold',
      'advanced',
      [bill({ lines: billedLines(2) })],
      true,
    ],
    [
      'are not billed by hand where enough is left to bill',
      'advanced',
      [bill({ lines: billedLines(1) })],
      false,
    ],
  ])('%s', (_, type, invoices, isBilled) => {
    const state = getInvoiceState({ type, invoices, lines: priced.lines }, 2, [consignment]);
    expect(state).toBe(isBilled ? 'authorised' : 'none');
  });

  it('of two products are not billed by hand while one of them is left to bill', () => {
    const packages = [box({ contents: [packedLine('line-1', 3), packedLine('line-2', 2)] })];
    const both = { ...consignment, order: { ...order, packages }, packages };
    const billedBy = (...lines: SaleInvoice['lines']) =>
      getInvoiceState({ type: 'advanced', invoices: [bill({ lines })], lines: priced.lines }, 2, [both]);
    expect(billedBy({ productId: line().productId, quantity: 4 })).toBe('none');
    expect(billedBy({ productId: line().productId, quantity: 4 }, { productId: 'wax', quantity: 2 })).toBe(
      'authorised',
    );
  });

  it('whose fulfilment is not known are billed by none that a person made without naming one', () => {
    const sold = {
      type: 'advanced',
      invoices: [bill({ lines: billedLines(1) })],
      lines: priced.lines,
    } as const;
    expect(getInvoiceState(sold, 0, [consignment])).toBe('none');
  });

  it.each<[string, Sale['type'], SaleInvoice[], InvoiceState]>([
    ['have a draft where undoing the sale made one of their invoice', 'simple', [draft], 'draft'],
    ['have a draft of their fulfilment', 'advanced', [{ ...draft, fulfilmentNumber: 2 }], 'draft'],
    ['have no invoice where a draft has no lines yet', 'simple', [{ ...draft, lines: [] }], 'none'],
    ['are billed beside a draft', 'advanced', [draft, bill({ fulfilmentNumber: 2 })], 'authorised'],
  ])('%s', (_, type, invoices, state) => {
    expect(getInvoiceState({ type, invoices, lines: priced.lines }, 2, [consignment])).toBe(state);
  });

  it('do not wait for a draft that was made for want of a due date of one of their orders', () => {
    const noted = { log: [{ at: '', by: 'DEAR', what: `${NO_DUE_DATE}, and DEAR requires one.` }] };
    const wishes = { invoice: 'authorised' } as const;
    expect(isInvoiceOpen('draft', [order], wishes)).toBe(true);
    expect(isInvoiceOpen('draft', [order, noted], wishes)).toBe(false);
    expect(isInvoiceOpen('draft', [order], { invoice: 'draft' })).toBe(false);
  });

  it('are named in the memo as far as DEAR has room, without half a name', () => {
    const boxes = Array.from({ length: 100 }, (_, index) =>
      box({ id: `label:${index}`, contents: [packedLine('line-1', 1)] }),
    );
    const memo = toMemo([{ order: { ...order, packages: boxes }, packages: boxes }]);
    expect(memo.length).toBeLessThanOrEqual(1024);
    expect(memo.length).toBeGreaterThan(1000);
    expect(memo).toMatch(/^Shipment of SO-00042-1 box 1, .* box \d+$/);
  });
});

describe('an invoice', () => {
  it('bills what left and no more, with its share of discount and tax, and the charges', () => {
    const invoice = invoiceFor({
      parts: [{ order, content: buildContent(priced), packages: order.packages }],
      ...input,
    });
    expect(invoice).toMatchObject({
      saleId: priced.id,
      taskId: priced.id,
      status: 'AUTHORISED',
      date: '2026-02-03',
      dueDate: '2026-03-05',
      fulfilmentNumber: 1,
      lines: [
        {
          sku: 'QUILL-01',
          quantity: 3,
          unitPrice: 10,
          discountPercent: 25,
          total: 22.5,
          tax: 2.25,
          taxRule: 'Sales tax',
        },
      ],
      charges: [{ description: 'Freight', total: 9, tax: 0.9 }],
    });
    expect(invoice.lines).toHaveLength(1);
  });

  it('is a new one for a later shipment, without the charges', () => {
    const later = { ...order, confirmation: { ...order.confirmation, packages: ['label:0'] } };
    const invoice = invoiceFor({
      parts: [{ order: later, content: buildContent(priced), packages: order.packages }],
      ...input,
      taskId: 'the second fulfilment',
    });
    expect(invoice).toMatchObject({ taskId: '', charges: [] });
  });

  it('is a new one for an advanced sale, also where its first fulfilment has the id of the sale', () => {
    const parts = [{ order, content: buildContent(priced), packages: order.packages }] as const;
    expect(invoiceFor({ parts, ...input, saleType: 'advanced' }).taskId).toBe('');
  });

  it('is a draft if the settings ask for one, and due at once without terms', () => {
    const content = { ...buildContent(priced), terms: 'Cash' };
    const invoice = invoiceFor({
      parts: [{ order, content, packages: order.packages }],
      ...input,
      invoice: 'draft',
    });
    expect(invoice).toMatchObject({ status: 'DRAFT', dueDate: '2026-02-03' });
  });
});

describe('returned goods', () => {
  const reported = {
    reference: order.reference,
    id: 'return:1',
    trackingNumbers: [],
    reportedAt: '',
    progress: 'under-way' as const,
    contents: [{ key: '', sku: 'QUILL-01', quantity: 1, batch: 'L1', expiry: '' }],
  };

  it('are recorded once, and due for a credit note only if the connection drafts them', () => {
    const logged = recordReturn(order, reported, { returns: 'log', returnsBegin: 'scan' }, NOW);
    expect(logged.log.at(-1)?.what).toBe('A return is on its way: 1 × QUILL-01.');
    expect(dueReturns(logged)).toEqual([]);
    expect(recordReturn(logged, reported, { returns: 'log', returnsBegin: 'scan' }, NOW)).toBe(logged);
    expect(
      dueReturns(recordReturn(order, reported, { returns: 'draft-credit-note', returnsBegin: 'scan' }, NOW)),
    ).toHaveLength(1);
  });

  it('are credited at the order’s prices and go back to the connection’s location', () => {
    const due = recordReturn(order, reported, { returns: 'draft-credit-note', returnsBegin: 'scan' }, NOW);
    const note = creditNoteFor(due, buildContent(priced), due.returns[0]!, 'INV-7', NOW);
    expect(note).toMatchObject({
      invoiceNumber: 'INV-7',
      lines: [{ sku: 'QUILL-01', quantity: 1, total: 7.5, tax: 0.75 }],
      restock: [{ sku: 'QUILL-01', location: 'Lantern Depot', quantity: 1, batch: 'L1' }],
    });
    expect(note.memo).toBe(`Return return:1 of ${order.reference}`);
    expect(note.date).toBe('2026-02-03');
    expect(dueReturns(recordCreditNote(due, NOW, 'return:1', null))).toEqual([]);
    expect(recordCreditNote(due, NOW, 'return:1', 'no').log.at(-1)).toMatchObject({ upstreamMessage: 'no' });
  });
});

describe('a return of the second line of an order', () => {
  it('restocks the product of that line', () => {
    const wax = { id: 'return:2', contents: [packedLine('line-2', 1)], creditNote: 'due' as const };
    const returned = { ...order, returns: [wax] };
    expect(creditNoteFor(returned, buildContent(priced), wax, 'INV-7', NOW)).toMatchObject({
      lines: [{ sku: 'WAX-02', quantity: 1 }],
      restock: [{ productId: 'wax', sku: 'WAX-02', quantity: 1 }],
    });
  });
});

describe('the short status in DEAR', () => {
  it('names each order, what holds it, and how it travels', () => {
    const held = queuedOrder(
      sale({ paymentStatus: 'UNPAID' }),
      { reference: 'SO-00042-2' },
      connection({ holdUntilPaid: true }),
    );
    expect(shortStatus([order, held])).toBe('SO-00042-1 Partly shipped 1Z0001; SO-00042-2 On Hold (payment)');
  });

  it('is cut to the length of DEAR’s field', () => {
    expect(shortStatus(Array.from({ length: 20 }, () => order))).toHaveLength(256);
  });
});

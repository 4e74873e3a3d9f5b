import { expect, test } from 'vitest';
import { billedMugs, CUSTOMER, getInvoice, listening, NO_ID, readSale, refused } from './billing.ts';
import { type Play, play } from './play.ts';

const RECEIVED = ['PartialPaymentReceived', 'FullPaymentReceived'];
const pay = (dear: Play, id: string, amount?: number) =>
  dear.screen('POST', `sales/${id}/payment`, amount === undefined ? undefined : { amount });

test('a partial and a full payment are events of the invoice', async () => {
  const dear = await play();
  const events = await listening(dear, ...RECEIVED);
  const { id } = await dear.sell({});
  await dear.api('POST', 'sale/invoice', getInvoice(id));
  expect((await pay(dear, id, 20)).json).toMatchObject({
    Status: 'INVOICED',
    CombinedPaymentStatus: 'PARTIALLY PAID',
    Invoices: [{ Status: 'AUTHORISED', Paid: 20, Payments: [{ Amount: 20 }] }],
  });
  expect((await pay(dear, id)).json).toMatchObject({
    CombinedPaymentStatus: 'PAID',
    Invoices: [{ Status: 'PAID', Paid: 46.98, Payments: [{ Amount: 20 }, { Amount: 26.98 }] }],
  });
  const document = { SaleID: id, DocumentNumber: 'INV-00001', DocumentType: 'invoice' };
  const paid = { ...document, DocumentDate: '06/01/2026', ...CUSTOMER };
  expect(await events()).toEqual([
    { ...paid, AmountPercent: '42.57', EventType: 'Sale/PartialPaymentReceived' },
    { ...paid, EventType: 'Sale/FullPaymentReceived' },
  ]);
  expect(refused(await pay(dear, id))).toContain('0 is open');
  expect((await dear.api('GET', 'saleList')).json.SaleList).toMatchObject([
    { PaidAmount: 46.98, CombinedPaymentTotal: 46.98, CombinedPaymentStatus: 'PAID' },
  ]);
});

test('a payment before the invoice is a prepayment without an event, and pays the invoice later', async () => {
  const dear = await play();
  const events = await listening(dear, ...RECEIVED);
  const { id } = await dear.sell({ authorise: false });
  expect(refused(await pay(dear, id, 46.99))).toContain('46.98 is open');
  expect((await pay(dear, id)).json).toMatchObject({
    CombinedPaymentStatus: 'PREPAID',
    Quote: { Prepayments: [{ Amount: 46.98 }] },
  });
  expect(refused(await pay(dear, id, 1))).toContain('0 is open');
  await dear.screen('POST', `sales/${id}/authorise`);
  await dear.api('POST', 'sale/invoice', getInvoice(id, { Lines: [billedMugs(2)] }));
  expect(await readSale(dear, id)).toMatchObject({
    CombinedPaymentStatus: 'PAID',
    Invoices: [{ Status: 'PAID', Paid: 31.32 }],
    Quote: { Prepayments: [{ Amount: 15.66 }] },
  });
  expect(await events()).toEqual([]);
});

test('a payment is spread over the invoices, the oldest first', async () => {
  const dear = await play();
  const events = await listening(dear, ...RECEIVED);
  const { id } = await dear.sell({ type: 'Advanced' });
  for (const quantity of [1, 2]) {
    const Lines = [billedMugs(quantity)];
    await dear.api('POST', 'sale/invoice', getInvoice(id, { TaskID: NO_ID, Lines }));
  }
  expect((await pay(dear, id, 20)).json.Invoices).toMatchObject([{ Paid: 15.66 }, { Paid: 4.34 }]);
  expect(await events()).toMatchObject([
    { DocumentNumber: 'INV-00001', EventType: 'Sale/FullPaymentReceived' },
    { DocumentNumber: 'INV-00002', AmountPercent: '13.86', EventType: 'Sale/PartialPaymentReceived' },
  ]);
});

test.each(['Simple', 'Advanced'])('a %s sale that is shipped and paid is COMPLETED', async (type) => {
  const dear = await play();
  const { id } = await dear.sell({ type });
  if (type === 'Advanced') await dear.screen('POST', `sales/${id}/fulfilment`);
  const status = async (step: string) => (await dear.screen('POST', `sales/${id}/${step}`)).json.Status;
  await status('invoice');
  expect(await status('payment')).toBe('ORDERED');
  for (const step of ['pick', 'pack']) expect(await status(step)).not.toBe('COMPLETED');
  expect(await status('ship')).toBe('COMPLETED');
});

test('undoing the order turns payments into prepayments, and a void sale refuses payments', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  for (const step of ['invoice', 'payment']) await dear.screen('POST', `sales/${id}/${step}`);
  const undone = (await dear.screen('POST', `sales/${id}/undo`)).json;
  expect([undone.CombinedPaymentStatus, undone.Invoices[0].Status]).toEqual(['PREPAID', 'DRAFT']);
  const voided = (await dear.screen('POST', `sales/${id}/void`)).json;
  expect(voided.CombinedPaymentStatus).toBe('VOIDED');
  expect(refused(await pay(dear, id))).toContain('VOIDED');
  expect(refused(await pay(dear, id, -1))).toContain('amount');
});

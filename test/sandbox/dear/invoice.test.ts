import { expect, test } from 'vitest';
import { billedMugs, CUSTOMER, getInvoice, listening, NO_ID, readSale, refused } from './billing.ts';
import { getPick, mugs, play } from './play.ts';

const INVOICE = 'sale/invoice';

test('an authorised invoice of everything makes the sale INVOICED and is an event', async () => {
  const dear = await play();
  const events = await listening(dear, 'InvoiceAuthorised');
  const { id, number } = await dear.sell({});
  expect(await readSale(dear, id)).toMatchObject({ CombinedInvoiceStatus: 'NOT INVOICED', Invoices: [] });
  const made = await dear.api(
    'POST',
    INVOICE,
    getInvoice(id, { LinkedFulfillmentNumber: '1', Memo: 'Thanks' }),
  );
  expect(made.json).toMatchObject({
    SaleID: id,
    Invoices: [
      {
        TaskID: id,
        CombineAdditionalCharges: false,
        InvoiceNumber: 'INV-00001',
        Memo: 'Thanks',
        Status: 'AUTHORISED',
        InvoiceDate: '2026-01-06T00:00:00',
        InvoiceDueDate: '2026-02-05T00:00:00',
        LinkedFulfillmentNumber: '1',
        Lines: [{ SKU: 'TRL-MUG-350', Quantity: 3, Total: 43.5, Tax: 3.48 }],
        AdditionalCharges: [],
      },
    ],
  });
  expect((await dear.api('GET', `${INVOICE}?SaleID=${id.toUpperCase()}`)).json).toEqual(made.json);
  const sale = await readSale(dear, id);
  expect(sale).toMatchObject({
    Status: 'INVOICED',
    CombinedInvoiceStatus: 'INVOICED',
    CombinedPaymentStatus: 'UNPAID',
    Invoices: [{ TotalBeforeTax: 43.5, Tax: 3.48, Total: 46.98, Paid: 0, Payments: [] }],
    Fulfilments: [{ FulfillmentNumber: 1, LinkedInvoiceNumber: 'INV-00001' }],
  });
  expect((await dear.api('GET', 'saleList?Search=inv-00001')).json.SaleList).toMatchObject([
    { SaleID: id, InvoiceNumber: 'INV-00001', InvoiceAmount: 46.98, SaleInvoicesTotalAmount: 46.98 },
  ]);
  expect(await events()).toEqual([
    {
      SaleTaskID: id.toUpperCase(),
      TenantID: expect.stringMatching(/^[0-9A-F-]{36}$/),
      OrderNumber: number,
      InvoiceNumber: 'INV-00001',
      ...CUSTOMER,
      EventType: 'Sale/InvoiceAuthorised',
    },
  ]);
});

test('POST overwrites a draft invoice, PUT changes parts of it, and neither changes an authorised one', async () => {
  const dear = await play();
  const { id } = await dear.sell({ charges: [{ description: 'Freight', price: 9 }] });
  const freight = {
    Description: 'Freight',
    Quantity: 1,
    Price: 9,
    Tax: 0.72,
    Total: 9,
    TaxRule: 'Sales Tax',
  };
  const missing = await dear.api('PUT', INVOICE, { SaleID: id, TaskID: id, Memo: 'x' });
  expect([missing.status, missing.json[0].ErrorCode]).toEqual([400, 404]);
  const draft = { Status: 'DRAFT', Memo: 'first', AdditionalCharges: [freight] };
  await dear.api('POST', INVOICE, getInvoice(id, draft));
  expect(await readSale(dear, id)).toMatchObject({
    Status: 'INVOICING',
    CombinedInvoiceStatus: 'NOT INVOICED',
  });
  const put = async (more: object) =>
    (await dear.api('PUT', INVOICE, { SaleID: id, TaskID: id, ...more })).json.Invoices;
  expect(await put({ Memo: 'second' })).toMatchObject([
    {
      InvoiceNumber: 'INV-00001',
      Memo: 'second',
      Lines: [{ Quantity: 3 }],
      AdditionalCharges: [{ Total: 9 }],
    },
  ]);
  expect(await put({ AdditionalCharges: [] })).toMatchObject([{ Lines: [{}], AdditionalCharges: [] }]);
  await dear.api('POST', INVOICE, getInvoice(id, { Status: 'DRAFT', Lines: [billedMugs(1)] }));
  expect((await readSale(dear, id)).Invoices).toMatchObject([
    { InvoiceNumber: 'INV-00001', Memo: '', Lines: [{ Quantity: 1 }] },
  ]);
  expect(await put({ Status: 'AUTHORISED' })).toMatchObject([{ Status: 'AUTHORISED' }]);
  expect((await readSale(dear, id)).CombinedInvoiceStatus).toBe('PARTIALLY INVOICED');
  for (const method of ['POST', 'PUT']) {
    expect(refused(await dear.api(method, INVOICE, getInvoice(id)))).toContain('Invoice is AUTHORISED');
  }
});

test('an advanced sale is invoiced in parts, each with a task of its own', async () => {
  const dear = await play();
  const { id } = await dear.sell({ type: 'Advanced' });
  const post = (Quantity: number, TaskID = NO_ID) =>
    dear.api('POST', INVOICE, getInvoice(id, { TaskID, Lines: [billedMugs(Quantity)] }));
  expect((await post(1, id)).json[0].ErrorCode).toBe(404);
  const first = (await post(2)).json.Invoices[0];
  expect(first.TaskID).not.toBe(id);
  expect(refused(await post(2))).toContain('Only 1');
  expect(refused(await post(1, first.TaskID))).toContain('Invoice is AUTHORISED');
  const both = (await post(1)).json.Invoices;
  expect(both.map(({ InvoiceNumber }: { InvoiceNumber: string }) => InvoiceNumber)).toEqual([
    'INV-00001',
    'INV-00002',
  ]);
  expect(await readSale(dear, id)).toMatchObject({ Status: 'ORDERED', CombinedInvoiceStatus: 'INVOICED' });
});

test('tax-inclusive prices contain the tax in the total', async () => {
  const dear = await play();
  const { id, sale } = await dear.sell({ taxInclusive: true, terms: '14 days' });
  expect(sale).toMatchObject({ TaxCalculation: 'Inclusive', Terms: '14 days' });
  expect(sale.Order).toMatchObject({ TotalBeforeTax: 40.2778, Tax: 3.2222, Total: 43.5 });
  await dear.api('POST', INVOICE, getInvoice(id, { Lines: [billedMugs(3, { Tax: 3.22 })] }));
  expect((await readSale(dear, id)).Invoices).toMatchObject([
    { TotalBeforeTax: 40.28, Tax: 3.22, Total: 43.5 },
  ]);
});

test('undoing an order makes its invoice a draft, and voiding the sale voids it', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  await dear.api('POST', INVOICE, getInvoice(id));
  expect((await dear.screen('POST', `sales/${id}/undo`)).json.Invoices).toMatchObject([{ Status: 'DRAFT' }]);
  expect(refused(await dear.api('PUT', INVOICE, getInvoice(id)))).toContain('is DRAFT');
  await dear.screen('POST', `sales/${id}/authorise`);
  expect((await dear.api('PUT', INVOICE, getInvoice(id))).json.Invoices).toMatchObject([
    { Status: 'AUTHORISED' },
  ]);
  const voided = (await dear.screen('POST', `sales/${id}/void`)).json;
  expect(voided).toMatchObject({ CombinedInvoiceStatus: 'VOIDED', Invoices: [{ Status: 'VOIDED' }] });
});

test('a person authorises a draft invoice as it stands, or else invoices everything not yet billed', async () => {
  const dear = await play();
  const events = await listening(dear, 'InvoiceAuthorised');
  const charges = [{ description: 'Freight', price: 9 }];
  const { id } = await dear.sell({ type: 'Advanced', charges });
  await dear.api('POST', INVOICE, getInvoice(id, { TaskID: NO_ID, Status: 'DRAFT', Lines: [billedMugs(1)] }));
  expect((await dear.screen('POST', `sales/${id}/invoice`)).json.CombinedInvoiceStatus).toBe(
    'PARTIALLY INVOICED',
  );
  const all = (await dear.screen('POST', `sales/${id}/invoice`)).json;
  expect(all.Invoices).toMatchObject([
    { Status: 'AUTHORISED', Lines: [{ Quantity: 1 }] },
    {
      Status: 'AUTHORISED',
      Lines: [{ Quantity: 2, Price: 14.5, Total: 29, Tax: 2.32 }],
      AdditionalCharges: [],
    },
  ]);
  expect(refused(await dear.screen('POST', `sales/${id}/invoice`))).toContain('without lines');
  expect(await events()).toMatchObject([{ InvoiceNumber: 'INV-00001' }, { InvoiceNumber: 'INV-00002' }]);
  const simple = await dear.sell({ charges });
  const answer = await dear.screen('POST', `sales/${simple.number}/invoice`);
  expect(answer.json.Invoices).toMatchObject([
    { TaskID: simple.id, Total: 56.7, AdditionalCharges: [{ Description: 'Freight', Total: 9, Tax: 0.72 }] },
  ]);
  expect(refused(await dear.screen('POST', `sales/${simple.id}/invoice`))).toContain('AUTHORISED already');
});

test('a sale that becomes advanced keeps its first invoice and can have more', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  await dear.api('POST', INVOICE, getInvoice(id, { Lines: [billedMugs(1)] }));
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id, [mugs(1)]));
  await dear.api('POST', 'sale/fulfilment', { SaleID: id });
  const more = { TaskID: NO_ID, Lines: [billedMugs(2)], LinkedFulfillmentNumber: '2' };
  expect((await dear.api('POST', INVOICE, getInvoice(id, more))).json.Invoices).toMatchObject([
    { TaskID: id },
    { LinkedFulfillmentNumber: '2' },
  ]);
});

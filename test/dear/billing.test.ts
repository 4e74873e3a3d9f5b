import { describe, expect, it } from 'vitest';
import type {
  CreditNoteToWrite,
  InvoiceLine,
  InvoiceToWrite,
} from '../../lib/domain/confirmation/billing.ts';
import { AmbiguousWrite, NotDone, Rejected } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { PRODUCT_ID, SALE_ID, TASK_ID } from './samples.ts';
import { answering, essence, getClient, obeying, startServer } from './server.ts';

const NO_TASK = '00000000-0000-0000-0000-000000000000';

const LINE: InvoiceLine = {
  productId: PRODUCT_ID,
  sku: 'LAMP-OAK',
  name: 'Oak lamp',
  quantity: 1,
  unitPrice: 420,
  discountPercent: 5,
  tax: 99.75,
  total: 399,
  taxRule: 'VAT',
  comment: 'Natural',
};
const INVOICE: InvoiceToWrite = {
  saleId: SALE_ID,
  taskId: '',
  status: 'AUTHORISED',
  date: '2026-05-12',
  dueDate: '2026-05-26',
  memo: 'Shipment of SO-7-1 box 1',
  fulfilmentNumber: 2,
  lines: [LINE],
  charges: [
    {
      description: 'Freight',
      quantity: 1,
      unitPrice: 80,
      discountPercent: 10,
      tax: 18,
      total: 72,
      taxRule: 'VAT',
    },
  ],
};
const NOTE: CreditNoteToWrite = {
  saleId: SALE_ID,
  invoiceNumber: 'INV-00318',
  date: '2026-06-02',
  memo: 'Came back cracked',
  lines: [LINE],
  restock: [
    {
      productId: PRODUCT_ID,
      sku: 'LAMP-OAK',
      name: 'Oak lamp',
      location: 'Dockside 3PL',
      quantity: 1,
      batch: 'L-09',
      expiry: '2027-01-31',
    },
  ],
};
const WIRE_LINE = {
  ProductID: PRODUCT_ID,
  SKU: 'LAMP-OAK',
  Name: 'Oak lamp',
  Quantity: 1,
  Price: 420,
  Discount: 5,
  Tax: 99.75,
  Total: 399,
  TaxRule: 'VAT',
  Comment: 'Natural',
};

describe('createInvoice', () => {
  it('invoices the given lines and charges as a new invoice of an advanced sale', async () => {
    const { server, client } = await obeying();
    await client.createInvoice(INVOICE);
    expect(server.requests.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/sale/invoice',
        body: {
          SaleID: SALE_ID,
          TaskID: NO_TASK,
          CombineAdditionalCharges: false,
          Status: 'AUTHORISED',
          InvoiceDate: '2026-05-12T00:00:00',
          Memo: 'Shipment of SO-7-1 box 1',
          InvoiceDueDate: '2026-05-26T00:00:00',
          LinkedFulfillmentNumber: '2',
          Lines: [WIRE_LINE],
          AdditionalCharges: [
            {
              Description: 'Freight',
              Quantity: 1,
              Price: 80,
              Discount: 10,
              Tax: 18,
              Total: 72,
              TaxRule: 'VAT',
            },
          ],
        },
      },
    ]);
  });

  it('fills the only invoice of a simple sale as a draft, without a fulfilment number', async () => {
    const { server, client } = await obeying();
    await client.createInvoice({ ...INVOICE, taskId: SALE_ID, status: 'DRAFT', fulfilmentNumber: 0 });
    const [body] = server.requests.map((request) => request.body);
    expect(body).toMatchObject({ TaskID: SALE_ID, Status: 'DRAFT' });
    expect(body).not.toHaveProperty('LinkedFulfillmentNumber');
  });

  it('names the order in a refusal', async () => {
    const { client } = await answering([{ ErrorCode: 400, Exception: 'Invoice is authorised' }], 400);
    const error = await getError(client.createInvoice(INVOICE, 'SO-7301-1'));
    expect(error).toBeInstanceOf(Rejected);
    expect(error.message).toBe('DEAR refused: create invoice for SO-7301-1 (HTTP 400)');
  });
});

describe('draftCreditNote', () => {
  it('drafts a new credit note that restocks the goods at the given location', async () => {
    const { server, client } = await obeying();
    await client.draftCreditNote(NOTE);
    expect(server.requests.map(essence)).toEqual([
      {
        method: 'POST',
        path: '/sale/creditnote',
        body: {
          SaleID: SALE_ID,
          TaskID: NO_TASK,
          CombineAdditionalCharges: false,
          CreditNoteInvoiceNumber: 'INV-00318',
          Memo: 'Came back cracked',
          Status: 'DRAFT',
          CreditNoteDate: '2026-06-02T00:00:00',
          Lines: [WIRE_LINE],
          AdditionalCharges: [],
          Restock: [
            {
              ProductID: PRODUCT_ID,
              SKU: 'LAMP-OAK',
              Name: 'Oak lamp',
              Location: 'Dockside 3PL',
              Quantity: 1,
              BatchSN: 'L-09',
              ExpiryDate: '2027-01-31T00:00:00',
              RestockLocation: 'Dockside 3PL',
            },
          ],
        },
      },
    ]);
  });

  it('names the sale where no order is named', async () => {
    const { client } = await answering([{ ErrorCode: 400, Exception: 'Invoice is a draft' }], 400);
    expect((await getError(client.draftCreditNote(NOTE))).details.reference).toBe(SALE_ID);
  });
});

describe('an answer of 200 to a bill', () => {
  it.each([
    null,
    [],
    {},
    { Invoices: [], CreditNotes: [] },
    { Invoices: [{ Memo: 'of another shipment', Status: 'AUTHORISED' }] },
    { Invoices: [{ Memo: INVOICE.memo, Status: 'DRAFT' }] },
    { CreditNotes: [{ Memo: NOTE.memo, Status: 'VOIDED' }] },
  ])('does not complete the write where it shows %j', async (body) => {
    const { client } = await answering(body);
    await expect(client.createInvoice(INVOICE)).rejects.toBeInstanceOf(NotDone);
    await expect(client.draftCreditNote(NOTE)).rejects.toBeInstanceOf(NotDone);
  });

  it('completes the write where it shows the invoice as paid', async () => {
    const { client } = await answering({ Invoices: [{ Memo: INVOICE.memo, Status: 'PAID' }] });
    await expect(client.createInvoice(INVOICE)).resolves.toBeUndefined();
  });
});

it('createInvoice leaves out an empty due date', async () => {
  const { server, client } = await obeying();
  await client.createInvoice({ ...INVOICE, dueDate: null });
  expect(server.requests[0]?.body).not.toHaveProperty('InvoiceDueDate');
});

it('createInvoice and draftCreditNote send nothing again when the answer is lost', async () => {
  const server = await startServer((_, __, socket) => socket.destroy());
  const client = getClient(server);
  for (const write of [
    () => client.createInvoice({ ...INVOICE, taskId: TASK_ID }),
    () => client.draftCreditNote(NOTE),
  ]) {
    await expect(write()).rejects.toBeInstanceOf(AmbiguousWrite);
  }
  expect(server.requests).toHaveLength(2);
});

import { beforeEach, expect, test } from 'vitest';
import {
  billedMugs,
  CUSTOMER,
  getCreditNote,
  getInvoice,
  listening,
  NO_ID,
  readSale,
  refused,
} from './billing.ts';
import { levels, mugs, type Play, play } from './play.ts';

const NOTE = 'sale/creditnote';
let dear: Play;
let id: string;

beforeEach(async () => {
  dear = await play();
  ({ id } = await dear.sell({}));
  for (const stage of ['pick', 'pack', 'ship']) await dear.screen('POST', `sales/${id}/${stage}`);
  await dear.api('POST', 'sale/invoice', getInvoice(id));
});

const post = (more: object = {}) => dear.api('POST', NOTE, getCreditNote(id, more));

test('a credit note returns goods to stock when it is authorised, not as a draft', async () => {
  const events = await listening(dear, 'CreditNoteAuthorised');
  const Restock = [mugs(1, { RestockLocation: 'Workshop: W-01-B' })];
  const draft = await post({ Status: 'DRAFT', Restock, Memo: 'Chipped' });
  expect(draft.json).toMatchObject({
    SaleID: id,
    CreditNotes: [
      {
        TaskID: id,
        CombineAdditionalCharges: false,
        CreditNoteInvoiceNumber: 'INV-00001',
        CreditNoteNumber: 'CR-00001',
        CreditNoteDate: '2026-01-20T00:00:00',
        Memo: 'Chipped',
        Status: 'DRAFT',
        Lines: [{ SKU: 'TRL-MUG-350', Quantity: 1 }],
        Restock: [
          { SKU: 'TRL-MUG-350', Location: 'ShipStation Austin', RestockLocation: 'Workshop: W-01-B' },
        ],
      },
    ],
  });
  expect(await levels(dear, 'TRL-MUG-350', 'Workshop')).toEqual([15, 0, 15]);
  expect(await events()).toEqual([]);
  expect((await post({ TaskID: id, Restock })).json.CreditNotes).toHaveLength(1);
  expect(await levels(dear, 'TRL-MUG-350', 'Workshop')).toEqual([16, 0, 16]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
  expect(await events()).toEqual([
    {
      SaleID: id.toUpperCase(),
      SaleOrderNumber: 'SO-00001',
      CreditNoteNumber: 'CR-00001',
      TaskID: id.toUpperCase(),
      ...CUSTOMER,
      EventType: 'Sale/CreditNoteAuthorised',
    },
  ]);
  const sale = await readSale(dear, id);
  expect(sale).toMatchObject({
    Status: 'CREDITED',
    CombinedInvoiceStatus: 'INVOICED / CREDITED',
    CreditNotes: [{ Status: 'AUTHORISED', Refunds: [], TotalBeforeTax: 14.5, Tax: 1.16, Total: 15.66 }],
  });
  const read = await dear.api('GET', `${NOTE}?SaleID=${id}&IncludePaymentInfo=true`);
  expect(read.json.CreditNotes).toMatchObject([{ CreditNoteBalance: 15.66, Payments: [] }]);
  expect((await dear.api('GET', 'saleList?CreditNoteStatus=AUTHORISED')).json.SaleList).toMatchObject([
    { CreditNoteNumber: 'CR-00001' },
  ]);
});

test.each([
  'SaleID',
  'TaskID',
  'CombineAdditionalCharges',
  'CreditNoteInvoiceNumber',
  'Status',
  'CreditNoteDate',
])('a credit note without %s is refused', async (field) => {
  expect(refused(await post({ [field]: undefined }))).toContain(field);
});

test('a credit note is limited to billed quantities and shipped goods', async () => {
  expect(refused(await post({ CreditNoteInvoiceNumber: 'INV-00009' }))).toContain('INV-00009');
  expect(refused(await post({ TaskID: 'b7e40c91-2d8f-4a53-8c16-3f9a05d2e001' }))).toContain('not found');
  expect(refused(await post({ Lines: [] }))).toContain('without lines');
  expect(refused(await post({ Lines: [billedMugs(4)] }))).toContain('Only 3');
  expect(refused(await post({ Restock: [mugs(4)] }))).toContain('than was shipped');
  expect(refused(await post({ Restock: [mugs(1, { Location: undefined })] }))).toContain('Location');
  expect((await readSale(dear, id)).CreditNotes).toEqual([]);
  expect((await post({ Restock: [mugs(1)] })).status).toBe(200);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([298, 0, 298]);
  expect(refused(await post({ TaskID: id }))).toContain('Credit note is AUTHORISED');
  expect(refused(await post())).toContain('only credit note');
});

test('a credit note requires an authorised or paid invoice', async () => {
  const other = await dear.sell({});
  await dear.api('POST', 'sale/invoice', getInvoice(other.id, { Status: 'DRAFT' }));
  const note = getCreditNote(other.id, { CreditNoteInvoiceNumber: 'INV-00002' });
  expect(refused(await dear.api('POST', NOTE, note))).toContain('INV-00002 is DRAFT');
  await dear.screen('POST', `sales/${other.id}/invoice`);
  await dear.screen('POST', `sales/${other.id}/payment`);
  expect((await readSale(dear, other.id)).Invoices).toMatchObject([{ Status: 'PAID' }]);
  expect((await dear.api('POST', NOTE, note)).status).toBe(200);
  expect((await dear.api('PUT', NOTE, note)).status).toBe(405);
});

test('credit notes of an advanced sale share the billed quantities', async () => {
  const { id: other } = await dear.sell({ type: 'Advanced' });
  await dear.api('POST', 'sale/invoice', getInvoice(other, { TaskID: NO_ID }));
  const credit = (Quantity: number) =>
    dear.api(
      'POST',
      NOTE,
      getCreditNote(other, { CreditNoteInvoiceNumber: 'INV-00002', Lines: [billedMugs(Quantity)] }),
    );
  expect((await credit(2)).status).toBe(200);
  expect(refused(await credit(2))).toContain('Only 1');
  const notes = (await credit(1)).json.CreditNotes;
  expect(new Set(notes.map(({ TaskID }: { TaskID: string }) => TaskID)).size).toBe(2);
  expect(notes[1].CreditNoteNumber).toBe('CR-00002');
});

test('undoing a sale removes the goods of its authorised credit note from stock', async () => {
  expect(refused(await dear.screen('POST', `sales/${id}/creditnote`))).toContain('no draft');
  await post({ Status: 'DRAFT', Restock: [mugs(2)], Lines: [billedMugs(2)] });
  const done = await dear.screen('POST', `sales/${id}/creditnote`);
  expect(done.json.CreditNotes).toMatchObject([{ Status: 'AUTHORISED' }]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([299, 0, 299]);
  const undone = await dear.screen('POST', `sales/${id}/undo`);
  expect(undone.json.CreditNotes).toMatchObject([{ Status: 'DRAFT' }]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 0, 300]);
});

test('a credit note returns a batch to a new location and to a backordered sale', async () => {
  const bar = { SKU: 'TRL-BAR-OAT', Location: 'ShipStation Austin', Quantity: 2 };
  const sold = await dear.sell({ lines: [{ sku: 'TRL-BAR-OAT', quantity: 2 }] });
  for (const step of ['pick', 'pack', 'ship', 'invoice'])
    await dear.screen('POST', `sales/${sold.id}/${step}`);
  const note = (more: object) =>
    dear.api(
      'POST',
      NOTE,
      getCreditNote(sold.id, {
        CreditNoteInvoiceNumber: 'INV-00002',
        Lines: [],
        AdditionalCharges: [
          { Description: 'Goodwill', Quantity: 1, Price: 2, Tax: 0, Total: 2, TaxRule: 'Sales Tax' },
        ],
        Restock: [{ ...bar, RestockLocation: 'Workshop: W-01-A', ...more }],
      }),
    );
  expect(refused(await note({}))).toContain('BatchSN is required');
  expect((await note({ BatchSN: 'OB-2604' })).status).toBe(200);
  const rows = (await dear.api('GET', 'ref/productavailability?Sku=TRL-BAR-OAT&Location=Workshop')).json;
  expect(rows.ProductAvailabilityList).toMatchObject([
    { Bin: 'W-01-A', Batch: 'OB-2604', OnHand: 2, ExpiryDate: '2027-01-31T00:00:00' },
  ]);
});

import { expect, test } from 'vitest';
import { billedMugs, getInvoice, NO_ID, readSale, refused } from './billing.ts';
import { play } from './play.ts';

const INVOICE = 'sale/invoice';

test.each(['SaleID', 'TaskID', 'CombineAdditionalCharges', 'Status', 'InvoiceDate', 'InvoiceDueDate'])(
  'an invoice without %s is refused',
  async (field) => {
    const dear = await play();
    const { id } = await dear.sell({});
    expect(refused(await dear.api('POST', INVOICE, getInvoice(id, { [field]: undefined })))).toContain(field);
  },
);

test.each([
  ['ProductID', undefined],
  ['SKU', undefined],
  ['Name', undefined],
  ['Quantity', 0],
  ['Price', undefined],
  ['Tax', undefined],
  ['Total', undefined],
  ['TaxRule', undefined],
  ['Total', 43.48],
  ['TaxRule', 'Moon Tax'],
  ['SKU', 'TRL-LAMP-HD'],
  ['Discount', 101],
])('an invoice line whose %s is %s is refused', async (field, value) => {
  const dear = await play();
  const { id } = await dear.sell({});
  const Lines = [billedMugs(3, { [field]: value })];
  refused(await dear.api('POST', INVOICE, getInvoice(id, { Lines })));
  expect((await readSale(dear, id)).Invoices).toEqual([]);
});

test('an invoice accepts totals that are rounded to cents', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  const Lines = [billedMugs(3, { Discount: 33.33, Total: 29.0 })];
  expect((await dear.api('POST', INVOICE, getInvoice(id, { Lines }))).status).toBe(200);
});

test('an invoice requires an authorised order, a task of the sale, and the number of an existing fulfilment as a string', async () => {
  const dear = await play();
  const { id } = await dear.sell({ authorise: false });
  const no = async (more: object) => refused(await dear.api('POST', INVOICE, getInvoice(id, more)));
  expect(await no({})).toContain('is DRAFT');
  await dear.screen('POST', `sales/${id}/authorise`);
  expect(await no({ TaskID: NO_ID })).toContain('Simple Sale');
  expect(await no({ TaskID: 'mine' })).toContain('TaskID');
  expect(await no({ LinkedFulfillmentNumber: 1 })).toContain('LinkedFulfillmentNumber');
  expect(await no({ LinkedFulfillmentNumber: '2' })).toContain("'2'");
  expect(await no({ Status: 'PAID' })).toContain('Status');
  expect(await no({ Lines: [] })).toContain('without lines');
  expect(await no({ Lines: [billedMugs(4)] })).toContain('Only 3');
  expect(await no({ Lines: [billedMugs(2), billedMugs(2)] })).toContain('Only 3');
  const lamp = { ProductID: 'b7e40c91-2d8f-4a53-8c16-3f9a05d2e006', SKU: 'TRL-LAMP-HD' };
  expect(await no({ Lines: [billedMugs(1, lamp)] })).toContain('Only 0');
  const combined = await dear.api('POST', INVOICE, getInvoice(id, { CombineAdditionalCharges: true }));
  expect(combined.status).toBe(501);
});

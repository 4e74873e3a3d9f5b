import { expect, test } from 'vitest';
import { getInvoice, listening, readSale, refused } from './billing.ts';
import { play } from './play.ts';

const engraving = { sku: 'SVC-ENGRAVE', quantity: 2 };
const ENGRAVING = {
  ProductID: 'b7e40c91-2d8f-4a53-8c16-3f9a05d2e007',
  SKU: 'SVC-ENGRAVE',
  Name: 'Engraving',
};

test('a service sale has only services, no fulfilment and one invoice', async () => {
  const dear = await play();
  const created = await listening(dear, 'Created');
  const { id, sale } = await dear.sell({ type: 'Service', lines: [engraving] });
  expect(await created()).toMatchObject([{ SaleID: id.toUpperCase(), IsServiceOnly: '1' }]);
  expect(sale).toMatchObject({
    Type: 'Service Sale',
    ServiceOnly: true,
    Fulfilments: [],
    CombinedPickingStatus: 'NOT AVAILABLE',
    FulFilmentStatus: 'NOT AVAILABLE',
  });
  expect(refused(await dear.api('POST', 'sale/fulfilment', { SaleID: id }))).toContain('Service Sale');
  const pick = await dear.api('POST', 'sale/fulfilment/pick', { TaskID: id, AutoPickMode: 'AUTOPICK' });
  expect(pick.json[0].ErrorCode).toBe(404);
  const line = { ...ENGRAVING, Quantity: 2, Price: 9, Tax: 1.44, Total: 18, TaxRule: 'Sales Tax' };
  expect(
    (await dear.api('POST', 'sale/invoice', getInvoice(id, { Lines: [line] }))).json.Invoices,
  ).toMatchObject([{ TaskID: id, Status: 'AUTHORISED' }]);
  const paid = await dear.screen('POST', `sales/${id}/payment`);
  expect(paid.json.Status).toBe('COMPLETED');
});

test('a service sale refuses goods and charges', async () => {
  const dear = await play();
  const { id } = await dear.sell({ type: 'Service', lines: [engraving] });
  const goods = { lines: [{ sku: 'TRL-MUG-350', quantity: 1 }] };
  const charges = [{ description: 'Freight', price: 9 }];
  expect(refused(await dear.screen('PATCH', `sales/${id}`, goods))).toContain('TRL-MUG-350');
  expect(refused(await dear.screen('PATCH', `sales/${id}`, { charges }))).toContain('charges');
  expect(refused(await dear.screen('POST', 'sales', { ...goods, type: 'Service' }))).toContain('TRL-MUG-350');
});

test('a service is marked NonInventory by the pick only and need not be packed', async () => {
  const dear = await play();
  const { id } = await dear.sell({ lines: [{ sku: 'TRL-MUG-350', quantity: 1 }, engraving] });
  await dear.screen('POST', `sales/${id}/pick`);
  const [listed] = (await readSale(dear, id)).Fulfilments[0].Pick.Lines;
  expect(listed).not.toHaveProperty('NonInventory');
  expect((await dear.api('GET', `sale/fulfilment/pick?TaskID=${id}`)).json.Lines).toMatchObject([
    { SKU: 'TRL-MUG-350', NonInventory: false },
    { SKU: 'SVC-ENGRAVE', Quantity: 2, NonInventory: true },
  ]);
  const packed = await dear.screen('POST', `sales/${id}/pack`);
  expect(packed.json.Fulfilments[0].Pack).toMatchObject({
    Status: 'AUTHORISED',
    Lines: [{ SKU: 'TRL-MUG-350' }],
  });
  expect((await dear.screen('POST', `sales/${id}/ship`)).json.FulFilmentStatus).toBe('FULFILLED');
  expect((await dear.api('GET', 'product?Sku=SVC-ENGRAVE')).json.Products).toMatchObject([
    { Type: 'Service' },
  ]);
});

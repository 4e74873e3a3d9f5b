import { manualTimeline } from 'dear-sandbox/kit';
import { expect, test } from 'vitest';
import { AUSTIN, getPack, getPick, getShip, levels, mugs, play } from './play.ts';

test('numbers sales in sequence, and the API finds a sale by its number', async () => {
  const { sell, api } = await play();
  await sell({});
  const second = await sell({ customer: 'Fennel & Co', customerReference: 'PO-9' });
  expect(second.number).toBe('SO-00002');
  const found = (await api('GET', 'saleList?Search=so-00002')).json;
  expect(found).toMatchObject({ Total: 1, SaleList: [{ SaleID: second.id, Customer: 'Fennel & Co' }] });
  expect((await api('GET', 'saleList?Search=fennel')).json.Total).toBe(1);
  expect((await api('GET', 'saleList?Search=po-9')).json.Total).toBe(1);
  expect((await api('GET', 'saleList?Search=sparrow')).json.Total).toBe(0);
});

test('lists sales in pages and by time of change', async () => {
  const timeline = manualTimeline();
  const { sell, api, screen } = await play({ timeline });
  const first = await sell({});
  await timeline.advance(60_000);
  await sell({});
  await sell({});
  const page = (await api('GET', 'saleList?Page=2&Limit=2')).json;
  expect([page.Total, page.Page, page.SaleList.length]).toEqual([3, 2, 1]);
  expect((await api('GET', 'saleList?Limit=1001')).status).toBe(400);
  const since = new Date(timeline.now()).toISOString().replace('Z', '');
  expect((await api('GET', `saleList?UpdatedSince=${since}`)).json.Total).toBe(2);
  await screen('PATCH', `sales/${first.number}`, { note: 'Ring twice' });
  expect((await api('GET', `saleList?UpdatedSince=${since}`)).json.Total).toBe(3);
  expect((await api('GET', 'saleList?UpdatedSince=yesterday')).status).toBe(400);
  expect((await api('GET', 'saleList?OrderStatus=DRAFT')).json.Total).toBe(0);
});

test('returns countries as names or as codes', async () => {
  const { sell, api } = await play();
  const { id } = await sell({ shippingAddress: { line1: '1 Rue du Port', city: 'Lyon', country: 'France' } });
  const country = async (query: string) =>
    (await api('GET', `sale?ID=${id}${query}`)).json.ShippingAddress.Country;
  expect(await country('')).toBe('France');
  expect(await country('&CountryFormat=Code2')).toBe('FR');
});

test.each([
  ['fr', 'FR', 'France'],
  ['Korea, Republic of', 'KR', 'South Korea'],
  ['Ivory Coast', 'CI', 'Côte d’Ivoire'],
  ['UK', 'GB', 'United Kingdom'],
  // No officially assigned codes.
  ['FX', 'FX', 'FX'],
  ['XK', 'XK', 'XK'],
  ['Untied States', 'Untied States', 'Untied States'],
])('a country typed as %j has the code %j and the name %j', async (typed, code, name) => {
  const { sell, api } = await play();
  const { id } = await sell({ shippingAddress: { line1: '1 Rue du Port', city: 'Lyon', country: typed } });
  const read = async (query: string) =>
    (await api('GET', `sale?ID=${id}${query}`)).json.ShippingAddress.Country;
  expect([await read('&CountryFormat=Code2'), await read('')]).toEqual([code, name]);
});

test('an address may have display lines only', async () => {
  const { sell, screen } = await play();
  const nothing = { line1: null, line2: null, city: null, state: null, postcode: null, country: null };
  const display = { displayLine1: '14 Quarry Steps', displayLine2: 'Moab UT 84532' };
  const { sale, id } = await sell({ shippingAddress: { ...nothing, ...display } });
  expect(sale.ShippingAddress).toMatchObject({
    Line1: null,
    Country: null,
    DisplayAddressLine1: '14 Quarry Steps',
    DisplayAddressLine2: 'Moab UT 84532',
  });
  const parts = { line1: '16 Quarry Steps', city: 'Moab', country: 'US' };
  expect(
    (await screen('PATCH', `sales/${id}`, { shippingAddress: parts })).json.ShippingAddress,
  ).toMatchObject({
    DisplayAddressLine1: '16 Quarry Steps',
    DisplayAddressLine2: 'Moab United States',
  });
});

test('names the mistake in an input', async () => {
  const { screen } = await play();
  const answer = await screen('POST', 'sales', {
    lines: [{ sku: 'TRL-MUG-350', quantity: 0 }],
    colour: 'red',
  });
  expect(answer.status).toBe(400);
  expect(answer.json.error).toMatch(/quantity[\s\S]*|colour/);
  const unknown = await screen('POST', 'sales', { lines: [{ sku: 'NOPE', quantity: 1 }] });
  expect([unknown.status, unknown.json.error]).toEqual([400, expect.stringContaining("'NOPE'")]);
  expect((await screen('POST', 'sales/SO-99999/void')).status).toBe(404);
  expect((await screen('GET', 'nothing')).status).toBe(404);
});

test('undo releases stock and keeps the lines as drafts that can be authorised again', async () => {
  const dear = await play();
  const { id, number } = await dear.sell({});
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id));
  await dear.api('POST', 'sale/fulfilment/pack', getPack(id));
  await dear.api('POST', 'sale/fulfilment/ship', getShip(id));
  const undone = (await dear.api('DELETE', `sale?ID=${id}&Void=false`)).json;
  expect([undone.Status, undone.Order.Status]).toEqual(['ORDERING', 'DRAFT']);
  expect(undone.Fulfilments).toMatchObject([
    {
      TaskID: id,
      Pick: { Status: 'DRAFT', Lines: [{ Quantity: 3 }] },
      Pack: { Status: 'DRAFT' },
      Ship: { Status: 'DRAFT' },
    },
  ]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 0, 300]);
  expect((await dear.api('DELETE', `sale?ID=${id}`)).status).toBe(400);
  await dear.screen('POST', `sales/${number}/authorise`);
  for (const [stage, body] of [
    ['pick', getPick(id)],
    ['pack', getPack(id)],
    ['ship', getShip(id)],
  ] as const) {
    expect((await dear.api('PUT', `sale/fulfilment/${stage}`, body)).status).toBe(200);
  }
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
});

test('void is permanent and returns shipped goods to stock', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id));
  await dear.api('POST', 'sale/fulfilment/pack', getPack(id));
  await dear.api('POST', 'sale/fulfilment/ship', getShip(id));
  const voided = (await dear.api('DELETE', `sale?ID=${id}&Void=true`)).json;
  expect([voided.Status, voided.Order.Status, voided.CombinedPickingStatus]).toEqual([
    'VOIDED',
    'VOIDED',
    'VOIDED',
  ]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 0, 300]);
  for (const action of ['authorise', 'undo', 'void']) {
    expect((await dear.screen('POST', `sales/${id}/${action}`)).status).toBe(400);
  }
});

test('new stock is allocated to backordered sales, the oldest first, without changing their timestamps', async () => {
  const timeline = manualTimeline();
  const dear = await play({ timeline });
  const lines = [{ sku: 'TRL-LAMP-HD', quantity: 7 }];
  const first = await dear.sell({ lines });
  const second = await dear.sell({ lines: [{ sku: 'TRL-LAMP-HD', quantity: 4 }] });
  const backorder = async (id: string) =>
    (await dear.api('GET', `sale?ID=${id}`)).json.Order.Lines[0].BackorderQuantity;
  expect([await backorder(first.id), await backorder(second.id)]).toEqual([2, 4]);
  await timeline.advance(1_000);
  await dear.screen('PATCH', 'stock', { sku: 'TRL-LAMP-HD', location: AUSTIN, onHand: 8 });
  const since = new Date(timeline.now()).toISOString();
  expect((await dear.api('GET', `saleList?UpdatedSince=${since}`)).json.Total).toBe(0);
  expect([await backorder(first.id), await backorder(second.id)]).toEqual([0, 3]);
  await dear.screen('POST', `sales/${first.id}/void`);
  expect(await backorder(second.id)).toBe(0);
});

test('two lines of a product share its stock', async () => {
  const { sell } = await play();
  const lines = [
    { sku: 'TRL-LAMP-HD', quantity: 4 },
    { sku: 'TRL-LAMP-HD', quantity: 3 },
  ];
  const { sale } = await sell({ lines });
  expect(sale.Order.Lines).toMatchObject([{ BackorderQuantity: 0 }, { BackorderQuantity: 2 }]);
});

test('lines can change until the pick and the address until shipping', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  const lines = [{ sku: 'TRL-MUG-350', quantity: 5, comment: 'blue ones' }];
  expect((await dear.screen('PATCH', `sales/${id}`, { lines })).json.Order.Lines).toMatchObject([
    { Quantity: 5 },
  ]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 5, 295]);
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id, [mugs(5)]));
  expect((await dear.screen('PATCH', `sales/${id}`, { lines })).status).toBe(400);
  const moved = await dear.screen('PATCH', `sales/${id}`, {
    shippingAddress: { line1: '9 New Road' },
    carrier: 'Mule',
  });
  expect(moved.json).toMatchObject({
    Carrier: 'Mule',
    ShippingAddress: { Line1: '9 New Road', City: 'Denver' },
  });
  await dear.api('POST', 'sale/fulfilment/pack', getPack(id, [mugs(5, { Box: 'B1' })]));
  await dear.api('POST', 'sale/fulfilment/ship', getShip(id));
  expect((await dear.screen('PATCH', `sales/${id}`, { carrier: 'Pigeon' })).status).toBe(400);
});

test('products, locations and stock can be added', async () => {
  const dear = await play();
  const { screen, api } = dear;
  await screen('POST', 'locations', { name: 'Pop-up', bins: ['P-1'] });
  await screen('POST', 'products', {
    sku: 'NEW-1',
    weight: 1,
    weightUnits: 'kg',
    customFields: { ProductCustomField2: 'Red' },
  });
  await screen('PATCH', 'stock', { sku: 'NEW-1', location: 'Pop-up: P-1', onHand: 4 });
  expect(await levels(dear, 'NEW-1', 'Pop-up')).toEqual([4, 0, 4]);
  expect((await api('GET', 'product?Sku=NEW')).json.Products).toMatchObject([
    { SKU: 'NEW-1', WeightUnits: 'kg' },
  ]);
  const rows = (await api('GET', 'ref/productavailability?Sku=NEW-1')).json.ProductAvailabilityList;
  expect(rows).toMatchObject([{ Location: 'Pop-up', Bin: 'P-1', StockOnHand: 16 }]);
  const locations = (await api('GET', 'ref/location?Name=Pop')).json.LocationList;
  expect(locations[0].Bins[0].ID).toMatch(/^[0-9A-F-]{36}$/);
  expect((await screen('POST', 'products', { sku: 'NEW-1' })).status).toBe(400);
  expect((await screen('POST', 'locations', { name: 'pop-up' })).status).toBe(400);
});

test('a new company has every kind of location and unit of weight', async () => {
  const { api } = await play();
  const locations = (await api('GET', 'ref/location')).json.LocationList;
  const warehouses = locations.filter(({ ParentID }: { ParentID: string | null }) => ParentID === null);
  expect(warehouses.map(({ Name }: { Name: string }) => Name)).toContain(AUSTIN);
  expect(warehouses.filter(({ IsDefault }: { IsDefault: boolean }) => IsDefault)).toHaveLength(1);
  expect((await api('GET', 'ref/location?Deprecated=true')).json.Total).toBe(1);
  const products = (await api('GET', 'product')).json.Products;
  const units = new Set(products.map(({ WeightUnits }: { WeightUnits: string }) => WeightUnits));
  expect([...units].sort()).toEqual(['', 'g', 'kg', 'lb', 'oz']);
  expect((await api('GET', 'me')).json).toMatchObject({ Currency: 'USD', DefaultWeightUnits: 'g' });
});

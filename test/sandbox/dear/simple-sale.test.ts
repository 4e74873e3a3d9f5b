import { expect, test } from 'vitest';
import { AUSTIN, getPack, getPick, getShip, levels, mugs, type Play, play, shipLine } from './play.ts';

const PICK = 'sale/fulfilment/pick';
const PACK = 'sale/fulfilment/pack';
const SHIP = 'sale/fulfilment/ship';

/** What a refusal says, after checking that it is one. */
async function refusal({ api }: Play, method: string, path: string, body: object): Promise<string> {
  const answer = await api(method, path, body);
  expect(answer.status, answer.text).toBe(400);
  return answer.json[0].Exception;
}

test('a simple sale goes from order to shipment with its statuses and stock', async () => {
  const dear = await play();
  const { id, number, sale } = await dear.sell({ carrier: 'UPS Ground' });
  expect(number).toBe('SO-00001');
  expect(sale.Fulfilments).toMatchObject([{ TaskID: id, Pick: { Status: 'NOT AVAILABLE', Lines: [] } }]);
  const statuses = async () => {
    const { json } = await dear.api('GET', `sale?ID=${id.toUpperCase()}&HideInventoryMovements=true`);
    const { Status, CombinedPickingStatus, CombinedPackingStatus, CombinedShippingStatus, FulFilmentStatus } =
      json;
    return [Status, CombinedPickingStatus, CombinedPackingStatus, CombinedShippingStatus, FulFilmentStatus];
  };
  expect(await statuses()).toEqual(['ORDERED', 'NOT PICKED', 'NOT PACKED', 'NOT SHIPPED', 'NOT FULFILLED']);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 3, 297]);
  expect((await dear.api('POST', PICK, getPick(id))).json).toMatchObject({
    TaskID: id,
    Status: 'AUTHORISED',
  });
  expect(await statuses()).toEqual(['PICKED', 'PICKED', 'NOT PACKED', 'NOT SHIPPED', 'NOT FULFILLED']);
  expect((await dear.api('POST', PACK, getPack(id))).json.Lines).toMatchObject([{ Box: 'B1', Quantity: 3 }]);
  expect(await statuses()).toEqual(['PACKED', 'PICKED', 'PACKED', 'NOT SHIPPED', 'NOT FULFILLED']);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 3, 297]);
  const shipped = await dear.api(
    'POST',
    SHIP,
    getShip(id, [shipLine('B1', 'TRK-1', { Carrier: 'Alpine Courier' })]),
  );
  expect(shipped.json).toMatchObject({
    Status: 'AUTHORISED',
    Lines: [{ Boxes: 'B1', TrackingNumber: 'TRK-1' }],
  });
  expect(await statuses()).toEqual(['SHIPPING', 'PICKED', 'PACKED', 'SHIPPED', 'FULFILLED']);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
  expect((await dear.api('GET', `sale?ID=${id}`)).json.CombinedTrackingNumbers).toBe('TRK-1');
  expect((await dear.api('GET', 'ref/carrier?Description=alpine')).json.Total).toBe(1);
});

test('each stage requires the previous one and is written once', async () => {
  const dear = await play();
  const { id } = await dear.sell({ authorise: false });
  expect(await refusal(dear, 'POST', PICK, getPick(id))).toContain('is DRAFT');
  await dear.screen('POST', `sales/${id}/authorise`);
  expect(await refusal(dear, 'POST', PACK, getPack(id))).toContain('Pick is NOT AVAILABLE');
  expect(await refusal(dear, 'POST', SHIP, getShip(id))).toContain('Pack is NOT AVAILABLE');
  await dear.api('PUT', PICK, { ...getPick(id), Status: 'DRAFT' });
  expect(await refusal(dear, 'PUT', PACK, getPack(id))).toContain('Pick is DRAFT');
  await dear.api('PUT', PICK, getPick(id));
  expect(await refusal(dear, 'PUT', PICK, getPick(id))).toContain('Pick is AUTHORISED');
  await dear.api('POST', PACK, { ...getPack(id), Status: 'DRAFT' });
  expect(await refusal(dear, 'POST', SHIP, getShip(id))).toContain('Pack is DRAFT');
  await dear.api('PUT', PACK, getPack(id));
  expect(await refusal(dear, 'PUT', PACK, getPack(id))).toContain('Pack is AUTHORISED');
  await dear.api('POST', SHIP, getShip(id));
  expect(await refusal(dear, 'POST', SHIP, getShip(id))).toContain('Shipment is AUTHORISED');
  expect(await refusal(dear, 'PUT', SHIP, getShip(id))).toContain('Shipment is AUTHORISED');
});

test('a pick is limited to outstanding quantities and to stock at its location', async () => {
  const dear = await play();
  const { id } = await dear.sell({ lines: [{ sku: 'TRL-LAMP-HD', quantity: 4 }] });
  const lamps = (more: object) =>
    getPick(id, [{ SKU: 'TRL-LAMP-HD', Location: AUSTIN, Quantity: 4, ...more }]);
  const no = (more: object) => refusal(dear, 'POST', PICK, lamps(more));
  expect(await refusal(dear, 'POST', PICK, getPick(id))).toContain('is not on order SO-00001');
  expect(await no({ Quantity: 5 })).toContain('Only 4');
  expect(await no({ Quantity: 0 })).toContain('Quantity');
  expect(await no({ Location: undefined })).toContain('Location or LocationID');
  expect(await no({ Location: 'Main Warehouse' })).toContain('not enough stock');
  expect(await no({ SKU: 'TRL-MUG-350', ProductID: 'b7e40c91-2d8f-4a53-8c16-3f9a05d2e006' })).toContain(
    'different',
  );
  const missing = await dear.api('POST', PICK, lamps({ Location: 'Nowhere' }));
  expect([missing.status, missing.json[0].ErrorCode]).toEqual([400, 404]);
  const deprecated = await dear.api('POST', PICK, lamps({ Location: 'Old Mill Depot' }));
  expect([deprecated.status, deprecated.json[0].ErrorCode]).toEqual([400, 404]);
  expect((await dear.api('POST', PICK, lamps({}))).status).toBe(200);
});

test('a pick at another location cannot take stock that is allocated to another order', async () => {
  const dear = await play();
  await dear.sell({ location: 'Main Warehouse', lines: [{ sku: 'TRL-LAMP-HD', quantity: 2 }] });
  const { id } = await dear.sell({ lines: [{ sku: 'TRL-LAMP-HD', quantity: 2 }] });
  const pick = (Quantity: number) =>
    getPick(id, [{ SKU: 'TRL-LAMP-HD', Location: 'Main Warehouse', Quantity }]);
  expect(await refusal(dear, 'POST', PICK, pick(2))).toContain('not enough stock');
  await dear.api('POST', PICK, pick(1));
  expect(await levels(dear, 'TRL-LAMP-HD', 'Main Warehouse')).toEqual([3, 3, 0]);
  expect(await levels(dear, 'TRL-LAMP-HD')).toEqual([5, 1, 4]);
});

test('a pick names the batch of goods with batches and a bin by its full name', async () => {
  const dear = await play();
  const { id } = await dear.sell({ lines: [{ sku: 'TRL-BAR-OAT', quantity: 250 }] });
  const bars = (Quantity: number, more: object = {}) => ({
    SKU: 'TRL-BAR-OAT',
    Location: AUSTIN,
    Quantity,
    ...more,
  });
  expect(await refusal(dear, 'POST', PICK, getPick(id, [bars(250)]))).toContain('BatchSN is required');
  expect(await refusal(dear, 'POST', PICK, getPick(id, [bars(250, { BatchSN: 'OB-2604' })]))).toContain(
    'not enough',
  );
  const picked = await dear.api('POST', PICK, { TaskID: id, AutoPickMode: 'AUTOPICK' });
  expect(picked.json.Lines).toMatchObject([
    { BatchSN: 'OB-2604', ExpiryDate: '2027-01-31T00:00:00', Quantity: 200 },
    { BatchSN: 'OB-2610', Quantity: 50 },
  ]);
  const workshop = await dear.sell({ location: 'Workshop', lines: [{ sku: 'TRL-STOVE-1B', quantity: 2 }] });
  const stoves = (Location: string) => getPick(workshop.id, [{ SKU: 'TRL-STOVE-1B', Location, Quantity: 2 }]);
  expect(await refusal(dear, 'POST', PICK, stoves('Workshop'))).toContain('not enough stock');
  expect((await dear.api('POST', PICK, stoves('Workshop: W-01-B'))).status).toBe(200);
});

test('auto-pick leaves out backorders, drop shipments and services', async () => {
  const dear = await play();
  const { id, sale } = await dear.sell({
    lines: [
      { sku: 'TRL-LAMP-HD', quantity: 7 },
      { sku: 'TRL-MUG-350', quantity: 1, dropShip: true },
      { sku: 'SVC-ENGRAVE', quantity: 1 },
    ],
  });
  expect(sale.Status).toBe('BACKORDERED');
  expect(sale.Order.Lines.map((line: { BackorderQuantity: number }) => line.BackorderQuantity)).toEqual([
    2, 0, 0,
  ]);
  const picked = await dear.api('POST', PICK, { TaskID: id, AutoPickMode: 'AUTOPICK' });
  expect(picked.json).toMatchObject({ Status: 'AUTHORISED', Lines: [{ SKU: 'TRL-LAMP-HD', Quantity: 5 }] });
  expect(picked.json.Lines).toHaveLength(1);
  expect((await dear.api('GET', `sale?ID=${id}`)).json.CombinedPickingStatus).toBe('PARTIALLY PICKED');
});

test('a pack requires all picked goods, in named boxes', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  await dear.api('POST', PICK, getPick(id));
  const no = (lines: object[]) => refusal(dear, 'POST', PACK, getPack(id, lines));
  expect(await no([mugs(3)])).toContain('Box');
  expect(await no([{ SKU: 'TRL-MUG-350', Quantity: 3, Box: 'B1' }])).toContain('Location');
  expect(await no([mugs(2, { Box: 'B1' }), mugs(2, { Box: 'B2' })])).toContain('4 of product');
  expect(await no([mugs(3, { Box: 'B1', Location: 'Main Warehouse' })])).toContain('0 was picked');
  expect(await no([mugs(2, { Box: 'B1' })])).toContain('Not all picked goods are packed');
  expect((await dear.api('POST', PACK, getPack(id))).status).toBe(200);
});

test('POST adds to a draft pack and PUT replaces it', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  await dear.api('POST', PICK, getPick(id));
  await dear.api('POST', PACK, { ...getPack(id, [mugs(2, { Box: 'B1' })]), Status: 'DRAFT' });
  const added = await dear.api('POST', PACK, { ...getPack(id, [mugs(1, { Box: 'B2' })]), Status: 'DRAFT' });
  expect(added.json.Lines.map((line: { Box: string }) => line.Box)).toEqual(['B1', 'B2']);
  const replaced = await dear.api('PUT', PACK, getPack(id, [mugs(3, { Box: 'B9' })]));
  expect(replaced.json.Lines.map((line: { Box: string }) => line.Box)).toEqual(['B9']);
});

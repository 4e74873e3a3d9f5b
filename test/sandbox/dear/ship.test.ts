import { beforeEach, expect, test } from 'vitest';
import { getPack, getPick, getShip, levels, mugs, type Play, play, shipLine } from './play.ts';

const SHIP = 'sale/fulfilment/ship';
let dear: Play;
let id: string;

beforeEach(async () => {
  dear = await play();
  ({ id } = await dear.sell({}));
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id));
  await dear.api(
    'POST',
    'sale/fulfilment/pack',
    getPack(id, [mugs(2, { Box: 'B1' }), mugs(1, { Box: 'B2' })]),
  );
});

const ship = (method: string, lines: object[], more: object = {}) =>
  dear.api(method, SHIP, getShip(id, lines, more));

test.each([
  ['no carrier', shipLine('B1,B2', 'T', { Carrier: ' ' }), 'Carrier'],
  ['no date', shipLine('B1,B2', 'T', { ShipmentDate: undefined }), 'ShipmentDate'],
  ['a date that is none', shipLine('B1,B2', 'T', { ShipmentDate: '06/01/2026' }), 'ShipmentDate'],
  ['no box', shipLine('', 'T'), 'Box'],
  ['a box that was not packed', shipLine('B3', 'T'), "Box 'B3' was not packed"],
  ['a tracking number of 257 characters', shipLine('B1', 'x'.repeat(257)), 'TrackingNumber'],
])('refuses a shipment line with %s', async (_, line, upstreamMessage) => {
  const answer = await ship('POST', [line]);
  expect(answer.status).toBe(400);
  expect(answer.json[0].Exception).toContain(upstreamMessage);
});

test('refuses a box on two lines and a PUT that omits a box', async () => {
  expect((await ship('POST', [shipLine('B1'), shipLine('B1,B2')])).text).toContain('more than one line');
  expect((await ship('PUT', [shipLine('B1')])).text).toContain("Box 'B2' was packed but has no line");
});

test('boxes on one line ship together', async () => {
  const answer = await ship('POST', [shipLine('B1, B2', 'x'.repeat(256))]);
  expect(answer.json).toMatchObject({ Status: 'AUTHORISED', Lines: [{ Boxes: 'B1,B2', TrackingURL: '' }] });
});

test('shipping some boxes is a partial shipment, and a correction may ship the others', async () => {
  const partial = await ship('POST', [shipLine('B1'), shipLine('B2', '', { IsShipped: false })]);
  expect(partial.json.Status).toBe('PARTIALLY AUTHORISED');
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([298, 1, 297]);
  const sale = (await dear.api('GET', `sale?ID=${id}`)).json;
  expect([sale.CombinedShippingStatus, sale.FulFilmentStatus]).toEqual([
    'PARTIALLY SHIPPED',
    'PARTIALLY FULFILLED',
  ]);
  expect((await ship('PUT', [shipLine('B1'), shipLine('B2')])).status).toBe(400);
  const rest = await ship('PUT', [shipLine('B1'), shipLine('B2')], { AddTrackingNumbers: true });
  expect(rest.json.Status).toBe('AUTHORISED');
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
});

test('a correction changes tracking and carrier and requires every box', async () => {
  await ship('POST', [shipLine('B1'), shipLine('B2')]);
  expect((await ship('PUT', [shipLine('B1')], { AddTrackingNumbers: true })).status).toBe(400);
  await ship('PUT', [shipLine('B1'), shipLine('B2', 'NEW', { Carrier: 'Alpine Courier' })], {
    AddTrackingNumbers: true,
  });
  const sale = (await dear.api('GET', `sale?ID=${id}`)).json;
  expect(sale.CombinedTrackingNumbers).toBe('TRK-B1, NEW');
  expect(sale.Fulfilments[0].Ship.Lines[1].Carrier).toBe('Alpine Courier');
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
  expect((await ship('POST', [shipLine('B1')], { AddTrackingNumbers: true })).status).toBe(400);
});

test('a shipped box stays shipped', async () => {
  await ship('POST', [shipLine('B1'), shipLine('B2', '', { IsShipped: false })]);
  const correction = { AddTrackingNumbers: true };
  const both = await ship('PUT', [shipLine('B1', 'T', { IsShipped: false }), shipLine('B2')], correction);
  expect(both.json.Status).toBe('AUTHORISED');
});

test('a line without IsShipped ships nothing', async () => {
  const answer = await ship('POST', [shipLine('B1,B2', 'T', { IsShipped: undefined })]);
  expect(answer.json.Status).toBe('DRAFT');
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 3, 297]);
});

test('RequireBy changes the order, and an address changes the shipment only', async () => {
  const ShippingAddress = { Line1: '5 Pine Court', City: 'Boulder', Postcode: '80301', Country: 'Canada' };
  await ship('POST', [shipLine('B1,B2')], { RequireBy: '2026-02-01T00:00:00', ShippingAddress });
  const sale = (await dear.api('GET', `sale?ID=${id}&CountryFormat=Code2`)).json;
  expect(sale.ShipBy).toBe('2026-02-01T00:00:00');
  expect(sale.Fulfilments[0].Ship.ShippingAddress).toMatchObject({ Line1: '5 Pine Court', Country: 'CA' });
  expect(sale.ShippingAddress.Country).toBe('US');
});

test("refuses goods of a location that DEAR's own integration ships", async () => {
  const tent = { SKU: 'TRL-TENT-2P', Location: 'Harbor Logistics', Quantity: 1 };
  const sold = await dear.sell({
    location: 'Harbor Logistics',
    lines: [{ sku: 'TRL-TENT-2P', quantity: 1 }],
  });
  await dear.api('POST', 'sale/fulfilment/pick', getPick(sold.id, [tent]));
  await dear.api('POST', 'sale/fulfilment/pack', getPack(sold.id, [{ ...tent, Box: 'T1' }]));
  const answer = await dear.api('POST', SHIP, getShip(sold.id, [shipLine('T1')]));
  expect(answer.status).toBe(400);
  expect(answer.json[0].Exception).toContain('external location');
});

import { expect, test } from 'vitest';
import { listening, refused } from './billing.ts';
import { AUSTIN, byHand, levels, play } from './play.ts';

test('picking, packing and shipping by a person publish the same events as the API', async () => {
  const dear = await play();
  const events = await listening(dear, 'PickAuthorised', 'PackAuthorised', 'ShipmentAuthorised');
  const { id } = await dear.sell({ carrier: 'UPS Ground' });
  const hand = byHand(dear, id);
  expect(refused(await hand('pack'))).toContain('Pick is NOT AVAILABLE');
  expect(refused(await hand('ship'))).toContain('Pack is NOT AVAILABLE');
  expect((await hand('pick')).json.Fulfilments[0].Pick).toMatchObject({
    Status: 'AUTHORISED',
    Lines: [{ SKU: 'TRL-MUG-350', Location: AUSTIN, Quantity: 3 }],
  });
  expect(refused(await hand('pick'))).toContain('Pick is AUTHORISED');
  expect((await hand('pack')).json.Fulfilments[0].Pack).toMatchObject({
    Status: 'AUTHORISED',
    Lines: [{ Box: 'Box 1', Quantity: 3 }],
  });
  const shipped = (await hand('ship')).json;
  expect(shipped.Fulfilments[0].Ship).toMatchObject({
    Status: 'AUTHORISED',
    Lines: [{ Boxes: 'Box 1', Carrier: 'UPS Ground', TrackingNumber: '', IsShipped: true }],
  });
  expect(shipped).toMatchObject({ CombinedTrackingNumbers: '', FulFilmentStatus: 'FULFILLED' });
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
  expect((await events()).map(({ EventType }) => EventType)).toEqual([
    'Sale/PickAuthorised',
    'Sale/PackAuthorised',
    'Sale/ShipmentAuthorised',
  ]);
});

test('a sale that is picked at two locations is packed in one box for each', async () => {
  const dear = await play();
  const { id } = await dear.sell({
    lines: [
      { sku: 'TRL-MUG-350', quantity: 3 },
      { sku: 'TRL-KNIFE-S', quantity: 1 },
    ],
  });
  const hand = byHand(dear, id);
  const lines = [
    { sku: 'TRL-MUG-350', quantity: 2 },
    { sku: 'TRL-MUG-350', quantity: 1, location: 'Main Warehouse' },
    { sku: 'TRL-KNIFE-S', quantity: 1, location: 'Main Warehouse' },
  ];
  expect((await hand('pick', { lines })).status).toBe(200);
  const [fulfilment] = (await hand('pack')).json.Fulfilments;
  expect(
    fulfilment.Pack.Lines.map((line: Record<string, string>) => [line.SKU, line.Location, line.Box]),
  ).toEqual([
    ['TRL-MUG-350', AUSTIN, 'Box 1'],
    ['TRL-MUG-350', 'Main Warehouse', 'Box 2'],
    ['TRL-KNIFE-S', 'Main Warehouse', 'Box 2'],
  ]);
});

test('a pick by a person leaves backorders out, and drafts can be replaced', async () => {
  const dear = await play();
  const { id } = await dear.sell({ lines: [{ sku: 'TRL-LAMP-HD', quantity: 7 }] });
  const hand = byHand(dear, id);
  expect((await hand('pick', { status: 'DRAFT' })).json).toMatchObject({
    CombinedPickingStatus: 'PICKING',
    Fulfilments: [{ Pick: { Status: 'DRAFT', Lines: [{ Quantity: 5 }] } }],
  });
  const four = [{ sku: 'TRL-LAMP-HD', quantity: 4 }];
  await hand('pick', { lines: four });
  expect(refused(await hand('pack', { lines: four.map((line) => ({ ...line, quantity: 5 })) }))).toContain(
    '4 was',
  );
  const boxed = [
    { sku: 'TRL-LAMP-HD', quantity: 1, box: 'Small' },
    { sku: 'TRL-LAMP-HD', quantity: 3 },
  ];
  await hand('pack', { status: 'DRAFT', lines: boxed });
  expect((await hand('pack', { lines: boxed })).json.Fulfilments[0].Pack.Lines).toMatchObject([
    { Box: 'Small', Quantity: 1 },
    { Box: 'Box 1', Quantity: 3 },
  ]);
  expect(refused(await hand('ship', { boxes: [{ box: 'Large' }] }))).toContain("'Large'");
  const partly = await hand('ship', { boxes: [{ box: 'Small', trackingNumber: 'T-1', carrier: 'Mule' }] });
  expect(partly.json.Fulfilments[0].Ship).toMatchObject({
    Status: 'PARTIALLY AUTHORISED',
    Lines: [
      { Boxes: 'Small', TrackingNumber: 'T-1', Carrier: 'Mule', IsShipped: true },
      { Boxes: 'Box 1', Carrier: 'DEFAULT Carrier', IsShipped: false },
    ],
  });
  const rest = await hand('ship', { carrier: 'Skip fulfillment' });
  expect(rest.json.Fulfilments[0].Ship).toMatchObject({
    Status: 'AUTHORISED',
    Lines: [
      { Boxes: 'Small', TrackingNumber: 'T-1', Carrier: 'Mule' },
      { Boxes: 'Box 1', Carrier: 'Skip fulfillment', IsShipped: true },
    ],
  });
});

test('a draft shipment ships nothing', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  const hand = byHand(dear, id);
  for (const step of ['pick', 'pack']) await hand(step);
  expect((await hand('ship', { status: 'DRAFT' })).json.Fulfilments[0].Ship.Status).toBe('DRAFT');
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 3, 297]);
  expect((await hand('ship')).json.Fulfilments[0].Ship.Status).toBe('AUTHORISED');
});

test('a person works on an advanced sale one fulfilment at a time', async () => {
  const dear = await play();
  const { id } = await dear.sell({ type: 'Advanced' });
  const hand = byHand(dear, id);
  expect(refused(await hand('pick'))).toContain('has no fulfilment');
  await hand('fulfilment');
  expect(refused(await hand('fulfilment'))).toContain('is not picked');
  await hand('pick', { lines: [{ sku: 'TRL-MUG-350', quantity: 1 }] });
  await hand('fulfilment');
  expect((await hand('pick', { fulfilment: 3 })).status).toBe(404);
  await hand('pick', { fulfilment: 2 });
  await hand('pack');
  const packed = (await hand('pack')).json.Fulfilments;
  expect(packed.map(({ Pack }: { Pack: object }) => Pack)).toMatchObject([
    { Status: 'AUTHORISED', Lines: [{ Box: 'Box 1', Quantity: 1 }] },
    { Status: 'AUTHORISED', Lines: [{ Box: 'Box 2', Quantity: 2 }] },
  ]);
  await hand('ship', { fulfilment: 2, boxes: [{ box: 'Box 2', trackingNumber: 'T-2' }] });
  expect((await hand('ship')).json).toMatchObject({
    FulFilmentStatus: 'FULFILLED',
    CombinedTrackingNumbers: 'T-2',
  });
});

test('a person’s edit of tracking is an event', async () => {
  const dear = await play();
  const events = await listening(dear, 'ShipmentTrackingNumberChanged');
  const { id, number } = await dear.sell({});
  const hand = byHand(dear, id);
  expect(refused(await hand('tracking', { trackingNumber: 'T-0' }))).toContain('no shipment');
  await hand('pick');
  const lines = [1, 2].map((quantity) => ({ sku: 'TRL-MUG-350', quantity, box: `B${quantity}` }));
  await hand('pack', { lines });
  await hand('ship');
  expect(await events()).toEqual([]);
  expect(refused(await hand('tracking', { box: 'B9', trackingNumber: 'T-9' }))).toContain(
    'no shipment of that box',
  );
  await hand('tracking', { box: 'B2', trackingNumber: 'T-2', carrier: 'Mule' });
  await hand('tracking', { box: 'B2', trackingNumber: 'T-2' });
  const [sent, ...others] = await events();
  expect(others).toEqual([]);
  expect(sent).toMatchObject({ SaleID: id, TaskID: id, SaleOrderNumber: number });
  expect(sent?.Shipments).toMatchObject([
    { TrackingNumber: '', Carrier: 'DEFAULT Carrier' },
    { TrackingNumber: 'T-2', Carrier: 'Mule' },
  ]);
  const all = (await hand('tracking', { trackingNumber: 'T-3' })).json;
  expect(all.Fulfilments[0].Ship.Lines).toMatchObject([{ TrackingNumber: 'T-3' }, { TrackingNumber: 'T-3' }]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
});

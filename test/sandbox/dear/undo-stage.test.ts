import { expect, test } from 'vitest';
import { CONTACT, listening, readSale, refused } from './billing.ts';
import { byHand, getPick, getShip, levels, mugs, play, shipLine } from './play.ts';

test.each([
  ['ship', ['AUTHORISED', 'AUTHORISED', 'DRAFT'], [300, 3, 297]],
  ['pack', ['AUTHORISED', 'DRAFT', 'DRAFT'], [300, 3, 297]],
  ['pick', ['DRAFT', 'DRAFT', 'DRAFT'], [300, 3, 297]],
  [undefined, ['DRAFT', 'DRAFT', 'DRAFT'], [300, 0, 300]],
])('undoing the stage %s makes it and the later stages drafts', async (stage, statuses, stock) => {
  const dear = await play();
  const events = await listening(dear, 'Undo');
  const { id, number } = await dear.sell({});
  const hand = byHand(dear, id);
  for (const step of ['pick', 'pack', 'ship']) await hand(step);
  const undone = (await hand('undo', stage === undefined ? undefined : { stage })).json;
  const [{ Pick, Pack, Ship }] = undone.Fulfilments;
  expect([Pick.Status, Pack.Status, Ship.Status]).toEqual(statuses);
  expect([Pick.Lines.length, Pack.Lines.length, Ship.Lines.length]).toEqual([1, 1, 1]);
  expect(undone.Order.Status).toBe(stage === undefined ? 'DRAFT' : 'AUTHORISED');
  expect(await levels(dear, 'TRL-MUG-350')).toEqual(stock);
  expect(await events()).toEqual([
    { SaleID: id.toUpperCase(), SaleOrderNumber: number, ...CONTACT, EventType: 'Sale/Undo' },
  ]);
  if (stage === undefined) await hand('authorise');
  for (const step of ['pick', 'pack', 'ship']) await hand(step);
  expect((await readSale(dear, id)).FulFilmentStatus).toBe('FULFILLED');
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([297, 0, 297]);
});

test('undo requires an authorised stage, of the named fulfilment or the last that completed it', async () => {
  const dear = await play();
  const { id } = await dear.sell({ type: 'Advanced' });
  const hand = byHand(dear, id);
  await hand('fulfilment');
  await hand('pick', { lines: [{ sku: 'TRL-MUG-350', quantity: 1 }] });
  await hand('fulfilment');
  await hand('pick');
  expect(refused(await hand('undo', { stage: 'pack' }))).toContain('the pack is NOT AVAILABLE');
  expect(refused(await hand('undo', { stage: 'invoice' }))).toContain('stage');
  const statuses = async (body: object) =>
    (await hand('undo', body)).json.Fulfilments.map(({ Pick }: { Pick: { Status: string } }) => Pick.Status);
  expect(await statuses({ stage: 'pick' })).toEqual(['AUTHORISED', 'DRAFT']);
  expect(await statuses({ stage: 'pick', fulfilment: 1 })).toEqual(['DRAFT', 'DRAFT']);
});

test('the API can write a shipment again after a person undid it', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  const hand = byHand(dear, id);
  await dear.api('PUT', 'sale/fulfilment/pick', { TaskID: id, AutoPickMode: 'AUTOPICK' });
  await hand('pack');
  await hand('ship');
  await hand('undo', { stage: 'ship' });
  const again = await dear.api('PUT', 'sale/fulfilment/ship', getShip(id, [shipLine('Box 1', 'T-7')]));
  expect(again.json).toMatchObject({ Status: 'AUTHORISED', Lines: [{ TrackingNumber: 'T-7' }] });
  expect(refused(await dear.api('POST', 'sale/fulfilment/pick', getPick(id, [mugs(3)])))).toContain(
    'AUTHORISED',
  );
});

import { expect, test } from 'vitest';
import { getPack, getPick, getShip, mugs, type Play, play, shipLine } from './play.ts';

const addFulfilment = async ({ api }: Play, SaleID: string) => {
  const { status, json, text } = await api('POST', 'sale/fulfilment', { SaleID });
  return { status, text, tasks: (json.Fulfilments ?? []).map(({ TaskID }: { TaskID: string }) => TaskID) };
};

test('an advanced sale ships in parts, one fulfilment at a time', async () => {
  const dear = await play();
  const { id, sale } = await dear.sell({ type: 'Advanced' });
  expect([sale.Type, sale.Fulfilments]).toEqual(['Advanced Sale', []]);
  const first = (await addFulfilment(dear, id)).tasks[0];
  expect((await dear.api('GET', `sale/fulfilment/pick?TaskID=${first}`)).json.Status).toBe('DRAFT');
  expect((await addFulfilment(dear, id)).text).toContain('is not picked');
  await dear.api('POST', 'sale/fulfilment/pick', getPick(first, [mugs(2)]));
  const { tasks } = await addFulfilment(dear, id);
  expect(tasks).toEqual([first, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  const second = tasks[1];
  const tooMuch = await dear.api('POST', 'sale/fulfilment/pick', getPick(second, [mugs(2)]));
  expect(tooMuch.json[0].Exception).toContain('Only 1');
  await dear.api('POST', 'sale/fulfilment/pick', getPick(second, [mugs(1)]));
  for (const [task, quantity] of [
    [first, 2],
    [second, 1],
  ] as const) {
    await dear.api('POST', 'sale/fulfilment/pack', getPack(task, [mugs(quantity, { Box: 'B1' })]));
    await dear.api('POST', 'sale/fulfilment/ship', getShip(task, [shipLine('B1', `T-${quantity}`)]));
  }
  const done = (await dear.api('GET', `sale?ID=${id}`)).json;
  expect([done.Status, done.FulFilmentStatus, done.CombinedTrackingNumbers]).toEqual([
    'ORDERED',
    'FULFILLED',
    'T-2, T-1',
  ]);
  const answer = await dear.api('GET', `sale/fulfilment?SaleID=${id}`);
  expect(answer.json.Fulfilments).toMatchObject([
    { FulfillmentNumber: 1, FulFilmentStatus: 'FULFILLED' },
    { FulfillmentNumber: 2, FulFilmentStatus: 'FULFILLED' },
  ]);
});

test('a fulfilment requires an authorised order', async () => {
  const dear = await play();
  const { id } = await dear.sell({ type: 'Advanced', authorise: false });
  expect((await addFulfilment(dear, id)).status).toBe(400);
});

test('a second fulfilment turns a simple sale into an advanced one', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  expect((await addFulfilment(dear, id)).status).toBe(400);
  expect((await dear.api('GET', `sale?ID=${id}`)).json.Type).toBe('Simple Sale');
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id, [mugs(1)]));
  const { tasks } = await addFulfilment(dear, id);
  expect(tasks[0]).toBe(id);
  expect(tasks[1]).not.toBe(id);
  expect((await dear.api('GET', `sale?ID=${id}`)).json.Type).toBe('Advanced Sale');
});

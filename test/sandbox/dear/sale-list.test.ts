import { manualTimeline } from 'dear-sandbox/kit';
import { expect, it } from 'vitest';
import { saleChanges } from '../../../lib/dear/sale-list.ts';
import { getRows } from '../../dear/listing.ts';
import { getCreditNote, getInvoice } from './billing.ts';
import { AUSTIN, byHand, getPack, getPick, getShip, type Play, play, shipLine } from './play.ts';
import { getClient } from './stock.ts';

const DAY_MS = 86_400_000;

/** A sandbox in which a week has passed between every two steps. */
async function weekly() {
  const timeline = manualTimeline();
  const dear = await play({ timeline });
  const client = getClient(dear);
  const now = () => new Date(timeline.now()).toISOString();
  const changedNow = () => getRows(saleChanges(client, now()));
  return { dear, timeline, client, now, changedNow };
}

type Step = (dear: Play, id: string) => Promise<{ status: number; text: string }>;

/** What can happen to a sale, in an order in which it can. */
const LIFE: ReadonlyArray<[string, Step]> = [
  ['its note', ({ screen }, id) => screen('PATCH', `sales/${id}`, { note: 'Ring twice' })],
  [
    'an attribute',
    ({ screen }, id) =>
      screen('PATCH', `sales/${id}`, { additionalAttributes: { AdditionalAttribute1: 'x' } }),
  ],
  [
    'its header',
    ({ api }, id) => api('PUT', 'sale', { ID: id, Customer: 'Juniper & Slate Outfitters', Location: AUSTIN }),
  ],
  ['a draft pick', ({ api }, id) => api('POST', 'sale/fulfilment/pick', { ...getPick(id), Status: 'DRAFT' })],
  ['its pick', ({ api }, id) => api('PUT', 'sale/fulfilment/pick', getPick(id))],
  ['its pack', ({ api }, id) => api('POST', 'sale/fulfilment/pack', getPack(id))],
  ['its shipment', ({ api }, id) => api('POST', 'sale/fulfilment/ship', getShip(id))],
  [
    'its tracking',
    ({ api }, id) =>
      api(
        'PUT',
        'sale/fulfilment/ship',
        getShip(id, [shipLine('B1', 'TRK-2')], { AddTrackingNumbers: true }),
      ),
  ],
  ['an invoice', ({ api }, id) => api('POST', 'sale/invoice', getInvoice(id))],
  ['a payment', (dear, id) => byHand(dear, id)('payment', { amount: 5 })],
  ['a credit note', ({ api }, id) => api('POST', 'sale/creditnote', getCreditNote(id))],
  ['an undone shipment', (dear, id) => byHand(dear, id)('undo', { stage: 'ship' })],
  ['an undone order', ({ api }, id) => api('DELETE', `sale?ID=${id}`)],
  ['its authorisation', (dear, id) => byHand(dear, id)('authorise')],
  ['its void', ({ api }, id) => api('DELETE', `sale?ID=${id}&Void=true`)],
];

it('UpdatedSince lists a sale after every change of it and only then', async () => {
  const { dear, timeline, now, changedNow } = await weekly();
  const { id, number } = await dear.sell({});
  await dear.sell({});
  for (const [what, step] of LIFE) {
    await timeline.advance(7 * DAY_MS);
    expect(await changedNow(), `before ${what}`).toEqual([]);
    const answer = await step(dear, id);
    expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(300);
    expect(await changedNow(), what).toMatchObject([{ saleId: id, orderNumber: number, updatedAt: now() }]);
  }
  const [voided] = await changedNow();
  expect(voided).toMatchObject({ status: 'VOIDED', orderStatus: 'VOIDED', type: 'SIMPLE SALE' });
});

// No one has shown that DEAR says so anywhere, so only a read of the sale may be relied on.
it('UpdatedSince does not list a sale whose backorder was filled by released stock', async () => {
  const { dear, timeline, changedNow } = await weekly();
  const lines = [{ sku: 'TRL-LAMP-HD', quantity: 5 }];
  const first = await dear.sell({ lines });
  const waiting = await dear.sell({ lines });
  await timeline.advance(DAY_MS);
  await dear.screen('POST', `sales/${first.id}/void`);
  expect((await changedNow()).map(({ saleId }) => saleId)).toEqual([first.id]);
  const read = await dear.api('GET', `sale?ID=${waiting.id}`);
  expect(read.json.Order.Lines[0].BackorderQuantity).toBe(0);
});

it('filters sales by the time of change and the location', async () => {
  const { dear, timeline, client, now } = await weekly();
  const start = now();
  const early = await dear.sell({});
  await timeline.advance(DAY_MS);
  const between = now();
  await timeline.advance(DAY_MS);
  const late = await dear.sell({ location: 'ShipStation Reno' });
  expect(await getRows(saleChanges(client, start, between))).toMatchObject([{ saleId: early.id }]);
  const [changed] = await getRows(saleChanges(client, between));
  expect(changed).toMatchObject({ saleId: late.id });
  const reno = await dear.api('GET', `saleList?OrderLocationID=${changed?.locationId.toUpperCase()}`);
  expect(reno.json.SaleList).toMatchObject([{ SaleID: late.id }]);
});

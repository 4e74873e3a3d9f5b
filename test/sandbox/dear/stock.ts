import { onTestFinished } from 'vitest';
import { DearClient } from '../../../lib/dear/client.ts';
import { listLocations } from '../../../lib/dear/reference.ts';
import type { StockTake } from '../../../lib/dear/stock-take.ts';
import { ACCOUNT, AUSTIN, KEY, type Play } from './play.ts';

/** The bridge's own client of that sandbox: what it writes the sandbox has to take. */
export function getClient({ url }: Play): DearClient {
  const client = new DearClient({ baseUrl: url, accountId: ACCOUNT, applicationKey: KEY });
  onTestFinished(() => client.close());
  return client;
}

export async function documentAt(client: DearClient, location = AUSTIN) {
  const places = await listLocations(client);
  const locationId = places.find(({ name }) => name === location)!.id;
  return { locationId, location, account: '540', reference: 'count 1', effectiveDate: '2026-01-05' };
}

/** That product's row of a stock take, counted. */
export function count(take: StockTake, sku: string, quantity: number, batch = '') {
  const row = take.nonZero.find((one) => one.sku === sku && one.batch === batch)!;
  return { ...row, quantity };
}

export const newStock = (sku: string, quantity: number, more: object = {}) => ({
  productId: '',
  sku,
  name: '',
  quantity,
  unitCost: 4.2,
  batch: '',
  expiry: '',
  ...more,
});

/** Every row of stock, as a text that tells it from the others, with what is on hand. */
export async function shelves({ screen }: Play): Promise<Record<string, number>> {
  const rows: Array<Record<string, unknown>> = (await screen('GET', 'stock')).json;
  return Object.fromEntries(
    rows.map(({ SKU, Location, Bin, Batch, OnHand }) => [
      [SKU, Location, Bin, Batch].filter((part) => part !== null).join(' / '),
      Number(OnHand),
    ]),
  );
}

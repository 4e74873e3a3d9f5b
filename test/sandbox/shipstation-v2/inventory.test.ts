import { memoryStorage } from 'dear-sandbox/kit';
import type {
  FulfillmentRow,
  InventoryLevelRow,
  OpeningStock,
  ShipStationState,
} from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { shipStationV2 } from '../../../lib/providers/shipstation-v2/provider.ts';
import { startSandbox } from './sandbox-harness.ts';

interface Levels {
  inventory: InventoryLevelRow[];
  total: number;
  pages: number;
  links: { next: { href?: string } };
}
type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/** That many SKUs of one warehouse. */
const bulkStock = (rows: number, shipFrom: string): OpeningStock[] =>
  Array.from({ length: rows }, (_, index) => {
    return { sku: `BULK-${String(index + 1).padStart(6, '0')}`, quantity: index % 500, shipFrom };
  });

const AUSTIN = { first: 'se-6001', second: 'se-6002' };
const RENO = 'se-6003';
const cups = (quantity: number, shipFrom = 'se-1001') => ({ sku: 'CUP', quantity, shipFrom });

const levels = async ({ call }: Sandbox, query = '') =>
  (await call<Levels>('GET', `/v2/inventory?${query}`)).body;
/** on hand, allocated, available */
const cupsIn = async (sandbox: Sandbox, query = '') =>
  (await levels(sandbox, `sku=CUP&${query}`)).inventory.map((row) => [
    row.on_hand,
    row.allocated,
    row.available,
  ]);
const change = ({ call }: Sandbox, type: string, quantity: number, overrides: object = {}) =>
  call('POST', '/v2/inventory', {
    transaction_type: type,
    inventory_location_id: AUSTIN.first,
    sku: 'CUP',
    quantity,
    ...overrides,
  });
const order = ({ createOne }: Sandbox, reference: string, quantity: number) =>
  createOne(reference, { items: [{ name: 'Cup', sku: 'CUP', quantity }] });

describe('GET /v2/inventory', () => {
  it('pages by its links with the requested page size', async () => {
    const sandbox = await startSandbox({ stock: bulkStock(7, 'se-1001') });
    const skus: string[] = [];
    let page = await levels(sandbox, 'limit=5&page_size=3');
    expect(page).toMatchObject({ total: 7, pages: 3 });
    for (;;) {
      skus.push(...page.inventory.map(({ sku }) => sku));
      if (page.links.next.href === undefined) break;
      page = (await sandbox.call<Levels>('GET', page.links.next.href)).body;
    }
    expect(skus).toEqual(bulkStock(7, 'se-1001').map(({ sku }) => sku));
  });

  it.each(['page_size', 'limit'] as const)(
    'is read whole where only %s says how long a page is',
    async (name) => {
      const sandbox = await startSandbox({ stock: bulkStock(7, 'se-1001') });
      await sandbox.call('PATCH', '/sandbox/settings', { inventoryPageSize: name });
      expect((await levels(sandbox, `${name}=3`)).pages).toBe(3);
      expect((await levels(sandbox, `${name === 'limit' ? 'page_size' : 'limit'}=3`)).pages).toBe(1);
    },
  );

  it('filters by SKU, location and warehouse, and groups by warehouse', async () => {
    const sandbox = await startSandbox({ stock: [cups(5), cups(9, 'se-1002')] });
    await change(sandbox, 'increment', 2, { inventory_location_id: AUSTIN.second });
    expect(await cupsIn(sandbox)).toEqual([
      [5, 0, 5],
      [9, 0, 9],
      [2, 0, 2],
    ]);
    expect(await cupsIn(sandbox, 'inventory_warehouse_id=se-5001')).toHaveLength(2);
    expect(await cupsIn(sandbox, `inventory_location_id=${RENO}`)).toEqual([[9, 0, 9]]);
    expect(await cupsIn(sandbox, 'group_by=warehouse')).toEqual([
      [7, 0, 7],
      [9, 0, 9],
    ]);
    expect((await levels(sandbox, 'sku=BOWL')).total).toBe(0);
    expect((await sandbox.call('GET', '/v2/inventory?group_by=shelf')).status).toBe(400);
    expect((await sandbox.call('GET', '/v2/inventory?page_size=0')).status).toBe(400);
  });

  it('lists 100,000 rows without rebuilding the list for each page', async () => {
    const rows = 100_000;
    const sandbox = await startSandbox({ stock: bulkStock(rows, 'se-1001'), callsPerMinute: rows });
    const settings = { baseUrl: sandbox.url, warehouseId: 'se-1001', inventoryWarehouseId: 'se-5001' };
    const { now } = sandbox.timeline;
    const options = { system: 'shipstation', settings, apiKey: 'sandbox-key', now, pageSize: 500 };
    const provider = shipStationV2(options);
    let read = 0;
    for await (const page of provider.stock()) read += page.length;
    await provider.close();
    expect(read).toBe(rows);
    expect(sandbox.calls().filter(({ path }) => path === '/v2/inventory')).toHaveLength(rows / 500);
  });
});

describe('POST /v2/inventory', () => {
  it('adds, removes and sets stock', async () => {
    const sandbox = await startSandbox();
    expect((await change(sandbox, 'increment', 5)).status).toBe(204);
    expect(await cupsIn(sandbox)).toEqual([[5, 0, 5]]);
    await change(sandbox, 'decrement', 2);
    expect(await cupsIn(sandbox)).toEqual([[3, 0, 3]]);
    await change(sandbox, 'adjust', 0);
    expect(await cupsIn(sandbox)).toEqual([[0, 0, 0]]);
  });

  it('refuses to remove more stock than there is', async () => {
    const sandbox = await startSandbox({ stock: [cups(5)] });
    expect((await change(sandbox, 'decrement', 6)).status).toBe(400);
    expect(await cupsIn(sandbox)).toEqual([[5, 0, 5]]);
  });

  it('moves stock to another location or condition', async () => {
    const sandbox = await startSandbox({ stock: [cups(5)] });
    await change(sandbox, 'modify', 2, { new_inventory_location_id: AUSTIN.second });
    await change(sandbox, 'modify', 1, { new_condition: 'damaged' });
    expect(await cupsIn(sandbox)).toEqual([
      [2, 0, 2],
      [2, 0, 2],
    ]);
    expect((await change(sandbox, 'modify', 3)).status).toBe(400);
  });

  it.each([
    [{ inventory_location_id: 'se-1' }],
    [{ quantity: 1.5 }],
    [{ quantity: 0 }],
    [{ sku: '' }],
    [{ condition: 'lost' }],
    [{ transaction_type: 'forget' }],
  ])('refuses %j', async (overrides) => {
    const sandbox = await startSandbox();
    expect((await change(sandbox, 'increment', 1, overrides)).status).toBe(400);
    expect((await levels(sandbox)).total).toBe(0);
  });
});

describe('stock', () => {
  it('is allocated to a shipment until it is shipped or cancelled', async () => {
    const sandbox = await startSandbox({ stock: [cups(5)] });
    const { shipment_id } = await order(sandbox, 'SO-1-1', 2);
    expect(await cupsIn(sandbox)).toEqual([[5, 2, 3]]);
    await sandbox.call('PUT', `/v2/shipments/${shipment_id}/cancel`, {});
    expect(await cupsIn(sandbox)).toEqual([[5, 0, 5]]);
  });

  it('is reduced by a label, location by location, and restored where the label is voided', async () => {
    const sandbox = await startSandbox({ stock: [cups(3)] });
    await change(sandbox, 'increment', 4, { inventory_location_id: AUSTIN.second });
    const { label_id } = await sandbox.buyLabel((await order(sandbox, 'SO-1-1', 5)).shipment_id);
    expect((await cupsIn(sandbox)).map(([onHand]) => onHand)).toEqual([0, 2]);
    await sandbox.call('POST', `/v2/labels/${label_id}/return`);
    expect((await cupsIn(sandbox)).map(([onHand]) => onHand)).toEqual([0, 2]);
    await sandbox.call('PUT', `/v2/labels/${label_id}/void`);
    await sandbox.call('PUT', `/v2/labels/${label_id}/void`);
    expect((await cupsIn(sandbox)).map(([onHand]) => onHand)).toEqual([3, 4]);
  });

  it('is reduced in the parcel’s warehouse, and not below 0', async () => {
    const sandbox = await startSandbox({ stock: [cups(5), cups(1, 'se-1002')] });
    const { shipment_id } = await order(sandbox, 'SO-1-1', 2);
    await sandbox.call('POST', `/sandbox/shipments/${shipment_id}/edit`, { warehouseId: 'se-1002' });
    await sandbox.buyLabel(shipment_id);
    expect(await cupsIn(sandbox)).toEqual([
      [5, 0, 5],
      [0, 0, 0],
    ]);
  });

  it('is reduced in sellable condition only', async () => {
    const sandbox = await startSandbox({ stock: [cups(5)] });
    await change(sandbox, 'modify', 5, { new_condition: 'damaged' });
    await sandbox.buyLabel((await order(sandbox, 'SO-1-1', 2)).shipment_id);
    await change(sandbox, 'modify', 5, { condition: 'damaged', new_condition: 'sellable' });
    expect(await cupsIn(sandbox)).toEqual([[5, 0, 5]]);
  });

  it('is reduced by a fulfillment and restored where it is voided', async () => {
    const sandbox = await startSandbox({ stock: [cups(5)] });
    const { shipment_id } = await order(sandbox, 'SO-1-1', 2);
    const row = { shipment_id, tracking_number: 'DH1', carrier_code: 'dhl_express' };
    await sandbox.call('POST', '/v2/fulfillments', { fulfillments: [row] });
    expect(await cupsIn(sandbox)).toEqual([[3, 0, 3]]);
    const list = await sandbox.call<{ fulfillments: FulfillmentRow[] }>('GET', '/v2/fulfillments');
    await sandbox.call('POST', `/sandbox/fulfillments/${list.body.fulfillments[0]!.fulfillment_id}/void`);
    expect(await cupsIn(sandbox)).toEqual([[5, 2, 3]]);
  });

  it('is kept over a restart, which does not add the opening stock again', async () => {
    const storage = memoryStorage<ShipStationState>();
    const sandbox = await startSandbox({ storage, stock: [cups(5)] });
    await change(sandbox, 'decrement', 2);
    expect(await cupsIn(await startSandbox({ storage, stock: [cups(5)] }))).toEqual([[3, 0, 3]]);
  });
});

describe('PATCH /sandbox/inventory', () => {
  it('sets the stock at its location or at the named one', async () => {
    const sandbox = await startSandbox({ stock: [cups(5, 'se-1002')] });
    const count = (body: object) => sandbox.call('PATCH', '/sandbox/inventory', body);
    expect((await count({ sku: 'CUP', quantity: 4 })).body).toMatchObject({
      inventory_location_id: RENO,
      on_hand: 4,
    });
    expect((await count({ sku: 'BOWL', quantity: 2 })).body).toMatchObject({
      inventory_location_id: AUSTIN.first,
    });
    await count({ sku: 'CUP', quantity: 1, inventoryLocationId: AUSTIN.second });
    expect((await cupsIn(sandbox)).map(([onHand]) => onHand)).toEqual([4, 1]);
    expect((await count({ sku: 'CUP', quantity: -1 })).body).toMatchObject({ on_hand: -1 });
    expect((await count({ sku: 'CUP', quantity: 1, inventoryLocationId: 'se-1' })).status).toBe(400);
  });
});

describe('inventory warehouses and locations', () => {
  it('are listed and found by id', async () => {
    const { call } = await startSandbox();
    const { body } = await call<{ inventory_warehouses: Array<{ inventory_warehouse_id: string }> }>(
      'GET',
      '/v2/inventory_warehouses',
    );
    const [warehouse] = body.inventory_warehouses;
    const path = `/v2/inventory_warehouses/${warehouse!.inventory_warehouse_id}`;
    expect((await call('GET', path)).body).toEqual(warehouse);
    expect((await call('GET', '/v2/inventory_warehouses/se-1001')).status).toBe(404);
    const query = `inventory_warehouse_id=${warehouse!.inventory_warehouse_id}`;
    const locations = await call<{ total: number }>('GET', `/v2/inventory_locations?${query}`);
    expect(locations.body.total).toBe(2);
    expect((await call('GET', `/v2/inventory_locations/${AUSTIN.first}`)).status).toBe(200);
    expect((await call('GET', '/v2/inventory_locations/se-1')).status).toBe(404);
  });
});

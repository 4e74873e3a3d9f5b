import { describe, expect, it } from 'vitest';
import { parcelReader } from '../../../lib/providers/shipstation-v2/parcel-reader.ts';
import { fulfillment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import { ShipmentGone } from '../../../lib/providers/shipstation-v2/shipment-memory.ts';
import { account, at } from './in-memory-account.ts';
import { aLabel } from './sample-rows.ts';

const aFulfillment = (overrides: object = {}) =>
  fulfillment.parse({ fulfillment_id: 'se-900', shipment_id: 'se-1', created_at: at(-5), ...overrides });
/** Rows that ShipStation has no shipment for any more. */
const GONE = { external_shipment_id: 'SEAuto-7f', external_order_id: 'SO-7-1' };

function reader() {
  const it = account();
  const gone = { ...it.client, shipment: async () => null };
  return { ...it, parcels: parcelReader(it.client, 25), ofGone: parcelReader(gone, 25) };
}

describe('the parcels of an account', () => {
  it('are read with one list for many, and without a call for those of no shipment', async () => {
    const { add, parcels, listShipments, listed, shipmentsRead } = reader();
    listShipments();
    const ids = [add(-30), add(-20), add(-10)];
    const rows = ids.map((id) => aLabel({ label_id: id, shipment_id: id, created_at: at(-30) }));
    await parcels.prepare([...rows, aLabel({ label_id: 'se-99', shipment_id: null })]);
    expect(listed).toHaveLength(1);
    for (const row of rows) await parcels.label(row, false);
    expect([listed.length, shipmentsRead]).toEqual([1, []]);
  });

  it('are not listed where too few of them have a shipment', async () => {
    const { parcels, listed } = reader();
    const bare = aLabel({ label_id: 'se-99', shipment_id: null });
    await parcels.prepare([aLabel(), aLabel({ label_id: 'se-502', shipment_id: 'se-91' }), bare]);
    expect(listed).toEqual([]);
  });

  it('have the goods of their own shipments where orders were marked as shipped', async () => {
    const { parcels } = reader();
    // ShipStation may fill a field that only labels have.
    const rows = ['se-1', 'se-2'].map((id) =>
      aFulfillment({ fulfillment_id: `${id}-f`, shipment_id: id, label_id: null }),
    );
    const reported = [];
    for (const row of rows) reported.push(...(await parcels.fulfillment(row, false)));
    expect(reported).toMatchObject([
      { id: 'fulfillment:se-1-f', reference: 'SO-se-1', contents: [{ sku: 'CUP' }] },
      { id: 'fulfillment:se-2-f', reference: 'SO-se-2', contents: [{ sku: 'CUP' }] },
    ]);
  });

  it('without a shipment cost no call, and hold the rest of the order that their label names', async () => {
    const { parcels, shipmentsRead } = reader();
    const label = aLabel({ shipment_id: null, external_order_id: 'SO-7-1' });
    expect(await parcels.label(label, false)).toMatchObject([{ reference: 'SO-7-1', contents: 'remaining' }]);
    expect(await parcels.fulfillment(aFulfillment({ shipment_id: null }), false)).toEqual([]);
    expect(shipmentsRead).toEqual([]);
  });

  it('whose shipment is gone hold the rest of the order only where that may be assumed', async () => {
    const { ofGone } = reader();
    const label = aLabel(GONE);
    await expect(ofGone.label(label, false)).rejects.toThrow(ShipmentGone);
    await expect(ofGone.fulfillment(aFulfillment(), false)).rejects.toThrow(ShipmentGone);
    expect(await ofGone.label(label, true)).toMatchObject([{ reference: 'SO-7-1', contents: 'remaining' }]);
  });

  it('can be withdrawn or returned although their shipment is gone', async () => {
    const { ofGone } = reader();
    const label = aLabel(GONE);
    expect(await ofGone.shipmentOfLabel(label)).toBeNull();
    expect(await ofGone.packagesOfLabel(label)).toEqual([{ reference: 'SO-7-1', id: 'label:se-501' }]);
    expect(await ofGone.packagesOfFulfillment(aFulfillment())).toEqual([]);
  });
});

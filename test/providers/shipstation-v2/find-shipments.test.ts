import { describe, expect, it } from 'vitest';
import { findShipments, isForeign } from '../../../lib/providers/shipstation-v2/find-shipments.ts';
import { type Shipment, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';

const row = (external_shipment_id: string): Shipment =>
  shipment.parse({ shipment_id: 'se-1', shipment_status: 'pending', external_shipment_id });

function service(
  listed: readonly Shipment[],
  named: Shipment | null,
  current: Shipment | null = listed[0] ?? named,
) {
  const asked: string[] = [];
  return {
    asked,
    shipment: async () => current,
    shipments: async () => ({ page: 1, pages: 1, total: listed.length, rows: listed, unreadable: [] }),
    shipmentNamed: async (name: string) => {
      asked.push(name);
      return named;
    },
  };
}

describe('findShipments', () => {
  it('finds a shipment by its external id where the list does not show it yet', async () => {
    const found = await findShipments(service([], row('SO-1-1')), 'SO-1-1', 25);
    expect(found.map(({ shipment_id }) => shipment_id)).toEqual(['se-1']);
  });

  it('does not look for the external id where the list shows the shipment', async () => {
    const listing = service([row('SO-1-1')], null);
    expect(await findShipments(listing, 'SO-1-1', 25)).toHaveLength(1);
    expect(listing.asked).toEqual([]);
  });

  it('returns a shipment as it is by its id, whatever a list still shows', async () => {
    const cancelled = { ...row('SO-1-1'), shipment_status: 'cancelled' };
    const [found] = await findShipments(service([row('SO-1-1')], null, cancelled), 'SO-1-1', 25);
    expect(found?.shipment_status).toBe('cancelled');
  });

  it('does not return a deleted shipment that a list still shows', async () => {
    expect(await findShipments(service([row('SO-1-1')], null, null), 'SO-1-1', 25)).toEqual([]);
  });

  it('does not return a shipment with another external id', async () => {
    expect(await findShipments(service([], row('SO-1-10')), 'SO-1-1', 25)).toEqual([]);
    expect(await findShipments(service([], null), 'SO-1-1', 25)).toEqual([]);
  });
});

describe('isForeign', () => {
  const ours = { external_shipment_id: 'SO-1-1', shipment_number: 'SO-1-1' };
  const theirs = [{ sku: 'SHIRT-L', quantity: 1 }];
  const skus = ['MUG', 'LAMP'];

  it.each([
    ['ours as it was made', { ...ours, external_order_id: 'SO-1-1', items: theirs }, false],
    ['ours by its items', { ...ours, items: [{ sku: 'X', external_order_id: 'SO-1-1' }] }, false],
    ['ours where the service keeps no ids', { ...ours, items: [{ sku: 'mug', quantity: 1 }] }, false],
    ['ours without items', { ...ours, items: [] }, false],
    [
      'a part of ours that was split',
      { external_shipment_id: null, shipment_number: 'SO-1-1', items: [{ sku: 'LAMP' }] },
      false,
    ],
    ['made by another app with our external id', { ...ours, items: theirs }, true],
    [
      'made by hand with our number and our goods',
      { external_shipment_id: 'se-7', shipment_number: 'SO-1-1', items: [{ sku: 'MUG' }] },
      true,
    ],
    [
      'made by hand with our number',
      { external_shipment_id: null, shipment_number: 'SO-1-1', items: theirs },
      true,
    ],
  ])('judges a shipment: %s', (_, fields, expected) => {
    const made = shipment.parse({ shipment_id: 'se-1', shipment_status: 'pending', ...fields });
    expect(isForeign(made, 'SO-1-1', skus)).toBe(expected);
  });

  it('does not judge by goods where the order’s SKUs are unknown', () => {
    const made = shipment.parse({ shipment_id: 'se-1', shipment_status: 'pending', ...ours, items: theirs });
    expect(isForeign(made, 'SO-1-1')).toBe(false);
  });
});

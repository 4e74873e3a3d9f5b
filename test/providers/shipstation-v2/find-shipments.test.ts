import { describe, expect, it } from 'vitest';
import { shipmentsListedOrNamed } from '../../../lib/providers/shipstation-v2/find-shipments.ts';
import { type Shipment, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';

const row = (external_shipment_id: string): Shipment =>
  shipment.parse({ shipment_id: 'se-1', shipment_status: 'pending', external_shipment_id });

function service(listed: readonly Shipment[], named: Shipment | null) {
  const asked: string[] = [];
  return {
    asked,
    shipments: async () => ({ page: 1, pages: 1, total: listed.length, rows: listed, unreadable: [] }),
    shipmentNamed: async (name: string) => {
      asked.push(name);
      return named;
    },
  };
}

describe('whether an order is at ShipStation', () => {
  it('is known by its name where the list does not show it yet', async () => {
    const found = await shipmentsListedOrNamed(service([], row('SO-1-1')), 'SO-1-1', 25);
    expect(found.map(({ shipment_id }) => shipment_id)).toEqual(['se-1']);
  });

  it('costs no further call where the list shows it', async () => {
    const listing = service([row('SO-1-1')], null);
    expect(await shipmentsListedOrNamed(listing, 'SO-1-1', 25)).toHaveLength(1);
    expect(listing.asked).toEqual([]);
  });

  it('is not concluded from an order of another name', async () => {
    expect(await shipmentsListedOrNamed(service([], row('SO-1-10')), 'SO-1-1', 25)).toEqual([]);
    expect(await shipmentsListedOrNamed(service([], null), 'SO-1-1', 25)).toEqual([]);
  });
});

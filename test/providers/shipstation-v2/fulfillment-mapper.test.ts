import { describe, expect, it } from 'vitest';
import { fulfillment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import { fromShipStationFulfillment } from '../../../lib/providers/shipstation-v2/shipment-mapper.ts';
import { aShipment } from './sample-rows.ts';

describe('fromShipStationFulfillment', () => {
  const row = fulfillment.parse({
    fulfillment_id: 'se-801',
    shipment_id: 'se-90',
    created_at: '2026-01-06T09:30:00Z',
    ship_date: '2026-01-07T00:00:00Z',
    tracking_number: 'DH55',
    fulfillment_carrier_friendly_name: 'DHL Express',
    fulfillment_service_code: 'ext',
    fulfillment_fee: { currency: 'eur', amount: 0 },
    voided: false,
  });

  it('reports the goods of its shipment, without a service where ShipStation has none', () => {
    expect(fromShipStationFulfillment(row, aShipment())).toMatchObject([
      {
        id: 'fulfillment:se-801',
        reference: 'SO-7-1',
        trackingNumbers: ['DH55'],
        carrier: 'DHL Express',
        service: '',
        shippedAt: '2026-01-07T00:00:00.000Z',
        cost: { amount: 0, currency: 'EUR' },
        warehouse: 'se-1001',
        contents: [{ key: 'line-1', quantity: 3 }],
      },
    ]);
  });

  it('reports the service that ShipStation names, and no number where it has none', () => {
    const named = { ...row, fulfillment_service_code: 'tracked_48', tracking_number: '' };
    expect(fromShipStationFulfillment(named, aShipment())).toMatchObject([
      { service: 'tracked_48', trackingNumbers: [] },
    ]);
  });

  it('reports nothing where its shipment is gone, as it has no reference itself', () => {
    expect(fromShipStationFulfillment(row, null)).toEqual([]);
  });
});

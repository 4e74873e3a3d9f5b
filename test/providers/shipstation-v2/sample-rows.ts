import { label, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';

/** ShipStation's rows, parsed by the schemas; override the fields that the test needs. */
export const aLabel = (overrides: object = {}) =>
  label.parse({
    label_id: 'se-501',
    status: 'completed',
    shipment_id: 'se-90',
    external_shipment_id: 'SO-7-1',
    external_order_id: 'SO-7-1',
    created_at: '2026-01-06T09:30:00Z',
    ship_date: '2026-01-06T00:00:00Z',
    tracking_number: '1Z0001',
    carrier_code: 'ups_walleted',
    service_code: 'ups_ground',
    shipment_cost: { currency: 'usd', amount: 9.15 },
    is_return_label: false,
    voided: false,
    packages: [{ tracking_number: '1Z0001' }],
    ...overrides,
  });

export const anItem = (overrides: object = {}) => ({
  sku: 'CUP',
  quantity: 3,
  external_order_id: 'SO-7-1',
  external_order_item_id: 'line-1',
  options: null,
  ...overrides,
});

export const aShipment = (overrides: object = {}) =>
  shipment.parse({
    shipment_id: 'se-90',
    shipment_status: 'label_purchased',
    external_shipment_id: 'SO-7-1',
    external_order_id: 'SO-7-1',
    warehouse_id: 'se-1001',
    items: [anItem()],
    ...overrides,
  });

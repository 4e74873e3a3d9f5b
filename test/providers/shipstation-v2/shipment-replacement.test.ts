import { replaceRequest } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { type Shipment, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import { toShipStationReplacement } from '../../../lib/providers/shipstation-v2/shipment-replacement.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const settings = { warehouseId: 'se-1001', storeId: 'se-7' };
const before = sampleOrder();

/** The shipment as ShipStation returns it, with its own fields and its nulls. */
function kept(overrides: object = {}): Shipment {
  return shipment.parse({
    ...toShipStationOrder(before, settings),
    shipment_id: 'se-90',
    shipment_status: 'pending',
    sales_order_ids: ['se-91'],
    created_at: '2026-01-05T00:00:00Z',
    modified_at: '2026-01-05T00:00:00Z',
    total_weight: { value: 1400, unit: 'gram' },
    shipping_rule_id: null,
    carrier_id: null,
    ...overrides,
  });
}

describe('toShipStationReplacement', () => {
  it('keeps what people chose in ShipStation', () => {
    const chosen = {
      carrier_id: 'se-2003',
      service_code: 'fedex_2day',
      tags: [{ name: 'fragile' }],
      shipment_number: 'SO-20417-1 RUSH',
      warehouse_id: 'se-1002',
      confirmation: 'signature',
      a_field_of_tomorrow: 5,
    };
    const current = kept({ ...chosen, advanced_options: { saturday_delivery: true, custom_field1: 'Old' } });
    const replacement = toShipStationReplacement(current, before, settings);
    expect(replacement).toMatchObject(chosen);
    expect(replacement.advanced_options).toMatchObject({
      saturday_delivery: true,
      custom_field1: 'SO-20417',
    });
  });

  it('has the sale’s current fields, without those that it no longer has', () => {
    const after = sampleOrder({
      customerNotes: '',
      shipBy: '',
      shippingMethod: 'Overnight',
      paymentStatus: 'UNPAID',
      lines: [sampleLine({ quantity: 5 })],
    });
    const replacement = toShipStationReplacement(kept(), after, settings);
    expect(replacement).toMatchObject({
      requested_shipment_service: 'Overnight',
      items: [{ external_order_item_id: 'line-1', quantity: 5 }],
    });
    for (const field of ['notes_from_buyer', 'ship_by_date', 'amount_paid', 'tax_paid']) {
      expect(replacement).not.toHaveProperty(field);
    }
  });

  it('drops the server’s fields, so that a strict server accepts it', () => {
    const replacement = toShipStationReplacement(kept(), before, settings);
    expect(replaceRequest.safeParse(replacement).error).toBeUndefined();
    expect(Object.values(replacement)).not.toContain(null);
    expect(replacement).not.toHaveProperty('create_sales_order');
  });

  it('keeps the ids of a product and its allocated stock, without the status', () => {
    const ids = (index: number) => ({
      item_id: `14${index}`,
      sales_order_item_id: `so-${index}`,
      product_id: `p-${index}`,
      inventory_location: `Shelf ${index}`,
      upc: null,
    });
    const items = kept().items.map((item, index) => ({
      ...item,
      ...ids(index),
      sku: item.sku.toLowerCase(),
      allocation_status: 'allocated',
    }));
    const replacement = toShipStationReplacement(kept({ items }), before, settings);
    expect(replacement.items).toMatchObject([ids(0), ids(1)].map(({ upc: _, ...own }) => own));
    for (const item of replacement.items) {
      expect(item).not.toHaveProperty('allocation_status');
      expect(item).not.toHaveProperty('upc');
    }
  });

  it.each([
    ['another SKU', { sku: 'LAMP-ASH' }],
    ['another line', { external_order_item_id: 'line-9' }],
  ])('keeps no ids of an item with %s', (_, overrides) => {
    const [item] = kept().items;
    const current = kept({ items: [{ ...item, ...overrides, item_id: '140', product_id: 'p-1' }] });
    for (const wanted of toShipStationReplacement(current, before, settings).items) {
      expect(wanted).not.toHaveProperty('item_id');
      expect(wanted).not.toHaveProperty('product_id');
    }
  });

  it('drops fields of an item that its line no longer has', () => {
    const lines = [
      sampleLine({ imageUrl: 'https://img.example/a.png', options: [{ name: 'Colour', value: 'Red' }] }),
    ];
    const items = toShipStationOrder(sampleOrder({ lines }), settings).items;
    const [item] = toShipStationReplacement(
      kept({ items }),
      sampleOrder({ lines: [sampleLine()] }),
      settings,
    ).items;
    expect(item).not.toHaveProperty('image_url');
    expect(item).not.toHaveProperty('options');
  });

  it('drops fields of a package or a tag that only ShipStation may write', () => {
    const box = { weight: { value: 1400, unit: 'gram' }, package_code: 'package' };
    const read = { shipment_package_id: 'se-90-p1', tracking_number: '1Z', sequence: 1, label_download: {} };
    const current = kept({
      packages: [{ ...box, ...read }],
      tags: [{ name: 'fragile', tag_id: 7, color: '#f00' }],
    });
    expect(toShipStationReplacement(current, before, settings)).toMatchObject({
      packages: [box],
      tags: [{ name: 'fragile' }],
    });
    expect(
      replaceRequest.safeParse(toShipStationReplacement(current, before, settings)).error,
    ).toBeUndefined();
  });

  it.each([
    [
      'a warehouse, although the answer spells out its address',
      { ship_from: { name: 'Dock' } },
      'warehouse_id',
      'se-1001',
    ],
    ['an address', { warehouse_id: null, ship_from: { name: 'Dock' } }, 'ship_from', { name: 'Dock' }],
    [
      'the warehouse of the settings where there is neither',
      { warehouse_id: null },
      'warehouse_id',
      'se-1001',
    ],
  ])('ships from %s', (_, overrides, field, value) => {
    const replacement = toShipStationReplacement(kept(overrides), before, settings);
    const origins = Object.entries(replacement).filter(([name]) =>
      ['warehouse_id', 'ship_from'].includes(name),
    );
    expect(origins).toEqual([[field, value]]);
  });

  describe('packages', () => {
    const dimensions = { unit: 'centimeter', length: 30, width: 20, height: 15 };
    const weighed = { weight: { value: 3.2, unit: 'pound' }, dimensions };
    const heavier = sampleOrder({ lines: [sampleLine({ quantity: 10 })] });

    it('stay unchanged while the goods are the same', () => {
      const current = kept({ packages: [weighed] });
      expect(toShipStationReplacement(current, before, settings).packages).toEqual([weighed]);
    });

    it('keep their dimensions and get the weight of other goods', () => {
      const current = kept({ packages: [weighed] });
      expect(toShipStationReplacement(current, heavier, settings).packages).toEqual([
        { weight: { value: 3500, unit: 'gram' }, dimensions },
      ]);
    });

    it('stay unchanged where a packer made several', () => {
      const current = kept({ packages: [weighed, weighed] });
      expect(toShipStationReplacement(current, heavier, settings).packages).toEqual([weighed, weighed]);
    });

    it('get a new weight when a fractional quantity changes', () => {
      const current = shipment.parse({
        ...kept({ packages: [weighed] }),
        items: toShipStationOrder(sampleOrder({ lines: [sampleLine({ quantity: 2.5 })] }), settings).items,
      });
      const longer = sampleOrder({ lines: [sampleLine({ quantity: 3.5 })] });
      expect(toShipStationReplacement(current, longer, settings).packages).not.toEqual([weighed]);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { replaceRequest } from '../../../lib/local/sandbox/shipstation-v2/shipment-request.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { type Shipment, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import {
  isAsReplaced,
  toShipStationReplacement,
} from '../../../lib/providers/shipstation-v2/shipment-replacement.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const settings = { warehouseId: 'se-1001', storeId: 'se-7' };
const before = sampleOrder();

/** The shipment as ShipStation gives it, with its own fields and its nulls. */
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
  it('gives back what people chose in ShipStation', () => {
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

  it('says what the sale says now, and nothing that it no longer says', () => {
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

  it("drops what is the server's, so that a strict one takes it", () => {
    const replacement = toShipStationReplacement(kept(), before, settings);
    expect(replaceRequest.safeParse(replacement).error).toBeUndefined();
    expect(Object.values(replacement)).not.toContain(null);
    expect(replacement).not.toHaveProperty('create_sales_order');
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

    it('stay as they were measured while the goods are the same', () => {
      const current = kept({ packages: [weighed] });
      expect(toShipStationReplacement(current, before, settings).packages).toEqual([weighed]);
    });

    it('keep their dimensions and weigh what other goods weigh', () => {
      const current = kept({ packages: [weighed] });
      expect(toShipStationReplacement(current, heavier, settings).packages).toEqual([
        { weight: { value: 3500, unit: 'gram' }, dimensions },
      ]);
    });

    it('stay as they are where a packer made several', () => {
      const current = kept({ packages: [weighed, weighed] });
      expect(toShipStationReplacement(current, heavier, settings).packages).toEqual([weighed, weighed]);
    });

    it('notice that a fractional quantity has changed', () => {
      const current = shipment.parse({
        ...kept({ packages: [weighed] }),
        items: toShipStationOrder(sampleOrder({ lines: [sampleLine({ quantity: 2.5 })] }), settings).items,
      });
      const longer = sampleOrder({ lines: [sampleLine({ quantity: 3.5 })] });
      expect(toShipStationReplacement(current, longer, settings).packages).not.toEqual([weighed]);
    });
  });
});

describe('isAsReplaced', () => {
  const replacement = toShipStationReplacement(kept(), before, settings);

  it.each([
    ['as it was asked for', {}, true],
    ['with its items in another order', { items: [...kept().items].reverse() }, true],
    ['with its street in capitals', { ship_to: { address_line1: '77  LARKSPUR LANE ' } }, true],
    ['with another street', { ship_to: { address_line1: '4 Saltmarsh Row' } }, false],
    ['with other goods', { items: kept().items.slice(1) }, false],
    ['without a recipient', { ship_to: null }, false],
  ])('a shipment %s: %s', (_, overrides, expected) => {
    expect(isAsReplaced(kept(overrides), replacement)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { type Shipment, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';
import {
  hasGoodsOfOrder,
  isAsReplaced,
  toShipStationReplacement,
} from '../../../lib/providers/shipstation-v2/shipment-replacement.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const settings = { warehouseId: 'se-1001' };
const held = (order = sampleOrder(), overrides: object = {}): Shipment =>
  shipment.parse({
    ...toShipStationOrder(order, settings),
    shipment_id: 'se-90',
    shipment_status: 'pending',
    ...overrides,
  });
const { shipTo } = sampleOrder();
const moved = sampleOrder({
  shipTo: { ...shipTo, line1: '4 Saltmarsh Street', line2: 'Apartment 2', postcode: '97209' },
  lines: [sampleLine({ quantity: 5 }), sampleLine({ key: 'line-2', sku: 'LAMP-OAK' })],
});
const there = { address_line1: '4 Saltmarsh Street', address_line2: 'Apartment 2', postal_code: '97209' };

describe('the replacement of a shipment with another address and other goods', () => {
  const isDone = (overrides: object, before = held()) =>
    isAsReplaced(held(moved, overrides), toShipStationReplacement(before, moved, settings), before);
  const items = held(moved).items;

  it.each<[why: string, overrides: object]>([
    ['with the requested content', {}],
    ['with its items in another order', { items: [...items].reverse() }],
    [
      'with the SKUs in the spelling of its products',
      { items: items.map((item) => ({ ...item, sku: ` ${item.sku.toLowerCase()}` })) },
    ],
    ['with its street in capitals', { ship_to: { ...there, address_line1: '4  SALTMARSH STREET ' } }],
    [
      'with its street abbreviated',
      { ship_to: { ...there, address_line1: '4 SALTMARSH ST', address_line2: 'APT 2' } },
    ],
    [
      'with its flat on the first line',
      { ship_to: { address_line1: '4 Saltmarsh St Apt 2', postal_code: '97209' } },
    ],
    ['with the second half of its ZIP code', { ship_to: { ...there, postal_code: '97209-1234' } }],
    ['without a postal code', { ship_to: { ...there, postal_code: null } }],
    ['at a street in an unknown spelling', { ship_to: { ...there, address_line1: 'Saltmarsh Bldg 4' } }],
  ])('is confirmed by an answer %s', (_, overrides) => {
    expect(isDone(overrides)).toBe(true);
  });

  it.each<[why: string, overrides: object]>([
    [
      'with its old street',
      { ship_to: { ...there, address_line1: '77 LARKSPUR LN', address_line2: 'STE 4' } },
    ],
    ['with its old postal code', { ship_to: { ...there, postal_code: '97205-0001' } }],
    ['with its old goods', { items: held().items }],
    ['with other goods', { items: items.slice(1) }],
    ['without a recipient', { ship_to: null }],
    ['without a street', { ship_to: { ...there, address_line1: '', address_line2: '' } }],
  ])('is not confirmed by an answer %s', (_, overrides) => {
    expect(isDone(overrides)).toBe(false);
  });

  it.each([
    ['LS14AP', 'LS1 4AP'],
    ['11455', '114 55'],
  ])('is confirmed where the postal code %s stays and is held as %s', (postcode, spelling) => {
    const ship_to = { ...there, postal_code: spelling };
    const wanted = sampleOrder({ ...moved, shipTo: { ...moved.shipTo, postcode } });
    const before = held(sampleOrder(), { ship_to });
    const replacement = toShipStationReplacement(before, wanted, settings);
    expect(isAsReplaced(held(moved, { ship_to }), replacement, before)).toBe(true);
  });

  it('is not confirmed by an unknown street where the address was to stay', () => {
    const elsewhere = { ship_to: { ...there, address_line1: '1 Other Road' } };
    expect(isDone(elsewhere, held(moved))).toBe(false);
  });
});

describe('the goods of a shipment', () => {
  it('equal those of the order in any spelling of their SKUs, charges ignored', () => {
    const items = held(sampleOrder({ adjustments: [{ description: 'Freight', amount: 9 }] })).items;
    const lower = items.map((item) => ({ ...item, sku: item.sku.toLowerCase() }));
    expect(hasGoodsOfOrder(held(sampleOrder(), { items: lower }), sampleOrder(), settings)).toBe(true);
    expect(hasGoodsOfOrder(held(sampleOrder(), { items: lower.slice(1) }), sampleOrder(), settings)).toBe(
      false,
    );
  });
});

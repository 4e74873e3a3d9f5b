import { WAREHOUSES } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { Throttled, Unavailable } from '../../../lib/domain/errors.ts';
import { shipFromFinder } from '../../../lib/providers/shipstation-v2/parcel-reader.ts';
import { shipment, warehousesPage } from '../../../lib/providers/shipstation-v2/schemas.ts';

const ROWS = warehousesPage.parse({ warehouses: WAREHOUSES }).warehouses;
const RENO = WAREHOUSES[1]!.origin_address;
const from = (overrides: object) =>
  shipment.parse({ shipment_id: 'se-1', shipment_status: 'label_purchased', ...overrides });

function finder(answer: () => Promise<typeof ROWS> = async () => ROWS) {
  let calls = 0;
  const warehouses = async () => {
    calls += 1;
    return answer();
  };
  return { getShipFrom: shipFromFinder({ warehouses }), calls: () => calls };
}

describe('the warehouse of a shipment', () => {
  it.each([
    ['the warehouse that it names', { warehouse_id: 'se-1001', ship_from: RENO }, 'se-1001'],
    ['the warehouse of its address', { warehouse_id: null, ship_from: RENO }, 'se-1002'],
    [
      'the warehouse of its address, as a service may write it',
      { ship_from: { ...RENO, address_line1: '31 SAGEBRUSH COURT.', name: 'Dock 4' } },
      'se-1002',
    ],
    ['unknown of another address', { ship_from: { ...RENO, postal_code: '89503' } }, ''],
    [
      'unknown of an address with the same letters in other fields',
      { ship_from: { ...RENO, address_line1: '31 Sagebrush Court 8', postal_code: '9502' } },
      '',
    ],
    ['unknown of none', { ship_from: null }, ''],
  ])('is %s', async (_, overrides, expected) => {
    expect(await finder().getShipFrom(from(overrides))).toBe(expected);
  });

  it('costs one call, only where no warehouse is named and there is an address', async () => {
    const { getShipFrom, calls } = finder();
    await getShipFrom(from({ warehouse_id: 'se-1001' }));
    await getShipFrom(from({ ship_from: { ...RENO, address_line1: '' } }));
    expect(calls()).toBe(0);
    for (let times = 0; times < 3; times += 1) await getShipFrom(from({ ship_from: RENO }));
    expect(calls()).toBe(1);
  });

  it('is found beside a warehouse without an address', async () => {
    const bare = { warehouse_id: 'se-1000', origin_address: null };
    const { getShipFrom } = finder(async () => [bare, ...ROWS]);
    expect(await getShipFrom(from({ ship_from: RENO }))).toBe('se-1002');
  });

  it('is unknown while the list of warehouses cannot be read, and throws a rate limit', async () => {
    const details = { system: 'shipstation', operation: 'list warehouses' };
    let error: Error | null = new Unavailable(details);
    const { getShipFrom } = finder(async () => {
      if (error !== null) throw error;
      return ROWS;
    });
    expect(await getShipFrom(from({ ship_from: RENO }))).toBe('');
    error = new Throttled(details, 1_000);
    await expect(getShipFrom(from({ ship_from: RENO }))).rejects.toBeInstanceOf(Throttled);
    error = null;
    expect(await getShipFrom(from({ ship_from: RENO }))).toBe('se-1002');
  });
});

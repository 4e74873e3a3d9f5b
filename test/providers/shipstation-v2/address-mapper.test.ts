import { shipmentRequest } from 'dear-sandbox/shipstation-v2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeliveryAddress, tidyAddress, whyNotAddressable } from '../../../lib/domain/address/address.ts';
import { countryCodes } from '../../../lib/domain/address/country.ts';
import { STATES } from '../../../lib/domain/address/country-tables.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { sampleOrder } from '../../contract/sample-order.ts';

const { shipTo } = sampleOrder();
const map = (address: Partial<DeliveryAddress>) => {
  const display = { displayLine1: '', displayLine2: '' };
  const content = sampleOrder({ shipTo: tidyAddress({ ...shipTo, ...display, ...address }) });
  return toShipStationOrder(content, { warehouseId: 'se-1001' }).ship_to;
};

describe('the address in ShipStation’s form', () => {
  it.each<[country: string, state: string, postcode: string, code: string]>([
    ['US', 'Colorado', '80202', 'CO'],
    ['US', 'co', '80202', 'CO'],
    ['US', 'D.C.', '20001', 'DC'],
    ['US', 'Washington DC', '20001', 'DC'],
    ['US', '', '96799', 'AS'],
    ['US', 'Colorrado', '80202', 'CO'],
    ['US', 'Armed Forces (AE)', '09012', 'AE'],
    ['CA', 'Ontario', 'M5V 2T6', 'ON'],
    ['CA', 'QUÉBEC', 'H2X 1Y4', 'QC'],
    ['CA', 'Colombie-Britannique', 'V6B 1A1', 'BC'],
    ['CA', 'Newfoundland', 'A1A 1A1', 'NL'],
    ['AU', 'New South Wales', '2000', 'NSW'],
    ['AU', 'Vic.', '3000', 'VIC'],
    ['AU', '', '4000', 'QLD'],
    ['DE', '', '10115', 'DE'],
    ['DE', '-', '10115', 'DE'],
    ['DE', 'Bayern', '80331', 'Bayern'],
    ['IT', 'NA', '80121', 'NA'],
    ['PR', '', '00901', 'PR'],
  ])('has in %s for the state %j and postcode %s: %s', (country, state, postcode, code) => {
    expect(map({ country, state, postcode }).state_province).toBe(code);
  });

  it('abbreviates each state of the US, Canada and Australia in any spelling', () => {
    const rows = Object.entries(STATES).flatMap(([country, table]) =>
      table
        .trim()
        .split('\n')
        .map((row) => [country, ...row.split('\t')] as const),
    );
    expect(rows).toHaveLength(62 + 13 + 8);
    for (const [country = '', code = '', , ...names] of rows) {
      for (const state of [code, ...names].flatMap((name) => [
        name,
        name.toUpperCase(),
        name.toLowerCase(),
      ])) {
        expect([country, state, map({ country, state, postcode: '' }).state_province]).toEqual([
          country,
          state,
          code,
        ]);
      }
    }
  });

  it.each([
    [{ country: 'HK', city: 'Kowloon', state: '', postcode: '' }, ['Kowloon', 'HK', '00000']],
    [
      { country: 'HK', city: '', state: 'New Territories', postcode: '-' },
      ['New Territories', 'New Territories', '00000'],
    ],
    [{ country: 'SG', city: '', state: '', postcode: '018956' }, ['Singapore', 'SG', '018956']],
    [{ country: 'AE', city: 'Dubai', state: 'N/A', postcode: '00000' }, ['Dubai', 'AE', '00000']],
  ])('fills every field that the schema requires: %j', (address, [city, state, postcode]) => {
    expect(map(address)).toMatchObject({ city_locality: city, state_province: state, postal_code: postcode });
  });

  it('is accepted by the schema for every address that is not held, in every country', () => {
    const part = fc.constantFrom('', '-', 'N/A', 'Harbour 1', 'Texas', '80202', 'x');
    const country = fc.constantFrom(...countryCodes(), 'U.S.A.', 'Kanada', 'United Kingdom');
    const addresses = fc.record({
      line1: part,
      line2: part,
      city: part,
      state: part,
      postcode: part,
      country,
    });
    fc.assert(
      fc.property(addresses, (parts) => {
        const address = tidyAddress({ ...shipTo, ...parts, displayLine1: '', displayLine2: '' });
        fc.pre(whyNotAddressable(address) === null);
        const order = toShipStationOrder(sampleOrder({ shipTo: address }), { warehouseId: 'se-1001' });
        expect(shipmentRequest.safeParse(order).error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

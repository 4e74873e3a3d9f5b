import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getMovements } from '../../../lib/domain/inventory/stock-movements.ts';
import { NO_BOOKS } from '../../../lib/domain/sale/catalogue.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import { getWarehouse, hasDoubtfulPlace, isSameName } from '../../../lib/domain/sale/location.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';
import { fulfilment, sale, stageLine } from '../../builders/sale.ts';

const EAST = { id: 'w-east', name: '3PL: East' };
const PLAIN = { id: 'w-3pl', name: '3PL' };
const at = (location: string, locationId = '') => ({ location, locationId });

describe('getWarehouse', () => {
  it.each<[string, string, string, string[]]>([
    ['a name of the settings', '3PL: East', '3PL: East', ['3PL: East', '3PL: West']],
    ['a name of the settings in other capitals and blanks', ' 3pl:  east', '3PL: East', ['3PL: East']],
    ['a bin of a location', '3PL: A-01', '3PL', ['3PL']],
    [
      'a bin of a location whose name holds a separator',
      '3PL: East: A-01',
      '3PL: East',
      ['3PL', '3PL: East'],
    ],
    ['a bin whose name holds a separator', '3PL: A: 01', '3PL', ['3PL']],
    ['a name that begins as another does', '3PLX: A', '3PLX: A', ['3PL']],
    ['a name with a colon and no blank', '3PL:A', '3PL:A', ['3PL']],
    ['a name that is not known', 'Main: A-01', 'Main: A-01', ['3PL']],
  ])('uses the longest known name for %s', (_, place, expected, names) => {
    expect(getWarehouse(at(place), names, [])).toBe(expected);
  });

  it.each([
    ['a warehouse that no connection ships from', at('3PL: West', 'w-west'), '3PL: West'],
    ['a bin that is written as a warehouse is', at('3PL: East', 'bin-east'), '3PL'],
    ['the warehouse that a bin is written as', at('3PL: East', 'w-east'), '3PL: East'],
    ['a bin of that warehouse', at('3PL: East: A', 'bin-a'), '3PL: East'],
    ['a place without an id', at('3PL: East'), '3PL: East'],
  ])('uses the ids of DEAR’s list if the settings are not enough, for %s', (_, place, expected) => {
    const warehouses = [{ id: '', name: 'Drafts' }, PLAIN, EAST, { id: 'w-west', name: '3PL: West' }];
    expect(getWarehouse(place, ['3PL', '3PL: East'], warehouses)).toBe(expected);
  });

  it('takes the name in a sale’s header, which has no id, for the warehouse of that name', () => {
    const connections = [PLAIN, EAST].map(({ name: location }) => connection({ id: location, location }));
    const books = { ...NO_BOOKS, warehouses: [PLAIN, EAST] };
    const { demands } = findDemands(sale({ location: '3PL: East' }), connections, [], books);
    expect(demands.map((demand) => demand.connection.location)).toEqual(['3PL: East']);
  });

  it('is in doubt only if a place begins with a location of the settings and is longer', () => {
    const picked = (location: string) =>
      sale({ fulfilments: [fulfilment({ pick: { status: 'DRAFT', lines: [stageLine({ location })] } })] });
    expect(hasDoubtfulPlace(picked('Lantern Depot'), ['Lantern Depot'])).toBe(false);
    expect(hasDoubtfulPlace(picked('Lantern Depot 2'), ['Lantern Depot'])).toBe(false);
    expect(hasDoubtfulPlace(picked('Lantern Depot: A'), ['Lantern Depot'])).toBe(true);
    expect(hasDoubtfulPlace(picked('Lantern Depot: A'), ['Annex', 'Lantern Depot'])).toBe(true);
    expect(hasDoubtfulPlace(sale({ location: 'Lantern Depot: A' }), ['Lantern Depot'])).toBe(true);
  });

  const word = fc.stringMatching(/^[A-Za-z0-9]{1,4}$/);
  const name = fc
    .array(word, { minLength: 1, maxLength: 3 })
    .map((upstreamMessage) => upstreamMessage.join(': '));

  it('finds at most one connection, and the one of its exact name if there is one', () => {
    void fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 4, selector: (text) => text.toLowerCase() }),
        name,
        (names, place) => {
          const connections = names.map((location, index) => connection({ id: `c${index}`, location }));
          const shippers = findDemands(sale({ location: place }), connections).demands;
          expect(shippers.length).toBeLessThanOrEqual(1);
          const exact = names.find((one) => isSameName(one, place));
          if (exact !== undefined) expect(shippers[0]?.connection.location).toBe(exact);
          const trigger = 'PickAuthorised' as const;
          const pick = { status: 'AUTHORISED', lines: [stageLine({ location: place })] };
          const picked = findDemands(
            sale({ location: 'Elsewhere', fulfilments: [fulfilment({ pick })] }),
            connections.map((one) => ({ ...one, trigger })),
          ).demands;
          expect(picked.map((one) => one.connection.id)).toEqual(shippers.map((one) => one.connection.id));
        },
      ),
    );
  });
});

describe('isSameName', () => {
  it('does not treat a separator in a warehouse’s name as the beginning of a bin', () => {
    const sent = acceptedOrder(sale(), { location: '3PL: East' });
    const shipped = recordShipments(sent, [reported(sent.reference, { warehouse: 'se-1' })], NOW);
    const window = { location: '3PL: West', began: NOW + 1 };
    expect(getMovements(shipped, { warehouses: { 'se-1': '3PL: East' } }, window)).toEqual([]);
  });

  it('ignores case, blanks and the Unicode form', () => {
    expect(isSameName(' Zürich  Nord', 'zu\u0308rich nord')).toBe(true);
    expect(isSameName('3PL: East', '3PL: West')).toBe(false);
    expect(isSameName('3PL', '3PL: East')).toBe(false);
  });
});

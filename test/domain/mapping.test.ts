import { describe, expect, it } from 'vitest';
import {
  changeMapping,
  listMappings,
  type MappingKey,
  NO_MAPPINGS,
  withMappings,
} from '../../lib/domain/mapping.ts';
import { connection } from '../builders/connection.ts';

const ADA = { by: 'Ada', at: '2026-02-03T09:00:00.000Z' };
const EXPRESS: MappingKey = { connection: 'lantern', kind: 'shipping-method', name: 'Express' };
const GROUND: MappingKey = { connection: 'lantern', kind: 'carrier', name: 'ups_ground' };
const map = (key: MappingKey, value: string, table = NO_MAPPINGS) => changeMapping(table, key, value, ADA);
const hold = (services: Record<string, string>) =>
  connection({ shippingMethods: { services, unmapped: 'hold' } });

describe('a name that an operator mapped', () => {
  it('wins over the settings, whatever its case and blanks, and other names stay', () => {
    const table = map({ ...EXPRESS, name: ' express' }, 'ups_next_day_air');
    const mapped = withMappings(hold({ Express: 'ups_2nd_day', Standard: 'ups_ground' }), table);
    expect(mapped.shippingMethods).toEqual({
      services: { ' express': 'ups_next_day_air', Standard: 'ups_ground' },
      unmapped: 'hold',
    });
  });

  it('lets other methods pass where the settings map none', () => {
    expect(withMappings(connection(), map(EXPRESS, 'air')).shippingMethods).toEqual({
      services: { Express: 'air' },
      unmapped: 'pass',
    });
  });

  it('is of its connection alone', () => {
    const one = hold({ Express: 'ups_2nd_day' });
    expect(withMappings(one, map({ ...EXPRESS, connection: 'harbour' }, 'air'))).toBe(one);
  });

  it.each([
    ['carrier', 'ups_ground', 'UPS Ground', { carriers: { ups_ground: 'UPS Ground', usps: 'Post' } }],
    ['warehouse', 'se-2', 'Reno', { warehouses: { 'se-2': 'Reno' } }],
  ] as const)('maps a %s', (kind, name, value, expected) => {
    const one = connection({ carriers: { usps: 'Post' } });
    expect(withMappings(one, map({ connection: 'lantern', kind, name }, value))).toMatchObject(expected);
  });
});

describe('a change of a mapping', () => {
  it('is versioned, with what was there before', () => {
    const table = map(EXPRESS, '', map(EXPRESS, 'air', map(EXPRESS, 'ground')));
    expect(table.version).toBe(3);
    expect(table.mappings).toEqual([]);
    expect(table.changes.map(({ version, before, after }) => [version, before, after])).toEqual([
      [1, '', 'ground'],
      [2, 'ground', 'air'],
      [3, 'air', ''],
    ]);
  });

  it('is of its connection, its kind and its name alone', () => {
    const others = [
      { ...EXPRESS, connection: 'harbour' },
      { ...EXPRESS, kind: 'carrier' as const },
      { ...EXPRESS, name: 'Standard' },
      GROUND,
      { ...GROUND, name: 'UPS_Ground' },
    ];
    const all = others.reduce((table, key) => map(key, 'other', table), map(EXPRESS, 'air'));
    expect(all.mappings).toHaveLength(6);
    const after = map({ ...EXPRESS, name: 'express ' }, '', all);
    expect(after.mappings).toEqual(others.map((key) => ({ ...key, value: 'other' })));
  });

  it('that changes nothing leaves the table as it is', () => {
    const table = map(EXPRESS, 'air');
    expect(map(EXPRESS, 'air', table)).toBe(table);
    expect(map(GROUND, '', table)).toBe(table);
  });

  it('is kept until fifty others were made', () => {
    const table = Array.from({ length: 60 }, (_, index) => `service-${index}`).reduce(
      (before, value) => map(EXPRESS, value, before),
      NO_MAPPINGS,
    );
    expect(table.changes).toHaveLength(50);
    expect(table.changes[0]?.version).toBe(11);
  });
});

describe('the list of mapped names', () => {
  it('shows what is set beside the settings, by kind and name', () => {
    const one = { ...hold({ Standard: 'ups_ground', Express: 'ups_2nd_day' }), carriers: { usps: 'Post' } };
    const rows = listMappings(one, map(GROUND, 'UPS Ground', map({ ...EXPRESS, name: 'EXPRESS' }, 'air')));
    expect(
      rows.map(({ name, value, bySettings, byOperator }) => [name, value, bySettings, byOperator]),
    ).toEqual([
      ['Express', 'air', 'ups_2nd_day', 'air'],
      ['Standard', 'ups_ground', 'ups_ground', ''],
      ['ups_ground', 'UPS Ground', '', 'UPS Ground'],
      ['usps', 'Post', 'Post', ''],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { NewerSchemaVersion, UnreadableRecord } from '../../lib/domain/errors.ts';
import { carryOver, isNewer, type RawRecord, toCurrentVersion } from '../../lib/domain/schema-version.ts';

/** A kind of version 3: version 2 renamed `name` to `sku`, version 3 added `quantity`. */
const UPGRADES = [
  ({ name, ...rest }: RawRecord) => ({ ...rest, sku: name }),
  (record: RawRecord) => ({ ...record, quantity: 1 }),
];
const upgrade = (record: RawRecord) => toCurrentVersion('kept goods', record, UPGRADES);

describe('a record', () => {
  it.each([
    ['without a version', { name: 'WAX-02' }],
    ['of version 1', { schemaVersion: 1, name: 'WAX-02' }],
    ['of version 2', { schemaVersion: 2, sku: 'WAX-02' }],
    ['of version 3', { schemaVersion: 3, sku: 'WAX-02', quantity: 1 }],
  ])('%s is upgraded to version 3', (_, record) => {
    expect(upgrade(record)).toMatchObject({ sku: 'WAX-02', quantity: 1 });
  });

  it('of version 4 is read as it is', () => {
    const record = { schemaVersion: 4, sku: 'WAX-02', quantity: 2, shelf: 'A1' };
    expect(upgrade(record)).toEqual(record);
  });

  it.each([
    [undefined, false],
    ['4', false],
    [3, false],
    [4, true],
  ])('of version %j is newer than the third: %j', (schemaVersion, isLater) => {
    expect(isNewer({ schemaVersion }, 3)).toBe(isLater);
  });

  it.each([0, '2', null, Number.NaN])('of version %j cannot be read', (schemaVersion) => {
    const read = () => upgrade({ schemaVersion, sku: 'WAX-02' });
    expect(read).toThrow(UnreadableRecord);
    expect(read).toThrow('The stored kept goods cannot be read: schemaVersion');
  });

  it('of version 4 that only version 4 may read is refused with what to do next', () => {
    const read = () => upgrade({ schemaVersion: 4, readableFrom: 4, sku: 'WAX-02' });
    expect(read).toThrow(NewerSchemaVersion);
    expect(read).toThrow(
      'The kept goods has schema version 4, and this version of the bridge reads up to 3. Deploy the newer version again.',
    );
  });
});

describe('a value that a newer version stored', () => {
  it.each<[string, { stored: unknown; known: unknown; next: unknown; result: unknown }]>([
    [
      'keeps a field that is new',
      { stored: { a: 1, b: 2 }, known: { a: 1 }, next: { a: 3 }, result: { a: 3, b: 2 } },
    ],
    [
      'loses a field that this version removes',
      { stored: { a: 1, b: 2 }, known: { a: 1, b: 2 }, next: { a: 1 }, result: { a: 1 } },
    ],
    [
      'keeps what is new of one of two equal rows, and nothing of a row that is gone',
      {
        stored: [
          { productId: 'p', n: 1, b: 1 },
          { productId: 'p', n: 1, b: 2 },
          { productId: 'q', n: 1, b: 3 },
          7,
        ],
        known: [{ productId: 'p', n: 1 }, { productId: 'p', n: 1 }, { productId: 'q', n: 1 }, 7],
        next: [{ n: 1, productId: 'p' }, { productId: 'p', n: 2 }, { productId: 'r', n: 1 }, 8],
        result: [{ n: 1, productId: 'p', b: 1 }, { productId: 'p', n: 2, b: 2 }, { productId: 'r', n: 1 }, 8],
      },
    ],
    [
      'is replaced where it was null',
      { stored: { a: null }, known: { a: null }, next: { a: { b: 1 } }, result: { a: { b: 1 } } },
    ],
    [
      'is replaced where it was no list before',
      { stored: { a: null }, known: { a: null }, next: { a: ['b'] }, result: { a: ['b'] } },
    ],
    [
      'keeps what is new of a row without an identity, however its fields are ordered',
      {
        stored: [{ x: 1, y: { p: 2, q: 3 }, b: 4 }],
        known: [{ x: 1, y: { p: 2, q: 3 } }],
        next: [{ x: 0 }, { y: { q: 3, p: 2 }, x: 1 }],
        result: [{ x: 0 }, { x: 1, y: { p: 2, q: 3 }, b: 4 }],
      },
    ],
    [
      'keeps what is new of an entry of a log of which the message has expired',
      {
        stored: [{ at: '9:00', what: 'Refused.', message: 'No.', b: 1 }],
        known: [{ at: '9:00', what: 'Refused.', message: 'No.' }],
        next: [{ at: '9:00', what: 'Refused.' }],
        result: [{ at: '9:00', what: 'Refused.', b: 1 }],
      },
    ],
    [
      'gives nothing of a row to a value in its place',
      {
        stored: [{ id: 'x', n: 1, b: 1 }],
        known: [{ id: 'x', n: 1 }],
        next: [7, { id: 'x', n: 2 }],
        result: [7, { id: 'x', n: 2, b: 1 }],
      },
    ],
    [
      'keeps what is new of a row that changed and moved',
      {
        stored: [
          { id: 'x', n: 1, b: 1 },
          { id: 'y', n: 1, b: 2 },
        ],
        known: [
          { id: 'x', n: 1 },
          { id: 'y', n: 1 },
        ],
        next: [
          { id: 'z', n: 1 },
          { n: 2, id: 'y' },
        ],
        result: [
          { id: 'z', n: 1 },
          { id: 'y', n: 2, b: 2 },
        ],
      },
    ],
    [
      'gives what is new of a row to one row only',
      {
        stored: [{ at: '9:00', b: 1 }],
        known: [{ at: '9:00' }],
        next: [{ at: '9:00', what: 'later' }, { at: '9:00' }],
        result: [
          { at: '9:00', what: 'later' },
          { at: '9:00', b: 1 },
        ],
      },
    ],
  ])('%s', (_, { stored, known, next, result }) => {
    expect(carryOver(stored, known, next)).toEqual(result);
  });
});

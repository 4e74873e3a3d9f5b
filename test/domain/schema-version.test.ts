import { describe, expect, it } from 'vitest';
import { NewerSchemaVersion } from '../../lib/domain/errors.ts';
import { type RawRecord, toCurrentVersion } from '../../lib/domain/schema-version.ts';

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

  it('of version 4 is refused with what to do next', () => {
    const read = () => upgrade({ schemaVersion: 4, sku: 'WAX-02' });
    expect(read).toThrow(NewerSchemaVersion);
    expect(read).toThrow(
      'The kept goods has schema version 4, and this version of the bridge reads up to 3. Deploy the newer version again.',
    );
  });
});

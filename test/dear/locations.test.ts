import { describe, expect, it } from 'vitest';
import { createLocation, listLocations } from '../../lib/dear/reference.ts';
import { AmbiguousWrite, Rejected } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { listing, upperId } from './listing.ts';
import { answering, essence } from './server.ts';

function dearLocation(index: number, overrides: Record<string, unknown> = {}) {
  return {
    ID: upperId(index),
    Name: `Depot ${index}`,
    IsDefault: false,
    IsDeprecated: false,
    Bins: null,
    ParentID: null,
    ...overrides,
  };
}

describe('listLocations', () => {
  it('returns warehouses and their bins, with lower-case ids', async () => {
    const bin = { ID: upperId(2), Name: 'A-01', IsDeprecated: false, IsStaging: false };
    const { client } = await listing('LocationList', [
      dearLocation(1, { Bins: [bin] }),
      dearLocation(2, { ID: upperId(2).toLowerCase(), Name: 'A-01', ParentID: upperId(1) }),
      dearLocation(3, { IsDeprecated: true }),
    ]);
    const [first, second, third] = [1, 2, 3].map((index) => upperId(index).toLowerCase());
    expect(await listLocations(client)).toEqual([
      { id: first, name: 'Depot 1', isDeprecated: false, parentId: null, bins: 1 },
      { id: second, name: 'A-01', isDeprecated: false, parentId: first, bins: 0 },
      { id: third, name: 'Depot 3', isDeprecated: true, parentId: null, bins: 0 },
    ]);
  });

  it('returns a location whose parent is the id that was never set as a warehouse', async () => {
    const never = '00000000-0000-0000-0000-000000000000';
    const { client } = await listing('LocationList', [dearLocation(1, { ParentID: never })]);
    expect(await listLocations(client)).toMatchObject([{ name: 'Depot 1', parentId: null }]);
  });

  it('reads every page', async () => {
    const rows = Array.from({ length: 1200 }, (_, index) => dearLocation(index));
    const { client, server } = await listing('LocationList', rows);
    expect(await listLocations(client)).toHaveLength(1200);
    expect(server.requests).toHaveLength(2);
  });
});

describe('createLocation', () => {
  it('sends the name, and returns the new location', async () => {
    const { client, server } = await answering(dearLocation(7, { Name: 'Quay 3PL', Bins: [] }));
    expect(await createLocation(client, 'Quay 3PL')).toEqual({
      id: upperId(7).toLowerCase(),
      name: 'Quay 3PL',
      isDeprecated: false,
      parentId: null,
      bins: 0,
    });
    expect(server.requests.map(essence)).toEqual([
      { method: 'POST', path: '/ref/location', body: { Name: 'Quay 3PL' } },
    ]);
  });

  it('names the location that DEAR refused', async () => {
    const { client } = await answering([{ ErrorCode: 400, Exception: 'The name is taken' }], 400);
    const error = await getError(createLocation(client, 'Quay 3PL'));
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({
      message: 'DEAR refused: create location for Quay 3PL (HTTP 400)',
      details: { upstreamMessage: 'The name is taken' },
    });
  });

  it('is ambiguous after a success without an id', async () => {
    const { client } = await answering({ Success: true });
    expect(await getError(createLocation(client, 'Quay 3PL'))).toBeInstanceOf(AmbiguousWrite);
  });
});

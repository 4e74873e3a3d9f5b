import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Unavailable } from '../../lib/domain/errors.ts';
import type { DearLocation } from '../../lib/domain/sale/location.ts';
import { ensureLocation } from '../../operator/ensure-location.ts';
import { Refused } from '../../operator/user-errors.ts';

const details = { system: 'DEAR', operation: 'create location' };
const shed: DearLocation = { id: 'l-1', name: 'Shed', isDeprecated: false, parentId: null, bins: 0 };

/** DEAR's locations, and what becomes of the answer to the next that is made. */
function dear(existing: DearLocation[], answer: 'given' | 'lost' | 'refused' = 'given') {
  return {
    locations: async () => existing,
    createLocation: async (name: string) => {
      if (answer === 'refused') throw new Unavailable(details);
      const made = { ...shed, id: 'l-2', name };
      existing.push(made);
      if (answer === 'lost') throw new AmbiguousWrite(details);
      return made;
    },
  };
}

describe('ensuring the location of a connection', () => {
  it('uses an existing location', async () => {
    expect(await ensureLocation('Shed', dear([shed]))).toMatchObject({ location: shed, action: 'used' });
  });

  it('creates a missing location', async () => {
    const ensured = await ensureLocation('Shed', dear([]));
    expect(ensured).toMatchObject({ location: { name: 'Shed' }, action: 'created' });
    expect(ensured.explanation).toContain('stock take');
  });

  it('creates another beside a location with bins, and names it for the settings', async () => {
    const ensured = await ensureLocation('Shed', dear([{ ...shed, bins: 2 }]));
    expect(ensured).toMatchObject({ location: { name: 'Shed 1' }, action: 'created' });
    expect(ensured.explanation).toContain("Set location to 'Shed 1'");
  });

  it('finds the created location where the answer was lost', async () => {
    const locations: DearLocation[] = [];
    const ensured = await ensureLocation('Shed', dear(locations, 'lost'));
    expect(ensured).toMatchObject({ location: { id: 'l-2' }, action: 'created' });
    expect(locations).toHaveLength(1);
  });

  it('passes on the failure of DEAR', async () => {
    await expect(ensureLocation('Shed', dear([], 'refused'))).rejects.toBeInstanceOf(Unavailable);
  });

  it('refuses a location that a person has to change', async () => {
    const ensuring = ensureLocation('Shed', dear([{ ...shed, isDeprecated: true }]));
    await expect(ensuring).rejects.toThrow(Refused);
    await expect(ensuring).rejects.toThrow('Restore it');
  });
});

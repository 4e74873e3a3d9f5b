import { describe, expect, it } from 'vitest';
import { chooseLocation, type DearLocation, whyNotExternal } from '../../../lib/domain/sale/location.ts';

const warehouse = (name: string, overrides: Partial<DearLocation> = {}): DearLocation => ({
  id: name,
  name,
  isDeprecated: false,
  parentId: null,
  bins: 0,
  ...overrides,
});

describe('chooseLocation', () => {
  it('uses the location of the name if it has no bins', () => {
    const shed = warehouse('Shed');
    expect(chooseLocation('Shed', [warehouse('Main'), shed])).toMatchObject({
      action: 'use',
      location: shed,
    });
  });

  it('finds the location in any case', () => {
    const shed = warehouse('SHED');
    expect(chooseLocation(' Shed', [shed])).toMatchObject({ action: 'use', location: shed });
  });

  it('creates a location that does not exist', () => {
    expect(chooseLocation('Shed', [])).toEqual({ action: 'create', name: 'Shed', because: 'missing' });
  });

  it('creates a location with the first free number if the one of the name has bins', () => {
    const taken = [warehouse('Shed', { bins: 3 }), warehouse('shed 1'), warehouse('Shed 3')];
    expect(chooseLocation('Shed', taken)).toEqual({ action: 'create', name: 'Shed 2', because: 'bins' });
  });

  it('keeps the name with its number within 50 characters', () => {
    const long = 'S'.repeat(50);
    const choice = chooseLocation(long, [warehouse(long, { bins: 1 })]);
    expect(choice).toMatchObject({ action: 'create', name: `${'S'.repeat(48)} 1` });
  });

  it.each([
    ['deprecated', warehouse('Shed', { isDeprecated: true }), 'Restore it'],
    ['a bin', warehouse('Shed', { parentId: 'Main' }), 'is a bin'],
  ])('refuses a location that is %s, with what to do', (_, location, upstreamMessage) => {
    expect(chooseLocation('Shed', [location])).toMatchObject({
      action: 'refuse',
      explanation: expect.stringContaining(upstreamMessage),
    });
  });

  it('refuses a name that a bin of another location is written as', () => {
    const bin = warehouse('East', { id: 'b1', parentId: '3PL' });
    const own = [warehouse('3PL', { bins: 1 }), bin];
    expect(chooseLocation('3PL: East', own)).toMatchObject({
      action: 'refuse',
      explanation:
        'In DEAR 3PL: East is a bin, so no location can have that name. Choose another one in the settings.',
    });
    expect(chooseLocation('3PL: East', [warehouse('3PL: East'), ...own])).toMatchObject({
      action: 'refuse',
      explanation: expect.stringContaining('a pick that names it means either'),
    });
    expect(chooseLocation('3PL: West', [warehouse('3PL: West'), ...own])).toMatchObject({ action: 'use' });
  });

  it('allows writing only to a location that exists, is in use and has no bins', () => {
    expect(whyNotExternal('Shed', warehouse('Shed'))).toBeNull();
    expect(whyNotExternal('Shed', undefined)).toContain('no location Shed');
    expect(whyNotExternal('Shed', warehouse('Shed', { bins: 1 }))).toContain('has bins');
    expect(whyNotExternal('Shed', warehouse('Shed', { isDeprecated: true }))).toContain('deprecated');
  });
});

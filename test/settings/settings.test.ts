import { describe, expect, it } from 'vitest';
import { toBlockList } from '../../lib/settings/address-list.ts';
import { ConfigurationError, parseSettings } from '../../lib/settings/define-config.ts';
import { loadSettings } from '../../lib/settings/load.ts';
import { settingsSchema } from '../../lib/settings/schema.ts';

const connection = {
  id: 'lantern',
  provider: 'shipstation-v2',
  location: 'Lantern Depot',
  warehouseId: 'se-1',
};

function getMistakes(input: unknown): string[] {
  try {
    parseSettings(input, 'acme.config.ts');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('need few keys, and default to the vendors’ own addresses', () => {
    expect(parseSettings({ connections: [connection] }, 'acme.config.ts')).toMatchObject({
      dear: {
        baseUrl: 'https://inventory.dearsystems.com/ExternalApi/v2/',
        webhookAddresses: [],
        callsPerMinute: 55,
      },
      connections: [{ baseUrl: 'https://api.shipstation.com', backorders: 'wait', callsPerMinute: 200 }],
      personalDataDays: 90,
    });
  });

  it.each<[string, unknown, string]>([
    [
      'a missing key',
      { connections: [{ ...connection, location: undefined }] },
      'connections[0].location is missing; for example: location:',
    ],
    [
      'a value of the wrong kind',
      { connections: [{ ...connection, location: 7 }] },
      'connections[0].location is wrong',
    ],
    [
      'an unknown key',
      { connections: [{ ...connection, wharehouse: 'x' }] },
      'connections[0].wharehouse is not a setting; for example: connections:',
    ],
    [
      'a budget of no calls',
      { dear: { callsPerMinute: 0 }, connections: [connection] },
      'dear.callsPerMinute is wrong (Too small: expected number to be >=1); for example: callsPerMinute: 55',
    ],
    [
      'a budget beyond any account',
      { connections: [{ ...connection, callsPerMinute: 6001 }] },
      'connections[0].callsPerMinute is wrong (Too big: expected number to be <=6000); for example: callsPerMinute: 200',
    ],
    ['no connection', { connections: [] }, 'connections is wrong'],
    [
      'an unknown provider',
      { connections: [{ ...connection, provider: 'pigeon' }] },
      "connections[0].provider is wrong (Invalid discriminator value. Expected 'shipstation-v2'",
    ],
    [
      'an id that no address can hold',
      { connections: [{ ...connection, id: 'Lantern 1' }] },
      'connections[0].id is wrong',
    ],
    [
      'a base URL that is none',
      { dear: { baseUrl: 'dear' }, connections: [connection] },
      'dear.baseUrl is wrong',
    ],
    [
      'an address block that is none',
      { dear: { webhookAddresses: ['10.0.0.0/33'] }, connections: [connection] },
      'dear.webhookAddresses[0] is not an IP address or CIDR block; for example: webhookAddresses:',
    ],
    [
      'a runbook that is not published by https',
      { alarms: { runbookUrl: 'http://wiki.test/runbook.md' }, connections: [connection] },
      'alarms.runbookUrl is wrong',
    ],
    [
      'a field that DEAR does not have',
      { connections: [{ ...connection, fields: { gift: 'Gift' } }] },
      'connections[0].fields.gift is wrong',
    ],
  ])('name %s, and show a correct example', (_, input, expected) => {
    const mistakes = getMistakes(input);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(expected);
    expect(mistakes[0]).toContain('; for example: ');
  });

  it('name all mistakes at once', () => {
    expect(getMistakes({ personalDataDays: 0, connections: [{ ...connection, id: '!' }] })).toHaveLength(2);
  });

  it('refuse a location that two connections without rules have, however it is spelt', () => {
    const twice = [connection, { ...connection, id: 'other', location: ' LANTERN depot' }];
    expect(getMistakes({ connections: twice })).toEqual([
      "  - connections[1].location is ' LANTERN depot' already at connections[0]; only one connection of a location may be without rules: give the others rules, which say which sales are theirs; for example: location: 'Austin' (the name of the DEAR location)",
    ]);
  });

  describe('of several connections at one location', () => {
    const off = { inventory: { every: 'off' } };
    const ruled = (more: object) => ({ ...connection, id: 'annex', rules: [{ skus: ['WAX-*'] }], ...more });
    const getFirst = (...connections: object[]) => getMistakes({ connections })[0] ?? '';

    it('are accepted where all but one have rules and one compares the stock', () => {
      expect(getFirst(connection, ruled(off))).toBe('');
      expect(getFirst(ruled({}), ruled({ ...off, id: 'shed' }))).toBe('');
    });

    it.each<[string, object, string]>([
      [
        'both compare the stock',
        {},
        "connections[1].inventory is on, and that of lantern is too; Lantern Depot has the stock of lantern and annex together, which one of them compares: set inventory: { every: 'off' } on the others",
      ],
      [
        'another stage gives the lines',
        { ...off, trigger: 'PickAuthorised' },
        'connections[1].trigger differs from that of lantern',
      ],
      [
        'their units differ',
        { ...off, units: { WAX: { dear: 1, provider: 12 } } },
        'connections[1].inventory cannot be added up with that of lantern, because their units differ',
      ],
      [
        'both name one warehouse of the stock',
        { ...off, inventoryWarehouseId: 'se-7' },
        'lantern and annex name the same warehouse, which would count twice',
      ],
      [
        'one reports no stock',
        { ...off, provider: 'shipstation-store', warehouseId: undefined },
        'and ShipStation (Custom Store) does not report its own',
      ],
    ])('are refused where %s', (_, more, mistake) => {
      const first = { ...connection, inventoryWarehouseId: 'se-7' };
      expect(getFirst(first, JSON.parse(JSON.stringify(ruled(more))))).toContain(mistake);
    });

    it.each<[string, object, string]>([
      ['no condition', { name: 'All' }, 'has no condition'],
      ['a code of no country', { countries: ['UK'] }, "names UK, which is no country's code (ISO 3166-1)"],
      ['a range of no weight', { weightGrams: { from: 500, below: 500 } }, 'needs a weight to begin from'],
      ['a condition that does not exist', { tags: ['VIP'] }, 'rules[0].tags is not a setting'],
    ])('are refused with a rule that has %s', (_, rule, mistake) => {
      expect(getFirst(connection, ruled({ ...off, rules: [rule] }))).toContain(mistake);
    });
  });

  it('refuse an id that is used twice', () => {
    expect(getMistakes({ connections: [connection, { ...connection, location: 'Elsewhere' }] })[0]).toContain(
      'connections[1].id',
    );
  });
});

describe('a configuration file', () => {
  it('of the repository uses the sandbox, and the example a real account', async () => {
    expect((await loadSettings('bridge.config.ts')).dear.baseUrl).toBe('sandbox');
    const example = await loadSettings('bridge.config.example.ts');
    expect(example.connections[0]).toMatchObject({ baseUrl: 'https://api.shipstation.com' });
  });

  it('is refused with what to do where it is missing or exports nothing', async () => {
    await expect(loadSettings('nowhere.config.ts')).rejects.toThrow('Copy bridge.config.example.ts');
    await expect(loadSettings('lib/domain/clock.ts')).rejects.toThrow('no default export');
  });
});

describe('a list of addresses', () => {
  it('allows single addresses and blocks of both families; an empty one allows all', () => {
    const list = toBlockList(['192.0.2.1', '2001:db8::/64']);
    expect([list?.check('192.0.2.1'), list?.check('192.0.2.2'), list?.check('2001:db8::5', 'ipv6')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(toBlockList([])).toBeNull();
  });
});

describe('units', () => {
  it.each([
    [{ CLOTH: { dear: 1 } }, /units\.CLOTH\.provider is missing; for example: units: \{ 'CLOTH-\*'/],
    [{ CLOTH: { dear: 0, provider: 1 } }, /units\.CLOTH\.dear is wrong/],
    [
      { CLOTH: { dear: 1, provider: 20_000 } },
      /units\.CLOTH makes one unit of the provider less than 0\.0001/,
    ],
    [
      { CLOTH: { dear: 1, provider: 2 }, cloth: { dear: 1, provider: 3 } },
      /units\.cloth is the same SKU as 'CLOTH'/,
    ],
    [{ CLOTH: { dear: 1, provider: 2, correctedOn: 'today' } }, /units\.CLOTH\.correctedOn is wrong/],
  ])('are refused with a reason where they are %j', (units, message) => {
    const [mistake] = getMistakes({ connections: [{ ...connection, units }] });
    expect(mistake).toMatch(message);
  });

  it('apply to one SKU or to many', () => {
    const units = { 'CLOTH-*': { dear: 1, provider: 100 }, BOLT: { dear: 12, provider: 1 } };
    expect(parseSettings({ connections: [{ ...connection, units }] }, 'x').connections[0]).toMatchObject({
      units,
    });
  });
});

describe('the shipping service of a connection', () => {
  const austin = {
    id: 'austin',
    provider: 'shipstation-v2',
    location: 'Austin',
    warehouseId: 'se-1',
  } as const;
  const problems = (...connections: object[]) => {
    const { error } = settingsSchema.safeParse({ connections });
    return error?.issues.map(({ message }) => message) ?? [];
  };

  it('lets a person buy labels where it is set without more', () => {
    const { connections } = settingsSchema.parse({ connections: [{ ...austin, shippingService: {} }] });
    expect(connections[0]?.shippingService).toMatchObject({ buy: 'by-hand', from: '', attachLabel: true });
  });

  it.each([
    ['names a connection that is not there', { from: 'reno' }, 'names reno, which is no connection'],
    ['maps methods that are not mapped', { buy: 'mapped' }, "buy: 'mapped' needs shippingMethods"],
  ])('is refused where it %s', (_, shippingService, message) => {
    expect(problems({ ...austin, shippingService })[0]).toContain(message);
  });
});

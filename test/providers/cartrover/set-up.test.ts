import { startCartRoverSandbox } from 'dear-sandbox/cartrover';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OperatorActionNeeded } from '../../../lib/domain/errors.ts';
import { cartRoverDefinition } from '../../../lib/providers/cartrover/definition.ts';
import { KEYS } from './account.ts';

const MERCHANT = { user: 'merchant-user', key: 'merchant-key' };
const SECRET = { apiUser: KEYS.user, apiKey: KEYS.key };

async function account(warehouse = 'EAST', secret: Record<string, string> = SECRET) {
  const stock = ['EAST', 'WEST'].map((name) => ({ sku: 'CUP', quantity: 3, warehouse: name }));
  const sandbox = await startCartRoverSandbox({ port: 0, cart: KEYS, merchant: MERCHANT, stock });
  onTestFinished(() => sandbox.close());
  const setUp = await cartRoverDefinition.setUp();
  const access = {
    connection: { id: 'cartrover', baseUrl: sandbox.url, warehouse },
    secret,
    now: Date.now,
  };
  return {
    verify: () => setUp.verify(access),
    check: () => setUp.check(access),
    closeStock: () =>
      fetch(`${sandbox.url}/sandbox/settings`, {
        method: 'PATCH',
        body: JSON.stringify({ cartKeysReadStock: false }),
      }),
  };
}

describe('setting up CartRover', () => {
  it('verifies the keys, and lists the warehouses to choose from', async () => {
    const { verify } = await account();
    expect(await verify()).toEqual({
      found: 'its cart has 0 unshipped orders, and stock in EAST, WEST',
      choices: {
        warehouse: [
          { value: 'EAST', title: 'EAST' },
          { value: 'WEST', title: 'WEST' },
        ],
      },
      accountMarks: [],
    });
  });

  it('takes any warehouse where the keys may not read stock, and the merchant’s keys where they are given', async () => {
    const { verify, check, closeStock } = await account();
    await closeStock();
    expect((await verify()).choices).toEqual({});
    expect(await check()).toMatchObject([{ ok: false, next: expect.stringContaining('merchantUser') }]);
    const merchant = { ...SECRET, merchantUser: MERCHANT.user, merchantKey: MERCHANT.key };
    const whole = await account('EAST', merchant);
    await whole.closeStock();
    expect(await whole.check()).toMatchObject([{ ok: true, found: 'EAST' }]);
  });

  it('names the warehouses where the one of the settings has no stock', async () => {
    const { check } = await account('NORTH');
    expect(await check()).toMatchObject([
      { ok: false, found: 'there is no stock in NORTH', next: 'Set warehouse to one of: EAST, WEST' },
    ]);
  });

  it.each([{ apiUser: KEYS.user, apiKey: 'wrong' }, { apiUser: 'hush-hush' }])(
    'refuses the keys %j, without quoting them',
    async (secret) => {
      const { verify } = await account('EAST', secret);
      const failure: unknown = await verify().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(OperatorActionNeeded);
      expect(String(failure)).not.toContain('hush-hush');
    },
  );
});

describe('the account of CartRover', () => {
  const connection = {
    id: 'c',
    provider: 'cartrover',
    location: 'East',
    mode: 'live',
    replaces: null,
    returns: 'log',
    returnsBegin: 'scan',
  } as const;

  it('is named without its user, and may begin half of its bucket at once', () => {
    const found = cartRoverDefinition.getAccount({ ...connection, ...{ warehouse: 'EAST' } }, SECRET);
    expect(found).toEqual({
      name: expect.stringMatching(/^cartrover-[0-9a-f]{16}$/),
      callsPerMinute: 100,
      burst: 50,
    });
  });
});

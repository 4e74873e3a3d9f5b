import { describe, expect, it } from 'vitest';
import { BudgetExhausted, OperatorActionNeeded } from '../../lib/domain/errors.ts';
import { NO_LIMIT } from '../../lib/domain/rate-budget.ts';
import { cancels, tracksDelivery } from '../../lib/providers/provider.ts';
import { getProviderDefinition, openProvider } from '../../lib/providers/registry.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';
import { RecordingBudget } from '../fakes/recording-budget.ts';

const { connections } = parseSettings(
  {
    connections: [
      {
        id: 'austin',
        provider: 'shipstation-v2',
        location: 'Austin',
        warehouseId: 'se-1',
        baseUrl: 'http://127.0.0.1:9',
      },
    ],
  },
  'the test',
);
const [connection] = connections;
const getBudget = () => NO_LIMIT;

describe('openProvider', () => {
  it('opens the provider that the connection names, with its capabilities', async () => {
    const provider = await openProvider(
      connection!,
      { apiKey: 'k-1' },
      { now: () => 0, getBudget, getBox: inMemoryBox, mayWrite: async () => {} },
    );
    expect([cancels(provider), tracksDelivery(provider)]).toEqual([true, true]);
    await expect(provider.find('SO-1-1')).rejects.toMatchObject({
      kind: 'unavailable',
      details: { system: 'austin' },
    });
    await provider.close();
  });

  it.each([undefined, 'hush-hush', {}, { apiKey: '' }, { apiKey: 7, note: 'hush-hush' }])(
    'throws OperatorActionNeeded where the secret is %j, without quoting it',
    async (secret) => {
      const open = () =>
        openProvider(connection!, secret, {
          now: () => 0,
          getBudget,
          getBox: inMemoryBox,
          mayWrite: async () => {},
        });
      await expect(open).rejects.toThrow(OperatorActionNeeded);
      await expect(open).rejects.toThrow(
        /^austin does not accept our credentials or configuration: read the credentials$/,
      );
    },
  );

  it('throws OperatorActionNeeded where baseUrl is sandbox', async () => {
    const sandbox = { ...connection!, baseUrl: 'sandbox' };
    const open = () =>
      openProvider(
        sandbox,
        { apiKey: 'k-1' },
        { now: () => 0, getBudget, getBox: inMemoryBox, mayWrite: async () => {} },
      );
    await expect(open).rejects.toThrow(OperatorActionNeeded);
  });
});

describe('the budget of a provider', () => {
  /** The accounts and limits for which the connection requests a budget. */
  async function askedBy(
    changes: object,
    apiKey: string,
  ): Promise<Array<readonly [account: string, callsPerMinute: number, burst?: number | undefined]>> {
    const asked: Array<readonly [string, number, (number | undefined)?]> = [];
    const provider = await openProvider(
      { ...connection!, ...changes },
      { apiKey },
      {
        now: () => 0,
        getBox: inMemoryBox,
        mayWrite: async () => {},
        getBudget: (...question) => {
          asked.push(question);
          return NO_LIMIT;
        },
      },
    );
    await provider.close();
    return asked;
  }

  it('is shared by connections with the same key, and separate for another key', async () => {
    const [austin] = await askedBy({}, 'k-1');
    const [reno] = await askedBy({ id: 'reno', location: 'Reno' }, 'k-1');
    const [other] = await askedBy({}, 'k-2');
    expect(austin).toEqual(reno);
    expect(austin![0]).not.toBe(other![0]);
  });

  it('has a name without the key, and 200 calls a minute or the configured number', async () => {
    expect(await askedBy({}, 'hush-hush')).toEqual([
      [expect.stringMatching(/^shipstation-[0-9a-f]{16}$/), 200, undefined],
    ]);
    const [[, calls] = []] = await askedBy({ callsPerMinute: 90 }, 'hush-hush');
    expect(calls).toBe(90);
  });

  it('gives a slot before each call', async () => {
    const budget = new RecordingBudget();
    budget.isExhausted = true;
    const provider = await openProvider(
      connection!,
      { apiKey: 'k-1' },
      { now: () => 0, getBudget: () => budget, getBox: inMemoryBox, mayWrite: async () => {} },
    );
    await expect(provider.find('SO-1-1')).rejects.toBeInstanceOf(BudgetExhausted);
    expect(budget.taken).toEqual([{ system: 'austin', operation: 'find shipment', reference: 'SO-1-1' }]);
    await provider.close();
  });
});

describe('the verifier of a provider’s webhooks', () => {
  it('reads the keys at the connection’s address', async () => {
    const asked: string[] = [];
    const fetchKeys: typeof fetch = async (url) => {
      asked.push(String(url));
      return Response.json({ keys: [] });
    };
    const { hints } = getProviderDefinition('shipstation-v2');
    const readSecret = async () => undefined;
    const verifier = await hints!.createVerifier(connection!, { now: () => 0, fetch: fetchKeys, readSecret });
    const headers = {
      'x-shipengine-rsa-sha256-key-id': 'a',
      'x-shipengine-rsa-sha256-signature': 'b',
      'x-shipengine-timestamp': new Date(0).toISOString(),
    };
    expect(await verifier.verify({ headers, query: {}, rawBody: '{}' })).toEqual({
      genuine: false,
      why: 'it is signed with an unknown key',
    });
    expect(asked).toEqual(['http://127.0.0.1:9/jwks']);
  });
});

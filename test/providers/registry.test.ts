import { describe, expect, it } from 'vitest';
import { OperatorActionNeeded } from '../../lib/domain/errors.ts';
import { cancels, tracksDelivery } from '../../lib/providers/capabilities.ts';
import { createNotificationVerifier } from '../../lib/providers/notifications.ts';
import { createProvider } from '../../lib/providers/registry.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';

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

describe('createProvider', () => {
  it('opens the provider that the connection names, with its capabilities', async () => {
    const provider = createProvider(connection!, { apiKey: 'k-1' }, { now: () => 0 });
    expect([cancels(provider), tracksDelivery(provider)]).toEqual([true, true]);
    await expect(provider.find('SO-1-1')).rejects.toMatchObject({
      kind: 'unavailable',
      details: { system: 'austin' },
    });
    await provider.close();
  });

  it.each([undefined, 'hush-hush', {}, { apiKey: '' }, { apiKey: 7, note: 'hush-hush' }])(
    'calls the operator where the secret is %j, and does not repeat it',
    (secret) => {
      const open = () => createProvider(connection!, secret, { now: () => 0 });
      expect(open).toThrow(OperatorActionNeeded);
      expect(open).toThrow(/^austin does not accept our credentials or configuration: read the credentials$/);
    },
  );

  it('calls the operator where only a sandbox is named', () => {
    const open = () =>
      createProvider({ ...connection!, baseUrl: 'sandbox' }, { apiKey: 'k-1' }, { now: () => 0 });
    expect(open).toThrow(OperatorActionNeeded);
  });
});

describe('createNotificationVerifier', () => {
  it('reads the keys where the connection says they are', async () => {
    const asked: string[] = [];
    const fetchKeys: typeof fetch = async (url) => {
      asked.push(String(url));
      return Response.json({ keys: [] });
    };
    const verifier = createNotificationVerifier(connection!, { now: () => 0, fetch: fetchKeys });
    const headers = {
      'x-shipengine-rsa-sha256-key-id': 'a',
      'x-shipengine-rsa-sha256-signature': 'b',
      'x-shipengine-timestamp': new Date(0).toISOString(),
    };
    expect(await verifier.verify({ headers, rawBody: '{}' })).toEqual({
      genuine: false,
      why: 'it is signed with an unknown key',
    });
    expect(asked).toEqual(['http://127.0.0.1:9/jwks']);
  });
});

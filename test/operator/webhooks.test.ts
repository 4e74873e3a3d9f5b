import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listSubscriptions, replaceSubscription } from '../../lib/dear/webhook-subscriptions.ts';
import {
  applyWebhooks,
  nextRotationStep,
  OLD_TOKEN_UNUSED_AFTER_MS,
  planRotation,
  planWebhooks,
  type RotatingSecret,
  rotateToken,
  TOKEN_KNOWN_AFTER_MS,
  withNewToken,
  withoutOldToken,
  withTokenGiven,
} from '../../operator/webhooks.ts';
import { CREDENTIALS, connectedBridge } from './connected-bridge.ts';

const ADA = { name: 'Ada' };
const getActions = (planned: ReadonlyArray<{ action: string }>) => [
  ...new Set(planned.map(({ action }) => action)),
];

describe('webhooks', () => {
  it('are registered once at DEAR and the provider', async () => {
    const { fake, dear } = await connectedBridge();
    const planned = await planWebhooks(fake.bridge);
    expect(planned.map(({ system, event }) => `${system} ${event}`)).toEqual([
      'DEAR Sale/OrderAuthorised',
      'DEAR Sale/Voided',
      'DEAR Sale/Undo',
      'DEAR Sale/ShipmentTrackingNumberChanged',
      'lantern label_created_v2',
      'lantern fulfillment_shipped_v2',
    ]);
    expect(getActions(planned)).toEqual(['create']);
    expect(dear.calls().some(({ method }) => method !== 'GET')).toBe(false);
    await applyWebhooks(fake.bridge, ADA);
    expect(getActions(await planWebhooks(fake.bridge))).toEqual(['keep']);
    await applyWebhooks(fake.bridge, ADA);
    expect(await fake.audit()).toEqual([{ by: 'Ada', what: 'registered 6 webhooks', about: 'webhooks' }]);
  });

  it('are replaced where they are switched off or call another address, with the reason', async () => {
    const { fake } = await connectedBridge();
    await applyWebhooks(fake.bridge, ADA);
    const client = await fake.bridge.dear();
    const [first] = await listSubscriptions(client);
    const elsewhere = { type: first!.type, url: 'https://old.example.com/webhooks/dear', bearerToken: 'x' };
    await replaceSubscription(client, first!, elsewhere);
    expect(await planWebhooks(fake.bridge)).toContainEqual(
      expect.objectContaining({ action: 'replace', now: 'it calls https://old.example.com/webhooks/dear' }),
    );
    await applyWebhooks(fake.bridge, ADA);
    expect(getActions(await planWebhooks(fake.bridge))).toEqual(['keep']);
  });

  it('are one for each event where connections share an account, whichever connection it calls', async () => {
    const { fake, shipStation } = await connectedBridge({ beside: { id: 'anvil', location: 'Anvil Yard' } });
    const planned = (await planWebhooks(fake.bridge)).filter(({ system }) => system !== 'DEAR');
    expect(planned.map(({ system, action }) => `${system}: ${action}`)).toEqual([
      'lantern, anvil: create',
      'lantern, anvil: create',
    ]);
    await applyWebhooks(fake.bridge, ADA);
    expect(getActions(await planWebhooks(fake.bridge))).toEqual(['keep']);
    expect(shipStation.calls().filter(({ method }) => method === 'POST')).toHaveLength(2);
    await fake.secrets.write('acme-test/connection/anvil', { apiKey: 'another-account' });
    await expect(planWebhooks(fake.bridge)).rejects.toThrow('anvil');
  });

  it('are kept where each connection of an account has its own', async () => {
    const { fake, shipStation } = await connectedBridge({ beside: { id: 'anvil', location: 'Anvil Yard' } });
    await allowSeveral(shipStation.url);
    for (const id of ['anvil', 'lantern'])
      await register(shipStation.url, 'label_created_v2', fake.bridge.webhookUrls.provider(id));
    await applyWebhooks(fake.bridge, ADA);
    expect(getActions(await planWebhooks(fake.bridge))).toEqual(['keep']);
    expect(shipStation.calls().some(({ method }) => method === 'PUT')).toBe(false);
  });

  it('are recorded where a later provider fails', async () => {
    const { fake } = await connectedBridge();
    await fake.secrets.write('acme-test/connection/lantern', { apiKey: 'revoked' });
    await expect(applyWebhooks(fake.bridge, ADA)).rejects.toThrow('lantern');
    expect(await fake.audit()).toMatchObject([{ what: 'registered 4 webhooks' }]);
  });

  it('of another app are left, where ShipStation accepts one for each event', async () => {
    const { fake, shipStation } = await connectedBridge();
    const url = 'https://erp.example.com/parcels';
    await register(shipStation.url, 'label_created_v2', url);
    await register(
      shipStation.url,
      'fulfillment_shipped_v2',
      'https://old.example.com/webhooks/providers/lantern',
    );
    const done = await applyWebhooks(fake.bridge, ADA);
    expect(done.slice(-2).map(({ action }) => action)).toEqual(['leave', 'replace']);
    const [label, shipped] = (await planWebhooks(fake.bridge)).slice(-2);
    expect(label).toMatchObject({ action: 'leave', now: expect.stringContaining(`it calls ${url}`) });
    expect(shipped).toMatchObject({ action: 'keep' });
  });

  it("are registered beside another app's, where ShipStation accepts several for each event", async () => {
    const { fake, shipStation } = await connectedBridge();
    await allowSeveral(shipStation.url);
    await register(shipStation.url, 'label_created_v2', 'https://erp.example.com/parcels');
    const done = await applyWebhooks(fake.bridge, ADA);
    expect(getActions(done)).toEqual(['create']);
    expect(getActions(await planWebhooks(fake.bridge))).toEqual(['keep']);
  });

  it('of DEAR are not planned where the settings switch them off', async () => {
    const { fake } = await connectedBridge();
    const { settings } = fake.bridge;
    const off = {
      ...fake.bridge,
      settings: { ...settings, dear: { ...settings.dear, webhooks: 'off' as const } },
    };
    expect((await planWebhooks(off)).map(({ system }) => system)).toEqual(['lantern', 'lantern']);
  });

  it('are not registered without a stored token', async () => {
    const { fake } = await connectedBridge();
    await fake.secrets.write('acme-test/webhook', { current: 'short' });
    await expect(applyWebhooks(fake.bridge, ADA)).rejects.toThrow('holds no token of 16 or more characters');
  });
});

/** From now on an event takes several addresses. */
async function allowSeveral(origin: string): Promise<void> {
  const body = JSON.stringify({ severalWebhookUrls: true });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${origin}/sandbox/settings`, { method: 'PATCH', headers, body });
}

async function register(origin: string, event: string, url: string): Promise<void> {
  const headers = { 'api-key': CREDENTIALS.shipStation.apiKey, 'content-type': 'application/json' };
  const body = JSON.stringify({ event, url });
  const { ok } = await fetch(`${origin}/v2/environment/webhooks`, { method: 'POST', headers, body });
  if (!ok) throw new Error(`${event} could not be registered`);
}

it('never sends a real account an address of this machine', async () => {
  const { fake, dear } = await connectedBridge();
  const webhookUrls = {
    dear: 'http://127.0.0.1:9400/webhooks/dear',
    provider: () => 'http://127.0.0.1:9400/',
    endpoints: () => 'http://127.0.0.1:9400/',
  };
  const [connection] = fake.bridge.settings.connections;
  const real = { ...connection!, baseUrl: 'https://api.shipstation.com' };
  const settings = { ...fake.bridge.settings, connections: [real] };
  const calls = dear.calls().length;
  await expect(applyWebhooks({ ...fake.bridge, webhookUrls, settings }, ADA)).rejects.toThrow(
    'api.shipstation.com cannot call http://127.0.0.1:9400/webhooks/dear',
  );
  expect(dear.calls()).toHaveLength(calls);
  await expect(applyWebhooks({ ...fake.bridge, webhookUrls }, ADA)).resolves.toHaveLength(6);
});

describe('the rotation of the webhook token', () => {
  it('stores a new token, gives it to DEAR after six minutes, and forgets the old one after 80', async () => {
    const { fake, dear } = await connectedBridge();
    await applyWebhooks(fake.bridge, ADA);
    const secret = () => fake.secrets.read('acme-test/webhook');
    await rotateToken(fake.bridge, ADA);
    expect(await secret()).toMatchObject({ previous: 'token-of-the-webhooks' });
    expect(await rotateToken(fake.bridge, ADA)).toMatchObject({ kind: 'wait' });
    fake.now += TOKEN_KNOWN_AFTER_MS;
    const before = dear.calls().length;
    expect(await rotateToken(fake.bridge, ADA)).toEqual({ kind: 'give' });
    const given = dear
      .calls()
      .slice(before)
      .filter(({ method }) => method === 'PUT');
    expect(given).toHaveLength(4);
    fake.now += OLD_TOKEN_UNUSED_AFTER_MS;
    expect(await rotateToken(fake.bridge, ADA)).toEqual({ kind: 'forget' });
    expect(await secret()).toEqual({ current: expect.stringMatching(/^[\w-]{48}$/), previous: '' });
    expect(await planRotation(fake.bridge)).toEqual({ kind: 'store' });
  });

  it('continues one that was begun by hand, and keeps the token that DEAR has', async () => {
    const { fake } = await connectedBridge();
    const byHand = { current: 'token-put-by-hand', previous: 'token-of-the-webhooks' };
    await fake.secrets.write('acme-test/webhook', byHand);
    expect(await planRotation(fake.bridge)).toMatchObject({ kind: 'wait', forMs: TOKEN_KNOWN_AFTER_MS });
    fake.now += TOKEN_KNOWN_AFTER_MS;
    expect(await rotateToken(fake.bridge, ADA)).toEqual({ kind: 'give' });
    expect(await fake.secrets.read('acme-test/webhook')).toMatchObject(byHand);
  });

  it('keeps the old token where DEAR did not accept the new one', async () => {
    const { fake, dear } = await connectedBridge();
    await rotateToken(fake.bridge, ADA);
    fake.now += TOKEN_KNOWN_AFTER_MS;
    await dear.close();
    await expect(rotateToken(fake.bridge, ADA)).rejects.toThrow('DEAR could not be reached');
    expect(await planRotation(fake.bridge)).toEqual({ kind: 'give' });
  });
});

const NOW = Date.UTC(2026, 1, 3);
const iso = (ms: number) => new Date(ms).toISOString();
const settled: RotatingSecret = { current: 'token-number-one-1', previous: '' };

describe('a rotation of the webhook token', () => {
  it('waits between storing, giving and forgetting', () => {
    expect(nextRotationStep(settled, NOW)).toEqual({ kind: 'store' });
    const stored = withNewToken(settled, 'token-number-two-2', iso(NOW));
    expect(stored).toMatchObject({ current: 'token-number-two-2', previous: 'token-number-one-1' });
    expect(nextRotationStep(stored, NOW)).toMatchObject({ kind: 'wait', forMs: TOKEN_KNOWN_AFTER_MS });
    const known = NOW + TOKEN_KNOWN_AFTER_MS;
    expect(nextRotationStep(stored, known)).toEqual({ kind: 'give' });
    const given = withTokenGiven(stored, iso(known));
    expect(nextRotationStep(given, known)).toMatchObject({ kind: 'wait', forMs: OLD_TOKEN_UNUSED_AFTER_MS });
    expect(nextRotationStep(given, known + OLD_TOKEN_UNUSED_AFTER_MS)).toEqual({ kind: 'forget' });
    expect(withoutOldToken(given)).toEqual({ current: 'token-number-two-2', previous: '' });
  });

  it('keeps every token valid that DEAR may still send, whenever its steps are taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 * OLD_TOKEN_UNUSED_AFTER_MS }), { maxLength: 20 }),
        (pauses) => {
          let now = NOW;
          let secret = settled;
          let atDear = settled.current;
          let count = 0;
          for (const pause of pauses) {
            now += pause;
            const { kind } = nextRotationStep(secret, now);
            count += 1;
            if (kind === 'store') secret = withNewToken(secret, `token-number-${count}`, iso(now));
            if (kind === 'give') {
              atDear = secret.current;
              secret = withTokenGiven(secret, iso(now));
            }
            if (kind === 'forget') secret = withoutOldToken(secret);
            expect([secret.current, secret.previous]).toContain(atDear);
          }
        },
      ),
    );
  });
});

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { memoryStorage } from 'dear-sandbox/kit';
import type { LabelRow, WebhookRow } from 'dear-sandbox/shipstation-v2';
import { afterEach, describe, expect, it } from 'vitest';
import { shipStationNotificationVerifier } from '../../../lib/providers/shipstation-v2/notifications.ts';
import { startSandbox, stopSandboxes } from './sandbox-harness.ts';

const PATH = '/v2/environment/webhooks';

interface Received {
  headers: IncomingHttpHeaders;
  rawBody: string;
}

const closing: Array<() => void> = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A subscriber. It answers with each status in turn and then repeats the last. */
async function startReceiver(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, rawBody: await text(request) });
    response.writeHead(statuses[received.length - 1] ?? statuses.at(-1) ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

describe('subscriptions', () => {
  it('are limited to one for an event', async () => {
    const { call } = await startSandbox();
    const url = 'http://127.0.0.1:9/a';
    const first = await call<WebhookRow>('POST', PATH, { event: 'label_created_v2', url, name: 'A' });
    expect(first.body).toMatchObject({
      webhook_id: expect.stringMatching(/^se-/),
      event: 'label_created_v2',
      url,
    });
    const second = await call('POST', PATH, { event: 'label_created_v2', url: 'http://127.0.0.1:9/b' });
    expect([second.status, second.body.errors[0]?.error_code]).toEqual([409, 'webhook_event_type_conflict']);
    expect((await call('POST', PATH, { event: 'fulfillment_shipped_v2', url })).status).toBe(200);
  });

  it('can be listed, changed and removed', async () => {
    const { call } = await startSandbox();
    const { webhook_id } = (
      await call<WebhookRow>('POST', PATH, { event: 'track', url: 'http://127.0.0.1:9/a' })
    ).body;
    expect((await call('PUT', `${PATH}/${webhook_id}`, { url: 'http://127.0.0.1:9/b' })).status).toBe(204);
    expect((await call<WebhookRow[]>('GET', PATH)).body).toMatchObject([
      { webhook_id, url: 'http://127.0.0.1:9/b' },
    ]);
    expect((await call('DELETE', `${PATH}/${webhook_id}`)).status).toBe(204);
    expect((await call('GET', `${PATH}/${webhook_id}`)).status).toBe(404);
  });

  it.each([
    { event: 'shipped', url: 'http://127.0.0.1:9/' },
    { event: 'track', url: 'mailto:a@b.example' },
    {},
  ])('are refused as %j', async (request) => {
    const { call } = await startSandbox();
    expect((await call('POST', PATH, request)).status).toBe(400);
  });
});

/** From one attempt to the next, in ms. */
const ATTEMPT_WAITS = [1_000, 5_000, 30_000, 120_000];

describe('deliveries', () => {
  const subscribed = async (url: string, options: Parameters<typeof startSandbox>[0] = {}) => {
    const sandbox = await startSandbox(options);
    const headers = [{ key: 'x-of-ours', value: 'yes' }];
    await sandbox.call('POST', PATH, { event: 'label_created_v2', url, headers });
    await sandbox.call('POST', PATH, { event: 'fulfillment_shipped_v2', url, headers });
    return sandbox;
  };

  it('are sent a second after a label, signed, with the address of a list that contains it', async () => {
    const receiver = await startReceiver(200);
    const { createOne, buyLabel, timeline, call, url } = await subscribed(receiver.url);
    const label = await buyLabel((await createOne('SO-1-1')).shipment_id);
    expect(receiver.received).toHaveLength(0);
    await timeline.advance(1000);
    await expect.poll(() => receiver.received).toHaveLength(1);
    const { headers, rawBody } = receiver.received[0]!;
    expect(headers['x-of-ours']).toBe('yes');
    const verifier = shipStationNotificationVerifier({
      system: 's',
      jwksUrl: `${url}/jwks`,
      now: timeline.now,
      fetch,
    });
    const single = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(await verifier.verify({ headers: single, query: {}, rawBody })).toEqual({
      genuine: true,
      kind: 'LABEL_CREATED_V2',
    });
    const { resource_url } = JSON.parse(rawBody) as { resource_url: string };
    const listed = (await call<{ labels: LabelRow[] }>('GET', resource_url)).body.labels;
    expect(listed.map(({ label_id }) => label_id)).toEqual([label.label_id]);
  });

  it('are sent for fulfillments too', async () => {
    const receiver = await startReceiver(200);
    const { createOne, timeline, call } = await subscribed(receiver.url);
    const { shipment_id } = await createOne('SO-1-1');
    const row = { shipment_id, tracking_number: 'DH1', carrier_code: 'dhl_express' };
    await call('POST', '/v2/fulfillments', { fulfillments: [row] });
    await timeline.advance(1000);
    await expect.poll(() => receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.rawBody).toContain('"FULFILLMENT_SHIPPED_V2"');
  });

  it('are repeated three times after a failure', async () => {
    const receiver = await startReceiver(500);
    const { createOne, buyLabel, timeline } = await subscribed(receiver.url);
    await buyLabel((await createOne('SO-1-1')).shipment_id);
    for (const [index, wait] of ATTEMPT_WAITS.entries()) {
      await timeline.advance(wait - 1);
      expect(receiver.received).toHaveLength(index);
      await timeline.advance(1);
      expect(receiver.received).toHaveLength(index + 1);
    }
    await timeline.advance(3_600_000);
    expect(receiver.received).toHaveLength(4);
  });

  it('end with the first success', async () => {
    const receiver = await startReceiver(500, 204);
    const { createOne, buyLabel, timeline } = await subscribed(receiver.url);
    await buyLabel((await createOne('SO-1-1')).shipment_id);
    await timeline.advance(3_600_000);
    expect(receiver.received).toHaveLength(2);
  });

  it('continue after a restart, signed by the same key', async () => {
    const receiver = await startReceiver(200);
    const storage = memoryStorage<never>();
    const first = await subscribed(receiver.url, { storage });
    const keys = await (await fetch(`${first.url}/jwks`)).text();
    await first.buyLabel((await first.createOne('SO-1-1')).shipment_id);
    await stopSandboxes();
    const second = await startSandbox({ storage });
    await second.timeline.advance(1000);
    await expect.poll(() => receiver.received).toHaveLength(1);
    const kid = receiver.received[0]?.headers['x-shipengine-rsa-sha256-key-id'];
    const rsaKey = (json: string) => JSON.parse(json).keys.find((key: { kid: string }) => key.kid === kid);
    expect(rsaKey(await (await fetch(`${second.url}/jwks`)).text())).toEqual(rsaKey(keys));
    expect(rsaKey(keys).kty).toBe('RSA');
  });
});

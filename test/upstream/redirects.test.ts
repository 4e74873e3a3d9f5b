import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { extensivNotificationVerifier } from '../../lib/providers/extensiv/notifications.ts';
import { shipStationNotificationVerifier } from '../../lib/providers/shipstation-v2/notifications.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that sends every caller to another one, and how often that one was called. */
async function redirecting() {
  const calls: string[] = [];
  const elsewhere = await serve((request, response) => {
    calls.push(request.url ?? '');
    response.end('{"keys":[],"publicKey":"x"}');
  });
  const url = await serve((_, response) => {
    response.writeHead(307, { location: `${elsewhere}/stolen` }).end();
  });
  return { url, calls };
}

const now = Date.now;
const time = () => new Date(now()).toISOString();

/** Calls that are not made by the client of upstreams, whose redirects are tested with its other faults. */
const CALLS: Record<string, (url: string) => Promise<unknown>> = {
  "the keys of ShipStation's webhooks": (url) =>
    shipStationNotificationVerifier({ system: 's', jwksUrl: `${url}/jwks`, now, fetch }).verify({
      headers: {
        'x-shipengine-rsa-sha256-key-id': 'k',
        'x-shipengine-rsa-sha256-signature': 's',
        'x-shipengine-timestamp': time(),
      },
      query: {},
      rawBody: '{"resource_type":"a"}',
    }),
  "the key of Extensiv's webhooks": (url) =>
    extensivNotificationVerifier({
      system: 'e',
      settings: { baseUrl: url, loginField: 'user_login' },
      readSecret: async () => ({ clientId: 'c', clientSecret: 's', userLogin: 'u' }),
      now,
      fetch,
    }).verify({
      headers: { signature: 's' },
      query: {},
      rawBody: JSON.stringify({ eventType: 'a', eventDateTimeUtc: time() }),
    }),
};

describe('a redirect', () => {
  it.each(Object.entries(CALLS))('is not followed where %s are read', async (_, call) => {
    const { url, calls } = await redirecting();
    await expect(call(url)).rejects.toThrow();
    expect(calls).toEqual([]);
  });
});

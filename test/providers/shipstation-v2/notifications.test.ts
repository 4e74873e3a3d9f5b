import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { newSigningKey, publicKeys, signatureHeaders } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it } from 'vitest';
import { Unavailable, UnexpectedAnswer } from '../../../lib/domain/errors.ts';
import { shipStationNotificationVerifier } from '../../../lib/providers/shipstation-v2/notifications.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;
const BODY =
  '{"resource_url":"https://api.example/v2/labels?batch_id=se-1","resource_type":"LABEL_CREATED_V2"}';
const signingKey = newSigningKey();

/** A verifier whose clock and key server are at hand. */
function setUp(
  answers: Array<() => Response | Promise<Response>> = [() => Response.json(publicKeys(signingKey))],
) {
  const world = { now: NOON, fetched: 0 };
  const verifier = shipStationNotificationVerifier({
    system: 'shipstation',
    jwksUrl: 'https://keys.example/jwks',
    now: () => world.now,
    fetch: async () => {
      const answer = answers[Math.min(world.fetched, answers.length - 1)]!;
      world.fetched += 1;
      return await answer();
    },
  });
  const verify = (headers: Record<string, string | undefined>, rawBody = BODY) =>
    verifier.verify({ headers, rawBody });
  return { world, verify };
}

describe('the verifier of ShipStation webhooks', () => {
  it('knows a genuine one by its signature and says what it is about', async () => {
    const { verify } = setUp();
    expect(await verify(signatureHeaders(signingKey, BODY, NOON))).toEqual({
      genuine: true,
      kind: 'LABEL_CREATED_V2',
    });
  });

  it.each([-5 * MINUTE, 5 * MINUTE])('takes one whose clock is %d ms off', async (skew) => {
    expect((await setUp().verify(signatureHeaders(signingKey, BODY, NOON + skew))).genuine).toBe(true);
  });

  it.each([-5 * MINUTE - 1, 5 * MINUTE + 1])(
    'refuses one that is %d ms off, without reading any key',
    async (skew) => {
      const { world, verify } = setUp();
      expect((await verify(signatureHeaders(signingKey, BODY, NOON + skew))).genuine).toBe(false);
      expect(world.fetched).toBe(0);
    },
  );

  it.each([
    ['another body', (headers: Record<string, string>) => ({ headers, rawBody: `${BODY} ` })],
    [
      'a later timestamp',
      (headers: Record<string, string>) => ({
        headers: { ...headers, 'x-shipengine-timestamp': new Date(NOON + 1).toISOString() },
      }),
    ],
    [
      'no signature',
      (headers: Record<string, string>) => ({
        headers: { ...headers, 'x-shipengine-rsa-sha256-signature': undefined },
      }),
    ],
    [
      'a signature that is no base64',
      (headers: Record<string, string>) => ({
        headers: { ...headers, 'x-shipengine-rsa-sha256-signature': '!!' },
      }),
    ],
    [
      'a timestamp that is none',
      (headers: Record<string, string>) => ({ headers: { ...headers, 'x-shipengine-timestamp': 'now' } }),
    ],
    [
      'an unknown key',
      (headers: Record<string, string>) => ({
        headers: { ...headers, 'x-shipengine-rsa-sha256-key-id': 'other' },
      }),
    ],
    [
      'the elliptic-curve key',
      (headers: Record<string, string>) => ({
        headers: { ...headers, 'x-shipengine-rsa-sha256-key-id': 'sandbox-ec-1' },
      }),
    ],
  ])('refuses %s', async (_, change) => {
    const { headers, rawBody } = { rawBody: BODY, ...change(signatureHeaders(signingKey, BODY, NOON)) };
    const verdict = await setUp().verify(headers, rawBody);
    expect(verdict).toEqual({ genuine: false, why: expect.any(String) });
  });

  it('refuses a signature by another key under a known name', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = sign(
      'RSA-SHA256',
      Buffer.from(`${new Date(NOON).toISOString()}.${BODY}`),
      privateKey,
    ).toString('base64');
    const headers = {
      ...signatureHeaders(signingKey, BODY, NOON),
      'x-shipengine-rsa-sha256-signature': signature,
    };
    expect((await setUp().verify(headers)).genuine).toBe(false);
  });

  it('refuses a timestamp that is none, however well it is signed', async () => {
    const key = createPrivateKey({ key: signingKey, format: 'jwk' });
    const signature = sign('RSA-SHA256', Buffer.from(`soon.${BODY}`), key).toString('base64');
    const headers = {
      'x-shipengine-rsa-sha256-key-id': String(signingKey.kid),
      'x-shipengine-rsa-sha256-signature': signature,
      'x-shipengine-timestamp': 'soon',
    };
    expect((await setUp().verify(headers)).genuine).toBe(false);
  });

  it('does not stumble over keys of a kind that it has no use for', async () => {
    const odd = { kty: 'EC', crv: 'P-0', x: '', y: '', kid: 'odd' };
    const { verify } = setUp([() => Response.json({ keys: [odd, ...publicKeys(signingKey).keys] })]);
    expect((await verify(signatureHeaders(signingKey, BODY, NOON))).genuine).toBe(true);
  });

  it('refuses a signed body that is no notification', async () => {
    for (const body of ['[]', 'hello', '{"resource_type":""}']) {
      expect((await setUp().verify(signatureHeaders(signingKey, body, NOON), body)).genuine).toBe(false);
    }
  });

  it('reads the keys once for many notifications', async () => {
    const { world, verify } = setUp();
    for (let index = 0; index < 5; index += 1) await verify(signatureHeaders(signingKey, BODY, NOON));
    expect(world.fetched).toBe(1);
  });

  it('looks again for a key that it does not know, at most once a minute', async () => {
    const rotated = { ...newSigningKey(), kid: 'sandbox-rsa-2' };
    const { world, verify } = setUp([
      () => Response.json(publicKeys(signingKey)),
      () => Response.json(publicKeys(rotated)),
    ]);
    await verify(signatureHeaders(signingKey, BODY, NOON));
    expect((await verify(signatureHeaders(rotated, BODY, NOON))).genuine).toBe(false);
    expect(world.fetched).toBe(1);
    world.now += MINUTE;
    expect((await verify(signatureHeaders(rotated, BODY, world.now))).genuine).toBe(true);
    expect(world.fetched).toBe(2);
  });

  it.each([
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed')), Unavailable],
    ['answers with an error', () => new Response('no', { status: 503 }), Unavailable],
    ['answers in another form', () => Response.json({ nothing: true }), UnexpectedAnswer],
  ])('throws where the key server %s, so that the sender comes again', async (_, answer, expected) => {
    const { world, verify } = setUp([answer]);
    await expect(verify(signatureHeaders(signingKey, BODY, NOON))).rejects.toBeInstanceOf(expected);
    await expect(verify(signatureHeaders(signingKey, BODY, NOON))).rejects.toBeInstanceOf(expected);
    expect(world.fetched).toBe(1);
  });

  it('goes on with the keys it has while the key server is away', async () => {
    const { world, verify } = setUp([
      () => Response.json(publicKeys(signingKey)),
      () => new Response('no', { status: 503 }),
    ]);
    await verify(signatureHeaders(signingKey, BODY, NOON));
    world.now += MINUTE;
    const stranger = {
      ...signatureHeaders(signingKey, BODY, world.now),
      'x-shipengine-rsa-sha256-key-id': 'other',
    };
    await expect(verify(stranger)).rejects.toBeInstanceOf(Unavailable);
    expect((await verify(signatureHeaders(signingKey, BODY, world.now))).genuine).toBe(true);
  });
});

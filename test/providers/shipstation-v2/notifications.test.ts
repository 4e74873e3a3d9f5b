import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { newSigningKey, publicKeys, signatureHeaders } from 'dear-sandbox/shipstation-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unavailable, UnexpectedAnswer } from '../../../lib/domain/errors.ts';
import { shipStationNotificationVerifier } from '../../../lib/providers/shipstation-v2/notifications.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;
const BODY =
  '{"resource_url":"https://api.example/v2/labels?batch_id=se-1","resource_type":"LABEL_CREATED_V2"}';
const signingKey = newSigningKey();

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOON }));
afterEach(() => void vi.useRealTimers());

/** A verifier whose key server gives these answers, the last one again and again. */
function setUp(
  answers: Array<() => Response | Promise<Response>> = [() => Response.json(publicKeys(signingKey))],
) {
  const world = { fetched: 0 };
  const verifier = shipStationNotificationVerifier({
    system: 'shipstation',
    jwksUrl: 'https://keys.example/jwks',
    now: Date.now,
    fetch: async () => {
      const answer = answers[Math.min(world.fetched, answers.length - 1)]!;
      world.fetched += 1;
      return await answer();
    },
  });
  const verify = (headers: Record<string, string | undefined>, rawBody = BODY) =>
    verifier.verify({ headers, query: {}, rawBody });
  return { world, verify };
}

describe('a ShipStation webhook', () => {
  it('is genuine with a valid signature, and its kind is read', async () => {
    const { verify } = setUp();
    expect(await verify(signatureHeaders(signingKey, BODY, NOON))).toEqual({
      genuine: true,
      kind: 'LABEL_CREATED_V2',
    });
  });

  it.each([-5 * MINUTE, 5 * MINUTE])('is genuine if it was signed %d ms from now', async (skew) => {
    expect((await setUp().verify(signatureHeaders(signingKey, BODY, NOON + skew))).genuine).toBe(true);
  });

  it.each([-5 * MINUTE - 1, 5 * MINUTE + 1])(
    'is refused if it was signed %d ms from now, without reading any key',
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
      'a signature that is not base64',
      (headers: Record<string, string>) => ({
        headers: { ...headers, 'x-shipengine-rsa-sha256-signature': '!!' },
      }),
    ],
    [
      'a timestamp that is not a time',
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
  ])('is refused with %s', async (_, change) => {
    const { headers, rawBody } = { rawBody: BODY, ...change(signatureHeaders(signingKey, BODY, NOON)) };
    const verdict = await setUp().verify(headers, rawBody);
    expect(verdict).toEqual({ genuine: false, why: expect.any(String) });
  });

  it('is refused if another key signed it under a known key id', async () => {
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

  it('is refused if its timestamp is not a time, although the signature is valid', async () => {
    const key = createPrivateKey({ key: signingKey, format: 'jwk' });
    const signature = sign('RSA-SHA256', Buffer.from(`soon.${BODY}`), key).toString('base64');
    const headers = {
      'x-shipengine-rsa-sha256-key-id': String(signingKey.kid),
      'x-shipengine-rsa-sha256-signature': signature,
      'x-shipengine-timestamp': 'soon',
    };
    expect((await setUp().verify(headers)).genuine).toBe(false);
  });

  it('is genuine although the key set holds an unusable key', async () => {
    const odd = { kty: 'EC', crv: 'P-0', x: '', y: '', kid: 'odd' };
    const { verify } = setUp([() => Response.json({ keys: [odd, ...publicKeys(signingKey).keys] })]);
    expect((await verify(signatureHeaders(signingKey, BODY, NOON))).genuine).toBe(true);
  });

  it('is refused if its signed body is not a notification', async () => {
    for (const body of ['[]', 'hello', '{"resource_type":""}']) {
      expect((await setUp().verify(signatureHeaders(signingKey, body, NOON), body)).genuine).toBe(false);
    }
  });

  it('names no kind that may be personal, as kinds are logged', async () => {
    const body = '{"resource_type":"Ada Lovelace, 12 Quay Road"}';
    const verdict = await setUp().verify(signatureHeaders(signingKey, body, NOON), body);
    expect(verdict).toEqual({ genuine: true, kind: 'unknown' });
  });

  it('causes no further read of the keys where its key is known', async () => {
    const { world, verify } = setUp();
    for (let index = 0; index < 5; index += 1) await verify(signatureHeaders(signingKey, BODY, NOON));
    expect(world.fetched).toBe(1);
  });

  it('causes another read of the keys for an unknown key id at most once a minute', async () => {
    const rotated = { ...newSigningKey(), kid: 'sandbox-rsa-2' };
    const { world, verify } = setUp([
      () => Response.json(publicKeys(signingKey)),
      () => Response.json(publicKeys(rotated)),
    ]);
    await verify(signatureHeaders(signingKey, BODY, NOON));
    expect((await verify(signatureHeaders(rotated, BODY, NOON))).genuine).toBe(false);
    expect(world.fetched).toBe(1);
    vi.advanceTimersByTime(MINUTE);
    expect((await verify(signatureHeaders(rotated, BODY, Date.now()))).genuine).toBe(true);
    expect(world.fetched).toBe(2);
  });

  it.each([
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed')), Unavailable],
    ['answers with an error', () => new Response('no', { status: 503 }), Unavailable],
    ['answers in another form', () => Response.json({ nothing: true }), UnexpectedAnswer],
  ])('fails where the key server %s, so that the sender tries again', async (_, answer, expected) => {
    const { world, verify } = setUp([answer]);
    await expect(verify(signatureHeaders(signingKey, BODY, NOON))).rejects.toBeInstanceOf(expected);
    await expect(verify(signatureHeaders(signingKey, BODY, NOON))).rejects.toBeInstanceOf(expected);
    expect(world.fetched).toBe(1);
  });

  it('is verified with the known keys while the key server is unavailable', async () => {
    const { verify } = setUp([
      () => Response.json(publicKeys(signingKey)),
      () => new Response('no', { status: 503 }),
    ]);
    await verify(signatureHeaders(signingKey, BODY, NOON));
    vi.advanceTimersByTime(MINUTE);
    const stranger = {
      ...signatureHeaders(signingKey, BODY, Date.now()),
      'x-shipengine-rsa-sha256-key-id': 'other',
    };
    await expect(verify(stranger)).rejects.toBeInstanceOf(Unavailable);
    expect((await verify(signatureHeaders(signingKey, BODY, Date.now()))).genuine).toBe(true);
  });

  it('is read with new keys five seconds after a failed read', async () => {
    const { world, verify } = setUp([
      () => new Response('no', { status: 503 }),
      () => Response.json(publicKeys(signingKey)),
    ]);
    const headers = signatureHeaders(signingKey, BODY, NOON);
    await expect(verify(headers)).rejects.toBeInstanceOf(Unavailable);
    vi.advanceTimersByTime(4_999);
    await expect(verify(headers)).rejects.toBeInstanceOf(Unavailable);
    expect(world.fetched).toBe(1);
    vi.advanceTimersByTime(1);
    expect((await verify(headers)).genuine).toBe(true);
  });

  it('is refused ten minutes after its key was revoked, at the latest', async () => {
    const rotated = { ...newSigningKey(), kid: 'sandbox-rsa-2' };
    const { verify } = setUp([
      () => Response.json(publicKeys(signingKey)),
      () => Response.json(publicKeys(rotated)),
    ]);
    expect((await verify(signatureHeaders(signingKey, BODY, Date.now()))).genuine).toBe(true);
    vi.advanceTimersByTime(10 * MINUTE);
    expect(await verify(signatureHeaders(signingKey, BODY, Date.now()))).toEqual({
      genuine: false,
      why: 'it is signed with an unknown key',
    });
  });

  it('fails once the known keys are ten minutes old and the key server is unavailable', async () => {
    const { verify } = setUp([
      () => Response.json(publicKeys(signingKey)),
      () => new Response('no', { status: 503 }),
    ]);
    await verify(signatureHeaders(signingKey, BODY, Date.now()));
    vi.advanceTimersByTime(10 * MINUTE);
    await expect(verify(signatureHeaders(signingKey, BODY, Date.now()))).rejects.toBeInstanceOf(Unavailable);
  });
});

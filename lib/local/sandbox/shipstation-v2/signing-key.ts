import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';

/** RSA 2048, as ShipEngine's. It costs about 100 ms, so it is made once and kept with the state. */
export function newSigningKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'sandbox-rsa-1' };
}

/**
 * What `/jwks` gives: the key webhooks are signed with, after an elliptic-curve key that signs nothing here. ShipEngine's
 * own set holds one too, and a reader that takes the first key fails on it.
 */
export function publicKeys(signingKey: JsonWebKey): { keys: JsonWebKey[] } {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const decoy = { ...publicKey.export({ format: 'jwk' }), kid: 'sandbox-ec-1', use: 'sig', alg: 'ES256' };
  const ours = createPublicKey({ key: signingKey, format: 'jwk' }).export({ format: 'jwk' });
  return { keys: [decoy, { ...ours, kid: signingKey.kid, use: 'sig', alg: 'RS256' }] };
}

/** The three headers by which a receiver knows that we sent the body, and when. */
export function signatureHeaders(signingKey: JsonWebKey, body: string, now: number): Record<string, string> {
  const timestamp = new Date(now).toISOString();
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  return {
    'x-shipengine-rsa-sha256-key-id': String(signingKey.kid),
    'x-shipengine-rsa-sha256-signature': sign(
      'RSA-SHA256',
      Buffer.from(`${timestamp}.${body}`),
      key,
    ).toString('base64'),
    'x-shipengine-timestamp': timestamp,
  };
}

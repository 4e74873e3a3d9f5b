import { webcrypto } from 'node:crypto';
import { errors } from 'jose';
import { createRemoteJWKSet, customFetch } from 'jose/jwks/remote';
import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { Unavailable, UnexpectedAnswer, UpstreamError } from '../../domain/errors.ts';
import { notificationKind } from '../notification-kind.ts';
import type { NotificationRequest, NotificationVerdict, NotificationVerifier } from '../provider.ts';

const KEY_ID_HEADER = 'x-shipengine-rsa-sha256-key-id';
const SIGNATURE_HEADER = 'x-shipengine-rsa-sha256-signature';
const TIMESTAMP_HEADER = 'x-shipengine-timestamp';

/** In either direction, per ShipStation's documentation: an older notification may be a replay. */
const WINDOW_MS = 5 * 60_000;
/** Anyone can name any key, so unknown key ids cause at most one request in this time. */
const UNKNOWN_KEY_COOLDOWN_MS = 60_000;
/** A revoked key is accepted for at most this long. */
const MAX_KEY_AGE_MS = 10 * 60_000;
/** After a failed fetch, notifications in this time fail without a request. */
const RETRY_MS = 5_000;
/** The sender waits for our answer meanwhile. */
const FETCH_TIMEOUT_MS = 3_000;

/** PKCS#1 v1.5, as JOSE names it. */
const JOSE_ALGORITHM = 'RS256';
const WEB_CRYPTO_ALGORITHM = 'RSASSA-PKCS1-v1_5';

interface VerifierOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly jwksUrl: string;
  /** Judges the age of a notification. The age of the keys is measured by jose with the system clock. */
  readonly now: Clock;
  /** The global `fetch`: this file is loaded by the webhook function, whose cold start an HTTP library would double. */
  readonly fetch: typeof fetch;
}

const notification = z.looseObject({ resource_type: notificationKind });

/** Checks RSA-SHA256 signatures over `timestamp.body` against ShipEngine's published keys. */
export function shipStationNotificationVerifier(options: VerifierOptions): NotificationVerifier {
  const findKey = keyFinder(options);
  return {
    async verify({ headers, rawBody }) {
      const keyId = headers[KEY_ID_HEADER] ?? '';
      const signature = headers[SIGNATURE_HEADER] ?? '';
      const timestamp = headers[TIMESTAMP_HEADER] ?? '';
      if (keyId === '' || signature === '' || timestamp === '') return refuse('it carries no signature');
      const age = Math.abs(options.now() - Date.parse(timestamp));
      // Written so that an unreadable time (NaN) is refused as well.
      if (!(age <= WINDOW_MS)) return refuse('it was signed more than five minutes from now');
      const key = await findKey(keyId);
      if (key === null) return refuse('it is signed with an unknown key');
      if (!(await isSignedBy(key, signature, `${timestamp}.${rawBody}`)))
        return refuse('its signature is wrong');
      return getKind(rawBody);
    },
  };
}

function isSignedBy(key: webcrypto.CryptoKey, signature: string, signed: string): Promise<boolean> {
  const bytes = Buffer.from(signature, 'base64');
  return webcrypto.subtle.verify(WEB_CRYPTO_ALGORITHM, key, bytes, Buffer.from(signed));
}

function getKind(rawBody: NotificationRequest['rawBody']): NotificationVerdict {
  try {
    const { resource_type } = notification.parse(JSON.parse(rawBody));
    return { genuine: true, kind: resource_type };
  } catch {
    return refuse('its body is no notification');
  }
}

function refuse(why: string): NotificationVerdict {
  return { genuine: false, why };
}

/**
 * Finds a public key by its id, null where ShipEngine does not publish it. Keys are read again when they are
 * `MAX_KEY_AGE_MS` old, and, as ShipEngine rotates them, for an unknown id.
 * @throws {Unavailable | UnexpectedAnswer} where the keys cannot be read, so that the sender tries again
 */
function keyFinder(options: VerifierOptions): (keyId: string) => Promise<webcrypto.CryptoKey | null> {
  let failure: { readonly at: number; readonly error: UpstreamError } | null = null;
  let keySet: ReturnType<typeof openKeySet> | null = null;
  // jose itself would send a request for every notification until one succeeds.
  const refuseWhileFailing = () => {
    if (failure !== null && Date.now() < failure.at + RETRY_MS) throw failure.error;
  };

  return async (keyId) => {
    // Not before the first notification: it loads the runtime's `fetch`, a fifth of this function's cold start.
    keySet ??= openKeySet(options, refuseWhileFailing);
    try {
      return await keySet({ alg: JOSE_ALGORITHM, kid: keyId });
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      if (error !== failure?.error)
        failure = { at: Date.now(), error: toUpstreamError(error, options.system) };
      throw failure?.error;
    }
  };
}

function openKeySet(options: VerifierOptions, beforeFetch: () => void) {
  return createRemoteJWKSet(new URL(options.jwksUrl), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: UNKNOWN_KEY_COOLDOWN_MS,
    cacheMaxAge: MAX_KEY_AGE_MS,
    [customFetch]: (url, request) => {
      beforeFetch();
      return fetchKeys(options, url, request);
    },
  });
}

const OPERATION = 'read the keys that sign its webhooks';

async function fetchKeys(
  { system, fetch }: VerifierOptions,
  url: string,
  request: RequestInit,
): Promise<Response> {
  const response = await fetch(url, request).catch((cause: unknown) => {
    throw new Unavailable({ system, operation: OPERATION, cause });
  });
  if (response.ok) return response;
  throw new Unavailable({ system, operation: OPERATION, status: response.status });
}

function toUpstreamError(error: unknown, system: string): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const details = { system, operation: OPERATION, cause: error };
  return error instanceof errors.JWKSTimeout ? new Unavailable(details) : new UnexpectedAnswer(details);
}

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { Unavailable, UnexpectedAnswer } from '../../domain/errors.ts';
import type { NotificationRequest, NotificationVerdict, NotificationVerifier } from '../provider.ts';

const KEY_ID_HEADER = 'x-shipengine-rsa-sha256-key-id';
const SIGNATURE_HEADER = 'x-shipengine-rsa-sha256-signature';
const TIMESTAMP_HEADER = 'x-shipengine-timestamp';

/** Either way, per ShipStation's documentation: an older one may be a replay. */
const WINDOW_MS = 5 * 60_000;
/** A stranger can name any key, so an unknown one costs a request at most this often. */
const REFETCH_MS = 60_000;
/** The sender waits for our answer meanwhile. */
const FETCH_TIMEOUT_MS = 3_000;

interface VerifierOptions {
  /** The connection's id, by which errors name it. */
  readonly system: string;
  readonly jwksUrl: string;
  readonly now: Clock;
  /** The global `fetch`: this file is loaded by the webhook function, whose cold start an HTTP library would double. */
  readonly fetch: typeof fetch;
}

type Keys = ReadonlyMap<string, KeyObject>;

const keySet = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })),
});
const notification = z.looseObject({ resource_type: z.string().min(1) });

/** RSA-SHA256 (PKCS#1 v1.5) over `timestamp.body`, by one of ShipEngine's published keys. */
export function shipStationNotificationVerifier(options: VerifierOptions): NotificationVerifier {
  const toKey = keyFinder(options);
  return {
    async verify({ headers, rawBody }) {
      const keyId = headers[KEY_ID_HEADER] ?? '';
      const signature = headers[SIGNATURE_HEADER] ?? '';
      const timestamp = headers[TIMESTAMP_HEADER] ?? '';
      if (keyId === '' || signature === '' || timestamp === '') return refuse('it carries no signature');
      const age = Math.abs(options.now() - Date.parse(timestamp));
      // Written so that a time that cannot be read (NaN) is refused too.
      if (!(age <= WINDOW_MS)) return refuse('it was signed more than five minutes from now');
      const key = await toKey(keyId);
      if (key === undefined) return refuse('it is signed with an unknown key');
      const signed = Buffer.from(`${timestamp}.${rawBody}`);
      if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64')))
        return refuse('its signature is wrong');
      return getKind(rawBody);
    },
  };
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

/** Keeps the keys, and looks again for one that it does not know: ShipEngine rotates them. */
function keyFinder(options: VerifierOptions): (keyId: string) => Promise<KeyObject | undefined> {
  let keys: Keys = new Map();
  let fetching: Promise<Keys> = Promise.resolve(keys);
  let fetchedAt = Number.NEGATIVE_INFINITY;

  return async (keyId) => {
    const known = keys.get(keyId);
    if (known !== undefined) return known;
    if (options.now() - fetchedAt >= REFETCH_MS) {
      fetchedAt = options.now();
      fetching = fetchKeys(options);
    }
    keys = await fetching;
    return keys.get(keyId);
  };
}

/** @throws {Unavailable | UnexpectedAnswer} so that the sender is told to come again */
async function fetchKeys({ jwksUrl, fetch, system }: VerifierOptions): Promise<Keys> {
  const operation = 'read the keys that sign its webhooks';
  const response = await fetch(jwksUrl, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch(
    (cause: unknown) => {
      throw new Unavailable({ system, operation, cause });
    },
  );
  if (!response.ok) throw new Unavailable({ system, operation, status: response.status });
  try {
    const set = keySet.parse(await response.json());
    const usable = set.keys.filter((key) => key.kty === 'RSA' && key.kid !== undefined);
    return new Map(usable.map((jwk) => [jwk.kid ?? '', createPublicKey({ key: jwk, format: 'jwk' })]));
  } catch (cause) {
    throw new UnexpectedAnswer({ system, operation, status: response.status, cause });
  }
}

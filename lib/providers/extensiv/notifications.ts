import { webcrypto } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { OperatorActionNeeded, Unavailable, UnexpectedAnswer } from '../../domain/errors.ts';
import { notificationKind } from '../notification-kind.ts';
import type { NotificationVerdict, NotificationVerifier } from '../provider.ts';
import type { ExtensivSecret, ExtensivSettings } from './settings.ts';

interface VerifierOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Pick<ExtensivSettings, 'baseUrl' | 'loginField'>;
  /** Reading the key may need a token. */
  readonly readSecret: () => Promise<ExtensivSecret>;
  readonly now: Clock;
  /** The global `fetch`: an HTTP library would double the cold start of the function that answers webhooks. */
  readonly fetch: typeof fetch;
}

/** Base64 of RSA-SHA256 over the body. */
const SIGNATURE_HEADER = 'signature';
const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
/** Extensiv repeats an event for six hours, and keeps it three days more for its staff to send again. */
const MAX_AGE_MS = 4 * 24 * 3_600_000;
/** Extensiv's clock may be ahead of ours. */
const MAX_AHEAD_MS = 5 * 60_000;
/** Anyone can send a wrong signature, so it makes the key be read again at most once in this time. */
const KEY_COOLDOWN_MS = 60_000;
/** Extensiv waits three seconds for our answer; a token and the key are two calls. */
const FETCH_TIMEOUT_MS = 1_200;
const OPERATION = 'read the key that signs its webhooks';

const notification = z.looseObject({ eventType: notificationKind, eventDateTimeUtc: z.string() });
const keyAnswer = z.looseObject({ publicKey: z.string().min(1) });
const tokenAnswer = z.looseObject({ access_token: z.string().min(1) });

/** Checks the signature of a webhook against Extensiv's public key. */
export function extensivNotificationVerifier(options: VerifierOptions): NotificationVerifier {
  let key: webcrypto.CryptoKey | null = null;
  let readAt = Number.NEGATIVE_INFINITY;

  async function readKey(): Promise<webcrypto.CryptoKey> {
    readAt = options.now();
    key = await importKey(await fetchKey(options), options.system);
    return key;
  }

  async function isGenuine(signature: string, rawBody: string): Promise<boolean> {
    if (key !== null && (await isSignedBy(key, signature, rawBody))) return true;
    // Extensiv changes its key without notice.
    if (key !== null && options.now() - readAt < KEY_COOLDOWN_MS) return false;
    return await isSignedBy(await readKey(), signature, rawBody);
  }

  return {
    async verify({ headers, rawBody }) {
      const signature = headers[SIGNATURE_HEADER] ?? '';
      const parsed = notification.safeParse(parseJson(rawBody));
      if (signature === '') return refuse('it carries no signature');
      if (!parsed.success) return refuse('its body is no notification');
      const { eventType, eventDateTimeUtc } = parsed.data;
      const age = options.now() - toUtc(eventDateTimeUtc);
      // Written so that an unreadable time (NaN) is refused as well.
      if (!(age >= -MAX_AHEAD_MS && age <= MAX_AGE_MS)) return refuse('its event is too old');
      if (!(await isGenuine(signature, rawBody))) return refuse('its signature is wrong');
      return { genuine: true, kind: eventType };
    },
  };
}

function refuse(why: string): NotificationVerdict {
  return { genuine: false, why };
}

/** A time in UTC, with or without its `Z`. */
function toUtc(text: string): number {
  return Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
}

function isSignedBy(key: webcrypto.CryptoKey, signature: string, rawBody: string): Promise<boolean> {
  const bytes = Buffer.from(signature, 'base64');
  return webcrypto.subtle.verify(ALGORITHM, key, bytes, Buffer.from(rawBody));
}

async function importKey(pem: string, system: string): Promise<webcrypto.CryptoKey> {
  const base64 = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  try {
    return await webcrypto.subtle.importKey('spki', Buffer.from(base64, 'base64'), ALGORITHM, false, [
      'verify',
    ]);
  } catch (cause) {
    throw new UnexpectedAnswer({ system, operation: OPERATION, cause });
  }
}

/** Whether the key can be read without a token is not documented, so a token is got where it cannot. */
async function fetchKey(options: VerifierOptions): Promise<string> {
  const open = await get(options, {});
  const answer = open.status === 401 ? await get(options, { authorization: await getToken(options) }) : open;
  return (await readJson(options, answer, keyAnswer)).publicKey;
}

function get(options: VerifierOptions, headers: Readonly<Record<string, string>>): Promise<Response> {
  return call(options, '/events/webhook/key', { headers: { accept: 'application/json', ...headers } });
}

async function getToken(options: VerifierOptions): Promise<string> {
  const { clientId, clientSecret, userLogin, tplGuid } = await options.readSecret();
  const encoded = Buffer.from(`${clientId.trim()}:${clientSecret.trim()}`).toString('base64');
  const answer = await call(options, '/AuthServer/api/Token', {
    method: 'POST',
    headers: {
      authorization: `Basic ${encoded}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      [options.settings.loginField]: userLogin.trim(),
      ...(tplGuid && { tpl: tplGuid.trim() }),
    }),
  });
  return `Bearer ${(await readJson(options, answer, tokenAnswer)).access_token}`;
}

async function call(
  { settings, system, fetch }: VerifierOptions,
  path: string,
  init: RequestInit,
): Promise<Response> {
  const url = new URL(path, settings.baseUrl);
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  return await fetch(url, { ...init, redirect: 'error', signal }).catch((cause: unknown) => {
    throw new Unavailable({ system, operation: OPERATION, cause });
  });
}

async function readJson<Schema extends z.ZodType>(
  { system }: VerifierOptions,
  answer: Response,
  schema: Schema,
): Promise<z.output<Schema>> {
  const details = { system, operation: OPERATION, status: answer.status };
  if (answer.status === 401 || answer.status === 403) throw new OperatorActionNeeded(details);
  if (!answer.ok) throw new Unavailable(details);
  const parsed = schema.safeParse(parseJson(await answer.text()));
  if (!parsed.success) throw new UnexpectedAnswer(details);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { ErrorCode } from './contract.ts';

/** How far the time of a message may be from ours, in seconds. */
export const TOLERANCE_SECONDS = 300;

/** The current secret, and the former one while it is being replaced; '' where there is none. */
export interface SigningSecrets {
  readonly signingSecret: string;
  readonly previousSigningSecret: string;
}

export interface SignedHeaders extends Record<string, string> {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/**
 * Signs a body by the Standard Webhooks specification 1.0: HMAC-SHA256 over `id.timestamp.body`, once for each secret, so that the
 * receiver may still have the former one. A request without a body signs an empty one.
 * @param now ms since the epoch
 */
export function sign(
  body: string,
  secrets: SigningSecrets,
  now: number,
  id = `msg_${randomUUID()}`,
): SignedHeaders {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = toKeys(secrets).map((key) => `v1,${toSignature(key, id, timestamp, body)}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

type Verdict =
  | { readonly isGenuine: true; readonly id: string }
  | { readonly isGenuine: false; readonly code: ErrorCode; readonly why: string };

/**
 * Whether a message is signed with one of the secrets, within the tolerance. Every signature is compared with every secret in
 * constant time. Whether the message came before is for the caller, who keeps the ids.
 * @param headers with lower-case names
 * @param rawBody as it was received
 */
export function verify(
  headers: Readonly<Record<string, string | undefined>>,
  rawBody: string,
  secrets: SigningSecrets,
  now: number,
): Verdict {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': timestamp = '',
    'webhook-signature': signature = '',
  } = headers;
  if (!/^[\x21-\x7e]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp) || signature === '')
    return refusal('invalid_signature', `${HEADERS} are required, the timestamp in whole seconds`);
  const expected = toKeys(secrets).map((key) => toSignature(key, id, timestamp, rawBody));
  const given = [...signature.matchAll(V1_SIGNATURE)].slice(0, MAX_SIGNATURES).map(([, one = '']) => one);
  const matches = given.flatMap((one) => expected.map((other) => isEqual(one, other)));
  if (!matches.includes(true)) return refusal('invalid_signature', 'no v1 signature matches the body');
  if (Math.abs(Number(timestamp) - Math.floor(now / 1000)) > TOLERANCE_SECONDS)
    return refusal('timestamp_out_of_tolerance', 'it was signed more than five minutes ago or ahead');
  return { isGenuine: true, id };
}

const HEADERS = 'webhook-id, webhook-timestamp and webhook-signature';
const MAX_SIGNATURES = 10;
/** They are separated by blanks; a proxy that joins headers of one name puts commas between them. */
const V1_SIGNATURE = /(?<![^\s,])v1,([A-Za-z\d+/]+=*)/g;

function refusal(code: ErrorCode, why: string): Verdict {
  return { isGenuine: false, code, why };
}

function toKeys({ signingSecret, previousSigningSecret }: SigningSecrets): Buffer[] {
  return [signingSecret, previousSigningSecret].filter((secret) => secret !== '').map(toKey);
}

/** `whsec_` marks base64, as the specification has it, also behind the version that some show; any other text is the key itself. */
function toKey(secret: string): Buffer {
  const [, encoded] = MARKED_SECRET.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret, 'utf8') : Buffer.from(encoded, 'base64');
}

const MARKED_SECRET = /^(?:v1,)?whsec_(.*)$/s;

/** 24 to 64 bytes, as the specification asks for. */
export function isUsableSecret(secret: string): boolean {
  const { length } = toKey(secret);
  return length >= 24 && length <= 64;
}

function toSignature(key: Buffer, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

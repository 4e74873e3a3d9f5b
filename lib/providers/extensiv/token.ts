import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { OperatorActionNeeded, Throttled, Unavailable, UnexpectedAnswer } from '../../domain/errors.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';
import { type HttpAnswer, parseAnswer, parseJson } from '../../upstream/body.ts';
import type { UpstreamClient } from '../../upstream/client.ts';
import type { ExtensivSecret, ExtensivSettings } from './settings.ts';

/** Tokens live for 30 to 60 minutes, and are to be renewed every 30 at the latest (three sources). */
const MAX_AGE_MS = 30 * 60_000;
/** A token is renewed while it still has this share of its life, so that it never ends during a call. */
const RENEWED_BEFORE = 0.2;
const DEFAULT_LIFE_MS = 30 * 60_000;
const DEFAULT_WAIT_MS = 10_000;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  /** Seconds, which many servers give as a text; null where it is no life. */
  expires_in: z.coerce.number().positive().nullable().catch(null),
});

interface Token {
  readonly value: string;
  /** ms since the epoch. */
  readonly renewedAt: number;
}

/**
 * Tokens of this process, by a digest of their credentials: every provider of an account that a container opens shares one. They
 * are in memory alone, so that no token is ever stored.
 */
const tokens = new Map<string, Promise<Token>>();
/** A long process (`npm start`) has one entry for each account. */
const MAX_TOKENS = 100;

export interface TokenSource {
  /** @throws {OperatorActionNeeded | Throttled | Unavailable | UnexpectedAnswer} no token was given, so nothing else was sent */
  getToken(attempt: Attempt): Promise<string>;
  /** Forgets a token that was refused, unless another call has renewed it since. */
  forget(value: string): Promise<void>;
}

export interface TokenOptions {
  readonly secret: ExtensivSecret;
  readonly settings: Pick<ExtensivSettings, 'baseUrl' | 'loginField'>;
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly now: Clock;
}

/** Gets tokens for client credentials, one call at a time, and keeps each until shortly before its end. */
export function tokenSource(options: TokenOptions): TokenSource {
  const key = toKey(options);

  function request(attempt: Attempt): Promise<Token> {
    const asked = requestToken(options, attempt);
    if (tokens.size >= MAX_TOKENS) tokens.clear();
    tokens.set(key, asked);
    // A refusal is not kept: the next call asks again.
    asked.catch(() => forgetPromise(asked));
    return asked;
  }

  function forgetPromise(asked: Promise<Token>): void {
    if (tokens.get(key) === asked) tokens.delete(key);
  }

  return {
    async getToken(attempt) {
      const known = tokens.get(key);
      const token = known === undefined ? null : await known.catch(() => null);
      if (token !== null && options.now() < token.renewedAt) return token.value;
      const current = tokens.get(key);
      // Another call may have begun to renew it while we waited.
      const asked = current !== undefined && current !== known ? current : request(attempt);
      return (await asked).value;
    },
    async forget(value) {
      const known = tokens.get(key);
      const token = await known?.catch(() => null);
      if (known !== undefined && token?.value === value) forgetPromise(known);
    },
  };
}

async function requestToken(
  { secret, settings: { loginField }, client, now }: TokenOptions,
  attempt: Attempt,
): Promise<Token> {
  const { clientId, clientSecret, userLogin, tplGuid = '' } = secret;
  const encoded = Buffer.from(`${clientId.trim()}:${clientSecret.trim()}`).toString('base64');
  const body = {
    grant_type: 'client_credentials',
    [loginField]: userLogin.trim(),
    ...(tplGuid.trim() !== '' && { tpl: tplGuid.trim() }),
  };
  // Not a write: a second token does no harm.
  const own = { ...attempt, operation: 'get a token', writes: false };
  const begun = now();
  const answer = await client.send(
    {
      method: 'POST',
      path: '/AuthServer/api/Token',
      body,
      headers: { authorization: `Basic ${encoded}`, accept: 'application/json' },
      attempt: own,
      onlyReads: true,
    },
    (received) => readTokenAnswer(received, own, loginField),
  );
  const life = Math.min((answer.expires_in ?? DEFAULT_LIFE_MS / 1_000) * 1_000, MAX_AGE_MS);
  return { value: answer.access_token, renewedAt: begun + life * (1 - RENEWED_BEFORE) };
}

function readTokenAnswer(answer: HttpAnswer, attempt: Attempt, loginField: string) {
  const { status } = answer;
  if (status >= 200 && status < 300) return parseAnswer(tokenAnswer, answer, attempt);
  const details = { ...toErrorDetails(attempt), status };
  if (status === 429) throw new Throttled(details, answer.retryAfterMs ?? DEFAULT_WAIT_MS);
  if (status >= 500 || status === 408) throw new Unavailable(details);
  if (status < 400) throw new UnexpectedAnswer(details);
  const reason = readReason(answer);
  const upstreamMessage = `No token was given${reason}. Check clientId, clientSecret and userLogin of the connection's secret, tplGuid where the warehouse gave one, and the setting loginField, which is ${loginField}.`;
  throw new OperatorActionNeeded({ ...details, upstreamMessage });
}

/** Only the standard code of OAuth: a text could repeat what was sent. */
function readReason({ text }: HttpAnswer): string {
  const parsed = z.looseObject({ error: z.string().regex(/^[a-z_]{1,40}$/) }).safeParse(parseJson(text));
  return parsed.success ? ` (${parsed.data.error})` : '';
}

function toKey({ secret, settings }: TokenOptions): string {
  const parts = [settings.baseUrl, settings.loginField, secret.clientId, secret.clientSecret];
  const all = [...parts, secret.userLogin, secret.tplGuid ?? ''];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

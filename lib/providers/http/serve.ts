import { createHash } from 'node:crypto';
import * as z from 'zod';
import { describeIssues, parseJson } from '../../upstream/body.ts';
import type { Serve, ServedAnswer } from '../provider-endpoints.ts';
import { ERROR_CODES, type ErrorCode, MAX_MESSAGE_BYTES, newsSchema, withoutNulls } from './contract.ts';
import type { HttpSecret, HttpSettings } from './settings.ts';
import { verify } from './signature.ts';

/**
 * Takes a message of the warehouse: verified, checked, kept, and only then answered. A message that came before is answered
 * alike and not kept again; its id counts together with its body, so that a sender that repeats ids loses nothing.
 */
export const serveMessages: Serve<HttpSettings, HttpSecret> = async (
  { method, headers, rawBody },
  { box, now, readSecret, requestCollection, requestCheck },
) => {
  const verdict = verify(headers, rawBody, await readSecret(), now());
  if (!verdict.isGenuine) return refuse(verdict.code, verdict.why);
  if (method !== 'POST') return refuse('invalid_message', 'messages are sent with POST');
  if (Buffer.byteLength(rawBody) > MAX_MESSAGE_BYTES)
    return refuse('too_large', `a message has at most ${MAX_MESSAGE_BYTES} bytes`);
  const json = withoutNulls(parseJson(rawBody));
  if (!envelope.safeParse(json).success) return refuse('invalid_message', 'a message is JSON with a type');
  const news = newsSchema.safeParse(json);
  if (!news.success) return refuse(isOfType(json) ? 'invalid_message' : 'unknown_type', describe(news.error));
  const id = createHash('sha256').update(`${verdict.id}\n${rawBody}`).digest('hex');
  const isNew = await box.inbox.keep(id, JSON.stringify(news.data));
  if (isNew && news.data.type === 'shipment.updated') await requestCollection();
  if (isNew && news.data.type === 'order.updated') await requestCheck();
  return answer(200, { accepted: true, isRepeated: !isNew });
};

const envelope = z.object({ type: z.string() });
const TYPES: ReadonlySet<unknown> = new Set(newsSchema.options.map(({ shape }) => shape.type.value));

function isOfType(json: unknown): boolean {
  return TYPES.has(envelope.safeParse(json).data?.type);
}

/** Names fields and never their values. */
function describe(error: z.ZodError): string {
  return describeIssues(error).replaceAll('the answer: ', '');
}

function refuse(code: ErrorCode, message: string): ServedAnswer {
  const [status] = ERROR_CODES[code];
  return answer(status, { error: { code, message } });
}

function answer(statusCode: number, body: object): ServedAnswer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

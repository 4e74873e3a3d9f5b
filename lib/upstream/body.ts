import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { type Dispatcher, errors } from 'undici';
import type * as z from 'zod';
import { AmbiguousWrite, UnexpectedAnswer, type UpstreamError } from '../domain/errors.ts';
import { type Attempt, toErrorDetails } from './attempt.ts';

/** A list in which every row has another form would repeat the same issue a thousand times. */
const MAX_NAMED = 5;

/**
 * Checks the body of a success.
 * @throws {UnexpectedAnswer} a read whose body has another form
 * @throws {AmbiguousWrite} a write whose body has another form: it may have been done, so it must not be repeated without a look
 */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  attempt: Attempt,
  status = 200,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw errorFromUnknownForm(attempt, status, describeIssues(result.error));
}

/** As `parseBody`, of a whole answer. */
export function parseAnswer<Schema extends z.ZodType>(
  schema: Schema,
  answer: HttpAnswer,
  attempt: Attempt,
): z.output<Schema> {
  return parseBody(schema, parseJson(answer.text), attempt, answer.status);
}

/** For a success whose body has an unknown form. @param paths the wrong fields; never their values, which may be personal */
export function errorFromUnknownForm(attempt: Attempt, status: number, paths: string): UpstreamError {
  const details = toErrorDetails(attempt, { status, upstreamMessage: paths, cause: new Error(paths) });
  return attempt.writes ? new AmbiguousWrite(details) : new UnexpectedAnswer(details);
}

/** Whether it is a web page or other markup, which no API of ours answers with: of a gateway, a sign-in or a wrong path. */
export function isMarkup(text: string): boolean {
  return /^\s*</.test(text);
}

/**
 * Returns the answer of a success, also where nothing of it is read: a web page with status 200 does not say that a write was
 * done.
 * @throws {AmbiguousWrite | UnexpectedAnswer} a web page, as `parseBody` of another form
 */
export function refusePage(answer: HttpAnswer, attempt: Attempt): HttpAnswer {
  if (!isMarkup(answer.text)) return answer;
  throw errorFromUnknownForm(attempt, answer.status, 'a web page came instead of an answer');
}

/** `items.0.quantity: invalid_type, expected number`. Without zod's own messages: some of them quote values. */
export function describeIssues(error: z.ZodError): string {
  const fields = error.issues.map((issue) => {
    const expected = 'expected' in issue ? `, expected ${issue.expected}` : '';
    return `${issue.path.map(String).join('.') || 'the answer'}: ${issue.code}${expected}`;
  });
  const rest = fields.length - MAX_NAMED;
  return [...fields.slice(0, MAX_NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

/** Undefined where the text is not JSON. The parser's own error quotes the text, so it is dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The encoding that requests accept. The others are decoded too, in case a gateway uses them regardless. */
export const ACCEPTED_ENCODING = 'gzip';

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  identity: async (bytes) => bytes,
};

/** The answer's body is not encoded as its header says. */
class ContentEncodingError extends Error {
  readonly code = 'CONTENT_ENCODING';
}

/**
 * The text of an answer, read to its end and decoded.
 * @param accepts `bytes`: of a file, one character for each byte
 * @param limits `bodyMs` from the headers to the last byte, however slowly it arrives; `maxAnswerBytes` after decoding
 * @throws an error whose code is in `FAULTS`
 */
export async function readBody(
  response: Dispatcher.ResponseData,
  limits: { readonly bodyMs: number; readonly maxAnswerBytes: number },
  accepts: 'text' | 'bytes' = 'text',
): Promise<string> {
  const timer = setTimeout(() => response.body.destroy(new errors.BodyTimeoutError()), limits.bodyMs);
  try {
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const encodings = getHeader(response, 'content-encoding').toLowerCase().split(',');
    const decoded = await decode(bytes, encodings, limits.maxAnswerBytes);
    return accepts === 'bytes' ? decoded.toString('latin1') : new TextDecoder().decode(decoded);
  } finally {
    clearTimeout(timer);
  }
}

/** The first value of a header; '' where it is missing. */
export function getHeader(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** `Content-Encoding` lists encodings in the order in which they were applied. */
async function decode(bytes: Buffer, encodings: readonly string[], maxOutputLength: number): Promise<Buffer> {
  let decoded = bytes;
  for (const encoding of encodings.toReversed().map((name) => name.trim())) {
    if (encoding === '' || decoded.length === 0) continue;
    decoded = await decodeLayer(decoded, encoding, maxOutputLength);
  }
  return decoded;
}

async function decodeLayer(bytes: Buffer, encoding: string, maxOutputLength: number): Promise<Buffer> {
  const decoder = DECODERS[encoding];
  if (decoder === undefined) throw new ContentEncodingError(`Unknown content encoding`);
  try {
    return await decoder(bytes, { maxOutputLength });
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new ContentEncodingError(`Not ${encoding}`, { cause });
  }
}

/** An HTTP answer of any status but a redirect, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  /** '' where the header is missing. */
  readonly contentType: string;
  /** What `Retry-After` asks for, in ms; null where it says no time. */
  readonly retryAfterMs: number | null;
  /** The answer says that no further call is allowed for now. Left out otherwise. */
  readonly isLastCall?: true;
  /** The headers that `UpstreamOptions.keptHeaders` names, in lower case; without those that are missing. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

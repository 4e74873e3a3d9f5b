import * as z from 'zod';
import {
  AmbiguousWrite,
  OperatorActionNeeded,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  type UpstreamError,
} from '../domain/errors.ts';
import { cutText } from '../domain/text.ts';
import { type Attempt, toErrorDetails } from '../upstream/attempt.ts';
import { type HttpAnswer, isMarkup, parseBody, parseJson } from '../upstream/body.ts';
import { UpstreamClient, type UpstreamOptions } from '../upstream/client.ts';

/** One call of DEAR's API, before it is sent. */
export interface DearCall {
  /** For a person: `authorise pick`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL, without a leading slash: `sale/fulfilment/pick`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The sale or order that an error names. Never personal data. */
  readonly reference: string;
}

export function toAttempt({ operation, method, reference }: DearCall): Attempt {
  return { system: 'DEAR', operation, reference, writes: method !== 'GET' };
}

export interface DearSettings {
  /** `https://inventory.dearsystems.com/ExternalApi/v2/`; with or without the last slash. */
  readonly baseUrl: string;
  readonly accountId: string;
  readonly applicationKey: string;
}

/** A `DearClient`, as far as the functions for single resources need it. */
export interface Caller {
  readonly transport: Pick<DearTransport, 'send'>;
}

export interface DearOptions extends Omit<UpstreamOptions, 'mayWrite'> {
  /** `DefaultWeightUnits` of the account; without it a weight without units is unknown. */
  readonly defaultWeightUnits?: string;
  /**
   * Called before each write.
   * @param connection whose goods or orders it is about; null where the caller named none (`DearClient.writingFor`)
   * @throws {RefusedInShadow} nothing is sent
   */
  readonly mayWrite?: (connection: string | null) => Promise<void>;
}

/** Sends calls to DEAR. */
export class DearTransport {
  readonly #client: UpstreamClient;
  readonly #mayWrite: () => Promise<void>;

  private constructor(client: UpstreamClient, mayWrite: () => Promise<void>) {
    this.#client = client;
    this.#mayWrite = mayWrite;
  }

  static open(
    settings: DearSettings,
    { mayWrite = async () => {}, ...options }: DearOptions = {},
  ): DearTransport {
    const credentials = {
      'api-auth-accountid': settings.accountId,
      'api-auth-applicationkey': settings.applicationKey,
    };
    const client = new UpstreamClient(settings.baseUrl, credentials, options);
    return new DearTransport(client, () => mayWrite(null));
  }

  /** The same connections to DEAR, for writes of other connections. */
  with(mayWrite: () => Promise<void>): DearTransport {
    return new DearTransport(this.#client, mayWrite);
  }

  /**
   * Resolves with the JSON of a success, null where there is no content. Without a schema the caller has to check it.
   * @throws {Throttled | Unavailable | AmbiguousWrite | Rejected | OperatorActionNeeded | UnexpectedAnswer}
   */
  send(call: DearCall): Promise<unknown>;
  send<Schema extends z.ZodType>(call: DearCall, schema: Schema): Promise<z.output<Schema>>;
  async send(call: DearCall, schema?: z.ZodType): Promise<unknown> {
    const { method, body } = call;
    if (method !== 'GET') await this.#mayWrite();
    const attempt = toAttempt(call);
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
    return this.#client.send({ method, path: `/${call.path}${query}`, body, attempt }, (answer) => {
      const content = readAnswer(answer, attempt);
      return schema === undefined ? content : parseBody(schema, content, attempt);
    });
  }

  /** See `UpstreamClient.close`. */
  close(): Promise<void> {
    return this.#client.close();
  }
}

/** DEAR counts calls per 60 s and mostly sends no `Retry-After` (seen live), so a whole window is the safe wait. */
const WINDOW_MS = 60_000;
/** `You have reached 60 calls per 60 seconds API limit.`, per the help centre; seen live under 503 and 400. */
const RATE_LIMIT_TEXT = /\d+ calls per (\d+ )?(second|minute)/i;
/** DEAR's answer where it cannot tell which organisation is meant; the whole sentence is for the operator. */
const SEVERAL_ORGANISATIONS =
  'finds several organisations under these credentials (create an API application in the one that is meant, and store its account id and key; each organisation takes a deployment of its own)';
/** `Incorrect credentials!`, seen live. DEAR may send it under 400 with an inner 403, so the text decides. */
const CREDENTIALS_TEXT =
  /\b(incorrect|invalid|wrong|unknown)\b.{0,20}\b(credentials?|account ?id|application ?key)\b/i;

/**
 * The parsed JSON of a success; null where DEAR returns no content (204).
 *
 * The status is only the first hint: a rate limit is reported as 429 (blueprint), 503, 400 with the limit in its text, or a
 * passing 403 (all three seen live), and a success may be a web page or a list of errors.
 * @throws {UpstreamError} of the class that the answer means
 */
export function readAnswer(answer: HttpAnswer, attempt: Attempt): unknown {
  if (answer.status < 200 || answer.status > 299) throw errorFromRefusal(answer, attempt);
  if (answer.status === 204) return null;
  const body = parseJson(answer.text);
  if (body === undefined || !/json/i.test(answer.contentType)) throw errorFromOtherContent(answer, attempt);
  const errors = findErrorsInSuccess(body);
  if (errors === null) return body;
  const details = toDetails(answer, errors, attempt);
  throw isRateLimit(errors) ? toThrottled(answer, details) : new Rejected(details);
}

/**
 * A wrong path or base URL gets a web page with status 200 (seen live): nothing there handled the call, not even a write.
 * Any other content may come from DEAR itself, so the write may have happened.
 */
function errorFromOtherContent(answer: HttpAnswer, attempt: Attempt): UpstreamError {
  const isPage = isMarkup(answer.text) || /html/i.test(answer.contentType);
  const upstreamMessage = isPage
    ? 'a web page came instead of JSON: is the base URL right?'
    : 'the answer is not JSON, or does not say that it is';
  const details = toErrorDetails(attempt, { status: answer.status, upstreamMessage });
  return attempt.writes && !isPage ? new AmbiguousWrite(details) : new UnexpectedAnswer(details);
}

function errorFromRefusal(answer: HttpAnswer, attempt: Attempt): UpstreamError {
  const { status } = answer;
  const errors = parseErrorText(answer.text);
  const details = toDetails(answer, errors, attempt);
  // DEAR used 503 for its limit before 429, and by HTTP's own meaning nothing was handled: safe to repeat, even a write.
  if (status === 429 || status === 503 || isRateLimit(errors)) return toThrottled(answer, details);
  if (status >= 500 || status === 408) {
    return attempt.writes ? new AmbiguousWrite(details) : new Unavailable(details);
  }
  if (status === 300) return new OperatorActionNeeded(details, SEVERAL_ORGANISATIONS);
  if (status === 401 || status === 402 || CREDENTIALS_TEXT.test(errors.upstreamMessage)) {
    return new OperatorActionNeeded(details);
  }
  // Under load DEAR answers 403 to valid credentials (seen live). Invalid ones are recognised by the text, above. A 403
  // that never passes shows as a message that grows old.
  if (status === 403) return toThrottled(answer, details);
  return isBusinessRefusal(status, errors) ? new Rejected(details) : new UnexpectedAnswer(details);
}

function isRateLimit({ upstreamMessage }: ErrorText): boolean {
  return RATE_LIMIT_TEXT.test(upstreamMessage);
}

/** A redirect, a missing endpoint or a wrong verb is a defect of ours; a 404 in DEAR's own form concerns the record. */
function isBusinessRefusal(status: number, errors: ErrorText): boolean {
  if (status < 400 || status === 405) return false;
  return status === 404 ? errors.isDears : errors.upstreamMessage !== '';
}

function toThrottled(answer: HttpAnswer, details: UpstreamError['details']): Throttled {
  return new Throttled(details, answer.retryAfterMs ?? WINDOW_MS);
}

function toDetails({ status }: HttpAnswer, { upstreamMessage, code }: ErrorText, attempt: Attempt) {
  return toErrorDetails(attempt, { status, upstreamMessage, code });
}

/** DEAR's error message, in whichever of its forms it came. */
interface ErrorText {
  /** All sentences, joined and cut to a length that fits an order's log; '' where there are none. */
  readonly upstreamMessage: string;
  /** The first `ErrorCode`; need not be the HTTP status. '' where there is none. */
  readonly code: string;
  /** Whether it has DEAR's own form (`Exception`) and not that of a framework or a gateway before it. */
  readonly isDears: boolean;
}

/** DEAR repeats the text of each bad line; 500 characters hold the first few, which is what a person reads. */
const MAX_MESSAGE = 500;

const errorEntry = z.looseObject({
  ErrorCode: z.union([z.number(), z.string()]).nullish(),
  Exception: z.string().nullish(),
  Message: z.string().nullish(),
});
type ErrorEntry = z.infer<typeof errorEntry>;

const errorsList = z.looseObject({ Errors: z.array(z.unknown()).min(1) });

/** Reads the body of a refusal: an array or a bare object, with `Exception` or `Message` (both seen live), or plain text. */
function parseErrorText(text: string): ErrorText {
  const body = parseJson(text);
  if (body === undefined) {
    return { upstreamMessage: isMarkup(text) ? '' : cut(text.trim()), code: '', isDears: false };
  }
  return toErrorText(listErrors(body) ?? toEntries(body));
}

/**
 * The errors in a body whose HTTP status is a success: a list under `Errors` (seen live on task endpoints), or the whole
 * body in the form of an error. Null where there are none.
 */
function findErrorsInSuccess(body: unknown): ErrorText | null {
  const listed = listErrors(body);
  if (listed !== null) return toErrorText(listed);
  const entries = toEntries(body);
  const isRefusal = entries.length > 0 && entries.every((entry) => entry.ErrorCode && entry.Exception);
  return isRefusal ? toErrorText(entries) : null;
}

function listErrors(body: unknown): ErrorEntry[] | null {
  const listed = errorsList.safeParse(body);
  return listed.success ? listed.data.Errors.map(toEntry) : null;
}

function toEntries(body: unknown): ErrorEntry[] {
  return (Array.isArray(body) ? body : [body]).map(toEntry);
}

function toEntry(value: unknown): ErrorEntry {
  if (typeof value === 'string') return { Exception: value };
  const entry = errorEntry.safeParse(value);
  return entry.success ? entry.data : {};
}

function toErrorText(entries: readonly ErrorEntry[]): ErrorText {
  const sentences = entries.map((entry) => (entry.Exception ?? entry.Message ?? '').trim());
  const code = entries.find((entry) => entry.ErrorCode != null)?.ErrorCode;
  return {
    upstreamMessage: cut([...new Set(sentences)].filter((sentence) => sentence !== '').join('; ')),
    code: code == null ? '' : String(code),
    isDears: entries.some((entry) => entry.Exception != null),
  };
}

function cut(text: string): string {
  return cutText(text, MAX_MESSAGE, '…');
}

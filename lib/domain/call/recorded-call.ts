import { isoTime } from '../clock.ts';
import { cutText } from '../text.ts';
import { getLegibility, legibleHeaders } from './legible-fields.ts';
import { MASK, type Masks, maskPairs, type ReadBody, readBodyToMask } from './mask-body.ts';
import { createTextMask } from './personal-words.ts';

/** One exchange with another system after its end, with all that was sent and received: it holds secrets and personal data. */
export interface ObservedCall {
  readonly system: string;
  readonly operation: string;
  /** The order or sale that the call concerns, by its attempt; '' of a call for none. */
  readonly reference: string;
  readonly method: string;
  /** The address that was called, without its query. */
  readonly url: string;
  /** '' or with its question mark. */
  readonly query: string;
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** ms. */
  readonly durationMs: number;
  /** Names of the headers with which we prove who we are. */
  readonly credentials: readonly string[];
  readonly request: Exchanged;
  /** null where no whole answer came. */
  readonly answer: Exchanged | null;
  /** Why no answer came, such as `the connection was refused`; '' where one came. */
  readonly fault: string;
}

/** One side of an exchange. */
export interface Exchanged {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is a file and no text. */
  readonly isFile: boolean;
}

/** A call as it is kept: masked, and cut. */
export interface RecordedCall {
  readonly id: string;
  /** When it ended, ISO UTC. */
  readonly at: string;
  readonly system: string;
  readonly operation: string;
  readonly method: string;
  /** With its query. */
  readonly url: string;
  /** null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly credentials: readonly string[];
  readonly fault: string;
  readonly request: KeptSide;
  readonly answer: KeptSide | null;
}

/** What is kept of one side. */
export interface KeptSide {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Characters of the masked body that were cut off; 0 where it is whole. */
  readonly cut: number;
}

/** Whether it did not succeed: no answer came, or none of 200 to 299. */
export function isFailedCall({ status }: Pick<ObservedCall, 'status'>): boolean {
  return status === undefined || status < 200 || status > 299;
}

/** Of each side; an order of ten lines takes 3 KB at most services. */
export const KEPT_CHARACTERS = 4_096;
/** A larger body is not read: parsing it a second time would keep the order waiting. */
const MAX_READ = 512 * 1024;

/** A call that was read, before it is known which personal data its answer may quote. */
export interface ReadCall {
  /** Whether it has a sentence, in which the customer may be named. */
  readonly hasSentence: boolean;
  /**
   * @param endedAt ms since the epoch
   * @param words personal data of the order; null where it is not known, and then sentences are masked as a whole
   */
  mask(id: string, endedAt: number, words: readonly string[] | null): RecordedCall;
}

/**
 * Reads what may be kept of a call. Values stay legible by a list of fields (`legible-fields.ts`). In what is legible, each of the
 * known words is masked, each value that was masked elsewhere in the exchange, our credentials, and all that has the form of an
 * e-mail address or a telephone number.
 */
export function readCall(call: ObservedCall): ReadCall {
  const request = readSide(call.request, false, false);
  const answer = call.answer === null ? null : readSide(call.answer, true, isFailedCall(call));
  const personal = [...request.personal, ...(answer?.personal ?? []), ...getMaskedOfQuery(call.query)]
    // Our own number in a field for any text.
    .filter((text) => !call.reference.startsWith(text));
  const secrets = call.credentials.map((name) => call.request.headers[name.toLowerCase()] ?? '');
  return {
    hasSentence: answer?.hasText === true,
    mask: (id, endedAt, words) => {
      const code = createTextMask([...(words ?? []), ...personal, ...secrets], MASK);
      const masks = { code, sentence: words === null ? () => MASK : code };
      return {
        ...toHead(id, endedAt, call, code),
        request: keepSide(call.request, request, masks),
        answer: call.answer === null || answer === null ? null : keepSide(call.answer, answer, masks),
      };
    },
  };
}

function toHead(
  id: string,
  endedAt: number,
  { system, operation, method, url, query, status, durationMs, credentials, fault }: ObservedCall,
  maskText: (text: string) => string,
): Omit<RecordedCall, 'request' | 'answer'> {
  return {
    id,
    at: isoTime(endedAt),
    system,
    operation,
    method,
    url: `${maskText(url)}${maskQuery(query, maskText)}`,
    status: status ?? null,
    durationMs,
    credentials,
    fault,
  };
}

function readSide({ body, isFile }: Exchanged, isAnswer: boolean, isFailure: boolean): ReadBody {
  if (!isFile && body.length <= MAX_READ) return readBodyToMask(body, isAnswer, isFailure);
  const what = isFile ? 'a file' : 'text, which is not kept';
  return { personal: [], hasText: false, render: () => `(${body.length} characters of ${what})` };
}

function keepSide({ headers }: Exchanged, read: ReadBody, masks: Masks): KeptSide {
  const whole = read.render(masks);
  const body = cutText(whole, KEPT_CHARACTERS);
  return { headers: legibleHeaders(headers), body, cut: whole.length - body.length };
}

function maskQuery(query: string, maskText: (text: string) => string): string {
  const masked = maskPairs(query.replace(/^\?/, ''), (path, value) =>
    getLegibility(path, value, false) === 'masked' ? MASK : maskText(value),
  );
  return masked === '' ? '' : `?${masked}`;
}

function getMaskedOfQuery(query: string): string[] {
  return [...new URLSearchParams(query)].map(([, value]) => value).filter((value) => /[\s@]/.test(value));
}

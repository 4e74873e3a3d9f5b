import type { Dispatcher } from 'undici';
import { AmbiguousWrite, Unavailable, UnexpectedAnswer, type UpstreamError } from '../domain/errors.ts';
import { type Attempt, toErrorDetails } from './attempt.ts';

/**
 * What a fault says about the request.
 * - `not-sent`: it occurs only while connecting, so no byte of the request was sent.
 * - `connection`: it can occur at any time, so its class depends on whether the request had begun.
 * - `no-answer`: the request was sent, and the answer did not arrive completely.
 * - `unusable`: the answer arrived and cannot be used; a second request would get the same.
 */
type Phase = 'not-sent' | 'connection' | 'no-answer' | 'unusable';

/** Each fault by the code of undici, the operating system or TLS, with its description. One table for every provider. */
export const FAULTS: Readonly<Record<string, readonly [Phase, string]>> = {
  ECONNREFUSED: ['not-sent', 'the connection was refused'],
  ENOTFOUND: ['not-sent', 'the host name is not known'],
  EAI_AGAIN: ['not-sent', 'the name server does not answer'],
  UND_ERR_CONNECT_TIMEOUT: ['not-sent', 'no connection was made in time'],
  CERT_HAS_EXPIRED: ['not-sent', 'the certificate has expired'],
  CERT_NOT_YET_VALID: ['not-sent', 'the certificate is not valid yet'],
  CERT_REVOKED: ['not-sent', 'the certificate was revoked'],
  CERT_UNTRUSTED: ['not-sent', 'the certificate is not trusted'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['not-sent', 'the certificate is self-signed'],
  SELF_SIGNED_CERT_IN_CHAIN: ['not-sent', 'the certificate is from an unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT: ['not-sent', 'the certificate is from an unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['not-sent', 'the certificate is from an unknown authority'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['not-sent', 'the certificate cannot be verified'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['not-sent', 'the certificate is for another host'],
  ECONNRESET: ['connection', 'the connection was reset'],
  ECONNABORTED: ['connection', 'the connection was aborted'],
  EPIPE: ['connection', 'the connection was closed while the request was sent'],
  EPROTO: ['connection', 'the TLS protocol failed'],
  ETIMEDOUT: ['connection', 'the connection timed out'],
  EHOSTUNREACH: ['connection', 'there is no route to the host'],
  ENETUNREACH: ['connection', 'there is no route to the network'],
  UND_ERR_SOCKET: ['connection', 'the other side closed the connection'],
  UND_ERR_ABORTED: ['connection', 'the request was aborted'],
  UND_ERR_CLOSED: ['connection', 'our client was closed'],
  UND_ERR_DESTROYED: ['connection', 'our client was closed'],
  UND_ERR_INVALID_ARG: ['connection', 'the request holds a character that HTTP does not allow'],
  UND_ERR_HEADERS_TIMEOUT: ['no-answer', 'no answer came in time'],
  UND_ERR_BODY_TIMEOUT: ['no-answer', 'the answer did not end in time'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['no-answer', 'the answer is not as long as it says'],
  UND_ERR_HEADERS_OVERFLOW: ['unusable', 'the headers of the answer are larger than we accept'],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['unusable', 'the answer is larger than we accept'],
  /** From `node:zlib`: an answer that is small on the wire. */
  ERR_BUFFER_TOO_LARGE: ['unusable', 'the answer is larger than we accept'],
  /** From `readBody`. */
  CONTENT_ENCODING: ['unusable', 'the answer is not encoded as it says'],
};
/** From undici's parser, for example `HPE_INVALID_VERSION`: the answer is not HTTP. Undici 8 omits most of the codes. */
const PARSER_CODE = /^HPE_/;
const PARSER_ERROR = 'HTTPParserError';
const PARSER_FAULT = ['no-answer', 'the answer is not HTTP'] as const;
const UNKNOWN_FAULT = ['connection', 'the connection failed'] as const;

/** How far the exchange had come when it failed. */
interface Progress {
  /** Whether undici had a connection and began to write the request on it. */
  readonly hasBegun: boolean;
  /** The status of an answer that failed after its headers; null before them. */
  readonly status: number | null;
}

/** For a call without a complete answer. In doubt a write counts as sent: a needless look-up costs one read. */
export function errorFromNoResponse(fault: unknown, attempt: Attempt, progress: Progress): UpstreamError {
  const [phase, upstreamMessage] = findFault(fault);
  const status = progress.status ?? undefined;
  const found = { upstreamMessage, code: toCode(fault), cause: withoutData(fault) };
  const details = toErrorDetails(attempt, status === undefined ? found : { ...found, status });
  const wasNotSent = phase === 'not-sent' || (phase === 'connection' && !progress.hasBegun);
  if (wasNotSent) return new Unavailable(details);
  if (attempt.writes) return new AmbiguousWrite(details);
  return phase === 'unusable' ? new UnexpectedAnswer(details) : new Unavailable(details);
}

function findFault(fault: unknown): readonly [Phase, string] {
  const code = toCode(fault);
  return FAULTS[code] ?? (PARSER_CODE.test(code) ? PARSER_FAULT : UNKNOWN_FAULT);
}

/** For a host with several addresses Node gives one error, with the code of the first address. */
function toCode(fault: unknown): string {
  if (!(fault instanceof Error)) return '';
  const code: unknown = Reflect.get(fault, 'code');
  if (typeof code === 'string') return code;
  return fault.name === PARSER_ERROR ? 'HPE_INVALID' : '';
}

/** The parser's error contains a part of the answer, which may be personal. */
function withoutData(fault: unknown): unknown {
  return fault instanceof Error && fault.name === PARSER_ERROR ? new Error(fault.message) : fault;
}

/**
 * Calls `note` when undici has a connection and begins to write the request on it. Before that, no byte of the request can
 * have been sent, whatever the fault: an ECONNRESET during the TLS handshake and one after the request look alike.
 */
export function noteRequestStart(note: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, toNotingHandler(handler, note));
}

function toNotingHandler(handler: Dispatcher.DispatchHandler, note: () => void): Dispatcher.DispatchHandler {
  return {
    onRequestStart(...parameters) {
      note();
      handler.onRequestStart?.(...parameters);
    },
    onResponseStart: (...parameters) => handler.onResponseStart?.(...parameters),
    onResponseData: (...parameters) => handler.onResponseData?.(...parameters),
    onResponseEnd: (...parameters) => handler.onResponseEnd?.(...parameters),
    onResponseError: (...parameters) => handler.onResponseError?.(...parameters),
  };
}

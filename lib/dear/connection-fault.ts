import { AmbiguousWrite, Unavailable, UnexpectedAnswer, type UpstreamError } from '../domain/errors.ts';
import { type DearCall, detailsOf, isWrite } from './call.ts';

/** No connection means that no byte of the call left: even a write is certain not to have happened. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  /** Our own client was closed before the call; closing waits for calls under way, so it never cuts one off. */
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);
/** Other codes (ETIMEDOUT, EHOSTUNREACH) can also end a connection in use, so what the system was asked to do decides. */
const CONNECTING = new Set(['connect', 'getaddrinfo']);
const TOO_LARGE = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

/** What a call that got no whole answer means. When in doubt a write counts as sent: a needless look costs one read. */
export function failureOf(fault: unknown, call: DearCall): UpstreamError {
  const details = detailsOf(call, { cause: fault });
  if (isWrite(call) && !wasNeverSent(fault)) return new AmbiguousWrite(details);
  if (codeOf(fault) !== TOO_LARGE) return new Unavailable(details);
  return new UnexpectedAnswer({ ...details, words: 'the answer is larger than we accept' });
}

/** Whether another try of a read may end better: an answer that is too large stays too large. */
export function isPassing(fault: unknown): boolean {
  return codeOf(fault) !== TOO_LARGE;
}

/** An address of several IPs fails with one error for each. */
function wasNeverSent(fault: unknown): boolean {
  if (fault instanceof AggregateError) return fault.errors.length > 0 && fault.errors.every(wasNeverSent);
  return NEVER_SENT.has(codeOf(fault)) || CONNECTING.has(textAt(fault, 'syscall'));
}

function codeOf(fault: unknown): string {
  return textAt(fault, 'code');
}

function textAt(fault: unknown, key: 'code' | 'syscall'): string {
  if (!(fault instanceof Error)) return '';
  const value: unknown = Reflect.get(fault, key);
  return typeof value === 'string' ? value : '';
}

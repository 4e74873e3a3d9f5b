import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import type { DearCall } from '../../lib/dear/call.ts';
import { failureOf, isPassing } from '../../lib/dear/connection-fault.ts';

const READ: DearCall = { operation: 'read sale', method: 'GET', path: 'sale', reference: 'SO-1' };
const WRITE: DearCall = { operation: 'replace webhook', method: 'PUT', path: 'webhooks', reference: 'SO-1' };

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
}

const refused = systemError('ECONNREFUSED', 'connect');
const timedOut = systemError('ETIMEDOUT', 'connect');
const reset = systemError('ECONNRESET', 'read');

describe('failureOf', () => {
  it.each<[string, unknown, read: string, write: string]>([
    ['a refused connection', refused, 'unavailable', 'unavailable'],
    ['an unknown host', systemError('ENOTFOUND', 'getaddrinfo'), 'unavailable', 'unavailable'],
    [
      'a name server that does not answer',
      systemError('EAI_AGAIN', 'getaddrinfo'),
      'unavailable',
      'unavailable',
    ],
    ['no connection in time', new errors.ConnectTimeoutError(), 'unavailable', 'unavailable'],
    ['no route while connecting', systemError('EHOSTUNREACH', 'connect'), 'unavailable', 'unavailable'],
    ['no route while connected', systemError('EHOSTUNREACH', 'read'), 'unavailable', 'ambiguous'],
    ['every address refused', new AggregateError([refused, timedOut]), 'unavailable', 'unavailable'],
    ['one address reset', new AggregateError([refused, reset]), 'unavailable', 'ambiguous'],
    ['an aggregate of nothing', new AggregateError([]), 'unavailable', 'ambiguous'],
    ['a closed client', new errors.ClientClosedError(), 'unavailable', 'unavailable'],
    ['a reset', reset, 'unavailable', 'ambiguous'],
    ['a socket that ended', new errors.SocketError('other side closed'), 'unavailable', 'ambiguous'],
    ['no headers in time', new errors.HeadersTimeoutError(), 'unavailable', 'ambiguous'],
    ['no body in time', new errors.BodyTimeoutError(), 'unavailable', 'ambiguous'],
    ['too large an answer', new errors.ResponseExceededMaxSizeError(), 'unexpected', 'ambiguous'],
    ['something that is no error', 'odd', 'unavailable', 'ambiguous'],
  ])('%s', (_, fault, read, write) => {
    expect({ read: failureOf(fault, READ).kind, write: failureOf(fault, WRITE).kind }).toEqual({
      read,
      write,
    });
  });

  it('keeps the fault as the cause and the call in the details', () => {
    const error = failureOf(reset, WRITE);
    expect(error.cause).toBe(reset);
    expect(error.details).toMatchObject({ system: 'DEAR', operation: 'replace webhook', reference: 'SO-1' });
    expect(error.message).toBe('DEAR may or may not have done it: replace webhook for SO-1');
  });
});

describe('isPassing', () => {
  it('is true for faults of the line, not for an answer that is too large', () => {
    expect(isPassing(reset)).toBe(true);
    expect(isPassing(new errors.ResponseExceededMaxSizeError())).toBe(false);
  });
});

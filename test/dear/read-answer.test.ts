import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DearCall, readAnswer, toAttempt } from '../../lib/dear/transport.ts';
import { Throttled, UpstreamError } from '../../lib/domain/errors.ts';
import type { HttpAnswer } from '../../lib/upstream/body.ts';

const READ: DearCall = { operation: 'read sale', method: 'GET', path: 'sale', reference: 'SO-1' };
const WRITE: DearCall = {
  operation: 'authorise pick',
  method: 'POST',
  path: 'sale/fulfilment/pick',
  reference: 'SO-1',
};

const LIMIT = 'You have reached 60 calls per 60 seconds API limit.';
const PAGE = '<!DOCTYPE html><html><body>Page not found</body></html>';

function json(status: number, body: unknown, retryAfterMs: number | null = null): HttpAnswer {
  return { status, contentType: 'application/json; charset=utf-8', retryAfterMs, text: JSON.stringify(body) };
}

function plain(status: number, text: string, contentType = 'text/html'): HttpAnswer {
  return { status, contentType, retryAfterMs: null, text };
}

function readBody(answer: HttpAnswer, call: DearCall): unknown {
  return readAnswer(answer, toAttempt(call));
}

function getKind(answer: HttpAnswer, call: DearCall): string {
  try {
    readBody(answer, call);
    return 'done';
  } catch (error) {
    return (error as UpstreamError).kind;
  }
}

function getError(answer: HttpAnswer, call = READ): UpstreamError {
  try {
    readBody(answer, call);
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
  throw new Error('was a success');
}

describe('readAnswer', () => {
  const dearError = { ErrorCode: 400, Exception: 'Pick is closed' };
  const rows: ReadonlyArray<[string, HttpAnswer, read: string, write: string]> = [
    ['429', json(429, []), 'throttled', 'throttled'],
    ['429 with no body', plain(429, '', ''), 'throttled', 'throttled'],
    ['503 with the limit as text', plain(503, LIMIT, 'text/plain'), 'throttled', 'throttled'],
    [
      '503 with the limit as an error',
      json(503, { ErrorCode: 503, Exception: LIMIT }),
      'throttled',
      'throttled',
    ],
    ['503 with a page', plain(503, PAGE), 'throttled', 'throttled'],
    [
      '400 with the limit in an array',
      json(400, [{ ErrorCode: 400, Exception: LIMIT }]),
      'throttled',
      'throttled',
    ],
    ['400 with the limit in an object', json(400, { Message: LIMIT }), 'throttled', 'throttled'],
    ['500 with the limit', json(500, [{ ErrorCode: 500, Exception: LIMIT }]), 'throttled', 'throttled'],
    [
      '200 with the limit among its errors',
      json(200, { Errors: [{ Exception: LIMIT }] }),
      'throttled',
      'throttled',
    ],
    ['a passing 403', json(403, { ErrorCode: 403, Exception: 'Forbidden' }), 'throttled', 'throttled'],
    ['a passing 403 without words', plain(403, '', ''), 'throttled', 'throttled'],
    [
      '403 with wrong credentials',
      json(403, { ErrorCode: 403, Exception: 'Incorrect credentials!' }),
      'operator',
      'operator',
    ],
    [
      '403 with wrong credentials in an array',
      json(403, [{ Exception: 'Incorrect credentials!' }]),
      'operator',
      'operator',
    ],
    [
      '400 whose inner code is 403',
      json(400, [{ ErrorCode: 403, Exception: 'Incorrect credentials' }]),
      'operator',
      'operator',
    ],
    ['300', plain(300, ''), 'operator', 'operator'],
    ['401', plain(401, ''), 'operator', 'operator'],
    ['402', json(402, { Message: 'Subscription ended' }), 'operator', 'operator'],
    ['a page with 200', plain(200, PAGE), 'unexpected', 'unexpected'],
    [
      'a page with 200 that calls itself JSON',
      plain(200, PAGE, 'application/json'),
      'unexpected',
      'unexpected',
    ],
    ['JSON that calls itself a page', plain(200, '{}', 'text/html'), 'unexpected', 'unexpected'],
    ['JSON that does not say so', plain(200, '{}', ''), 'unexpected', 'ambiguous'],
    ['half a JSON', plain(200, '{"ID":', 'application/json'), 'unexpected', 'ambiguous'],
    ['200 without a body', plain(200, '', 'application/json'), 'unexpected', 'ambiguous'],
    ['200 with errors', json(200, { TaskID: 'x', Errors: [dearError] }), 'rejected', 'rejected'],
    ['200 with errors as sentences', json(200, { Errors: ['Pick is closed'] }), 'rejected', 'rejected'],
    ['200 with errors we cannot read', json(200, { Errors: [{ Text: 'no' }] }), 'rejected', 'rejected'],
    ['200 that is an error itself', json(200, [dearError]), 'rejected', 'rejected'],
    ['200 with no errors in its list', json(200, { Errors: [] }), 'done', 'done'],
    ['200 with null for a list', json(200, { Errors: null }), 'done', 'done'],
    ['200 with an empty list', json(200, []), 'done', 'done'],
    ['200 whose data quote the limit', json(200, { Note: LIMIT }), 'done', 'done'],
    ['201', json(201, { ID: 'x' }), 'done', 'done'],
    ['204', plain(204, '', ''), 'done', 'done'],
    ['a redirect', plain(302, PAGE), 'unexpected', 'unexpected'],
    ['400 as an array', json(400, [dearError]), 'rejected', 'rejected'],
    ['400 as an object', json(400, dearError), 'rejected', 'rejected'],
    ['400 with Message', json(400, { Message: 'Pick is closed' }), 'rejected', 'rejected'],
    ['400 as text', plain(400, 'Pick is closed', 'text/plain'), 'rejected', 'rejected'],
    [
      '400 with an inner 404',
      json(400, [{ ErrorCode: 404, Exception: 'No such location' }]),
      'rejected',
      'rejected',
    ],
    ['400 with a page', plain(400, PAGE), 'unexpected', 'unexpected'],
    ['400 without words', json(400, {}), 'unexpected', 'unexpected'],
    [
      '404 for the thing asked for',
      json(404, [{ ErrorCode: 404, Exception: 'No such sale' }]),
      'rejected',
      'rejected',
    ],
    [
      '404 for the endpoint',
      json(404, { Message: 'No HTTP resource was found' }),
      'unexpected',
      'unexpected',
    ],
    ['404 with a page', plain(404, PAGE), 'unexpected', 'unexpected'],
    ['405', json(405, { Message: 'The method is not supported' }), 'unexpected', 'unexpected'],
    ['408', plain(408, ''), 'unavailable', 'ambiguous'],
    ['500', json(500, [{ ErrorCode: 500, Exception: 'Object reference' }]), 'unavailable', 'ambiguous'],
    ['502 with a page', plain(502, PAGE), 'unavailable', 'ambiguous'],
    ['504', plain(504, ''), 'unavailable', 'ambiguous'],
  ];

  it.each(rows)('%s', (_, answer, read, write) => {
    expect({ read: getKind(answer, READ), write: getKind(answer, WRITE) }).toEqual({ read, write });
  });

  it('returns the parsed body of a success, and null for 204', () => {
    expect(readBody(json(200, { ID: 'x' }), READ)).toEqual({ ID: 'x' });
    expect(readBody(plain(204, '', ''), READ)).toBeNull();
  });

  it('names the call, the text of every error and the first code', () => {
    const body = [
      { ErrorCode: 404, Exception: 'No such location' },
      { ErrorCode: 400, Exception: 'No such SKU' },
      { ErrorCode: 400, Exception: 'No such SKU' },
    ];
    expect(getError(json(400, body), WRITE).details).toEqual({
      system: 'DEAR',
      operation: 'authorise pick',
      reference: 'SO-1',
      status: 400,
      code: '404',
      upstreamMessage: 'No such location; No such SKU',
    });
  });

  it('leaves text and code out where the answer has none', () => {
    expect(getError(plain(500, PAGE)).details).toEqual({
      system: 'DEAR',
      operation: 'read sale',
      reference: 'SO-1',
      status: 500,
    });
  });

  it('cuts a long text to 500 characters', () => {
    const { upstreamMessage } = getError(json(400, [{ Exception: 'x'.repeat(2000) }])).details;
    expect(upstreamMessage).toBe(`${'x'.repeat(499)}…`);
  });

  it('keeps DEAR’s text out of the error’s message', () => {
    const error = getError(json(400, [{ Exception: 'Tove Lind has no address' }]));
    expect(error.message).toBe('DEAR refused: read sale for SO-1 (HTTP 400)');
  });

  it('passes on how long DEAR says to wait', () => {
    const error = getError(json(429, [], 7_000));
    expect(error instanceof Throttled && error.retryAfterMs).toBe(7_000);
  });

  it('throws an UpstreamError for every status from 300 to 599', () => {
    const status = fc.integer({ min: 300, max: 599 });
    const text = fc.oneof(fc.string(), fc.json(), fc.constant(PAGE));
    fc.assert(
      fc.property(
        status,
        text,
        fc.string(),
        fc.option(fc.nat()),
        fc.constantFrom(READ, WRITE),
        (code, body, type, after, call) => {
          const answer = { status: code, contentType: type, retryAfterMs: after, text: body };
          expect(getError(answer, call)).toBeInstanceOf(UpstreamError);
        },
      ),
    );
  });
});

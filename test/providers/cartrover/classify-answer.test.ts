import { describe, expect, it } from 'vitest';
import type { Throttled } from '../../../lib/domain/errors.ts';
import { errorFromAnswer, PROCESS_ID_HEADER } from '../../../lib/providers/cartrover/classify-answer.ts';

const READ = { system: 'cartrover', operation: 'find order', reference: 'SO-1-1', writes: false };
const WRITE = { ...READ, operation: 'create order', writes: true };

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, contentType: '', retryAfterMs: null, headers, text };
}

const refusal = (error_code: string, message: string) => ({ success_code: false, error_code, message });
const classOf = (status: number, body: unknown) =>
  [READ, WRITE].map((attempt) => errorFromAnswer(attempt, answer(status, body))?.kind ?? 'success');

describe('an answer of CartRover', () => {
  it.each([
    ['a success', 200, { success_code: true, response: [] }, 'success', 'success'],
    ['a success as a text', 200, { success_code: 'true' }, 'success', 'success'],
    ['an empty bucket', 200, refusal('RateLimit', 'Over API Limit.'), 'throttled', 'throttled'],
    [
      'an empty bucket by its text',
      200,
      refusal('Failure', 'Over API Limit. Please slow down requests.'),
      'throttled',
      'throttled',
    ],
    ['429 of a gateway', 429, 'Too many', 'throttled', 'throttled'],
    [
      'missing fields',
      200,
      refusal('Invalid', 'Order missing required field(s): ship_city'),
      'unexpected',
      'rejected',
    ],
    ['a refusal with status 400', 400, refusal('Invalid', 'Bad date'), 'unexpected', 'rejected'],
    ['a duplicate', 200, refusal('Failure', 'OrderDuplicate'), 'unexpected', 'rejected'],
    ['an unknown order', 200, refusal('Failure', 'Order not found'), 'rejected', 'rejected'],
    ['wrong keys with 200', 200, refusal('Invalid', 'Invalid API User or API Key'), 'operator', 'operator'],
    ['wrong keys with 401', 401, '', 'operator', 'operator'],
    ['keys that are not authorised', 200, refusal('Failure', 'Unauthorized'), 'operator', 'operator'],
    ['a refusal without a code', 200, { success_code: false, message: 'No' }, 'unexpected', 'ambiguous'],
    ['a code that is not documented', 200, refusal('Maintenance', 'Back soon'), 'unexpected', 'ambiguous'],
    ['a code that is not documented with 500', 500, refusal('Crash', 'Oops'), 'unavailable', 'ambiguous'],
    ['an empty body', 200, '', 'unexpected', 'ambiguous'],
    ['an HTML page', 502, '<html>Bad gateway</html>', 'unavailable', 'ambiguous'],
    ['JSON without a success code', 200, { response: [] }, 'unexpected', 'ambiguous'],
    ['a success with status 500', 500, { success_code: true }, 'unavailable', 'ambiguous'],
  ])('of %s is classified by its body first', (_, status, body, read, write) => {
    expect(classOf(status, body)).toEqual([read, write]);
  });

  it('names a duplicate and an unknown order by a code', () => {
    const codeOf = (message: string) =>
      errorFromAnswer(WRITE, answer(200, refusal('Failure', message)))?.details.code;
    expect([codeOf('OrderDuplicate'), codeOf('Order not found: SO-1')]).toEqual([
      'identifier_conflict',
      'not_found',
    ]);
  });

  it('reads the older name of the text and the extra detail, and adds the process id', () => {
    const body = {
      success_code: false,
      error_code: 'Invalid',
      status_message: 'Bad order',
      error_response: { field: 'ship_zip' },
    };
    const error = errorFromAnswer(WRITE, answer(200, body, { [PROCESS_ID_HEADER]: '8fa1' }));
    expect(error?.details.upstreamMessage).toBe(
      'Bad order: {"field":"ship_zip"} (X-CartRover-Process-ID 8fa1)',
    );
  });

  it.each([
    ['nothing more', undefined, 'Bad order'],
    ['null', null, 'Bad order'],
    ['an empty text', '', 'Bad order'],
    ['a text', 'ship_zip', 'Bad order: ship_zip'],
  ])('with %s as its detail has the text alone or both', (_, error_response, expected) => {
    const error = errorFromAnswer(WRITE, answer(200, { ...refusal('Invalid', 'Bad order'), error_response }));
    expect(error?.details.upstreamMessage).toBe(expected);
  });

  it('without a text has the process id alone, and neither where no header came', () => {
    const body = refusal('Invalid', '');
    const { headers: _, ...withoutHeaders } = answer(200, body);
    const [named, plain] = [
      errorFromAnswer(WRITE, answer(200, body, { [PROCESS_ID_HEADER]: '8fa1' })),
      errorFromAnswer(WRITE, withoutHeaders),
    ];
    expect(named?.details.upstreamMessage).toBe('(X-CartRover-Process-ID 8fa1)');
    expect(plain?.details.upstreamMessage ?? '').toBe('');
  });

  it('keeps the process id of a text that is too long', () => {
    const body = refusal('Invalid', 'x'.repeat(5_000));
    const error = errorFromAnswer(WRITE, answer(200, body, { [PROCESS_ID_HEADER]: '8fa1' }));
    expect(error?.details.upstreamMessage).toMatch(/… \(X-CartRover-Process-ID 8fa1\)$/);
    expect(error?.details.upstreamMessage?.length).toBeLessThanOrEqual(1_000);
  });

  it('of an empty bucket waits for ten calls to drain where no time is named', () => {
    const error = errorFromAnswer(READ, answer(200, refusal('RateLimit', ''))) as Throttled;
    expect(error.retryAfterMs).toBe(6_000);
  });
});

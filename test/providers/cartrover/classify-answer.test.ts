import { describe, expect, it } from 'vitest';
import { NotInPlan } from '../../../lib/domain/errors.ts';
import {
  errorFromAnswer,
  errorFromStockCall,
  PROCESS_ID_HEADER,
} from '../../../lib/providers/cartrover/classify-answer.ts';

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
    ['429 with another reason', 429, refusal('Failure', 'Busy'), 'throttled', 'throttled'],
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
    ['a wrong key, in one word', 200, refusal('Invalid', 'Unknown ApiKey'), 'operator', 'operator'],
    ['keys that are not authorised', 200, refusal('Failure', 'Unauthorized'), 'operator', 'operator'],
    ['a refusal without a code', 200, { success_code: false, message: 'No' }, 'unexpected', 'ambiguous'],
    ['a code that is not documented', 200, refusal('Maintenance', 'Back soon'), 'unexpected', 'ambiguous'],
    ['a code that is not documented with 500', 500, refusal('Crash', 'Oops'), 'unavailable', 'ambiguous'],
    ['an empty body', 200, '', 'unexpected', 'ambiguous'],
    ['an HTML page', 502, '<html>Bad gateway</html>', 'unavailable', 'ambiguous'],
    ['JSON without a success code', 200, { response: [] }, 'unexpected', 'ambiguous'],
    ['a read or a write that took too long', 408, '', 'unavailable', 'ambiguous'],
    ['a success with status 400', 400, { success_code: true }, 'unexpected', 'ambiguous'],
    ['a success with status 500', 500, { success_code: true }, 'unavailable', 'ambiguous'],
  ])('of %s is classified by its body first', (_, status, body, read, write) => {
    expect(classOf(status, body)).toEqual([read, write]);
  });

  it.each([
    ['a duplicate', 200, refusal('Failure', 'OrderDuplicate'), 'identifier_conflict'],
    ['an unknown order', 200, refusal('Failure', 'Order not found: SO-1'), 'not_found'],
    ['keys without a right', 200, refusal('Invalid', 'API User lacks permission'), 'forbidden'],
    ['keys without a right by its status', 403, refusal('Failure', 'No'), 'forbidden'],
    ['keys that are unknown', 401, refusal('Invalid', 'No such API key'), 'invalid'],
    ['a refusal for another reason', 200, refusal('Invalid', 'Bad date'), 'invalid'],
    ['an empty bucket without a code', 200, refusal('', 'Over API Limit.'), undefined],
  ])('of %s names it by a code', (_, status, body, code) => {
    expect(errorFromAnswer(WRITE, answer(status, body))?.details.code).toBe(code);
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

  it('that is a page of a gateway has nothing of it in its error', () => {
    const error = errorFromAnswer(WRITE, answer(502, '<html>Bad gateway</html>'));
    expect(error?.details).not.toHaveProperty('upstreamMessage');
  });

  it.each([
    ['for ten calls to drain where no time is named', null, 6_000],
    ['for the time that is named', 2_000, 2_000],
    ['no time where none is asked for', 0, 0],
  ])('of an empty bucket waits %s', (_, retryAfterMs, expected) => {
    for (const given of [answer(200, refusal('RateLimit', '')), answer(429, 'Too many')])
      expect(errorFromAnswer(READ, { ...given, retryAfterMs })).toMatchObject({ retryAfterMs: expected });
  });
});

describe('a refused call for CartRover’s stock', () => {
  const refused = (message: string) => errorFromAnswer(READ, answer(403, refusal('Failure', message)));

  it('by keys without the right names the keys that have it, and what CartRover said', () => {
    const error = errorFromStockCall(refused('Not for carts'));
    expect(error).toBeInstanceOf(NotInPlan);
    expect(error).toMatchObject({
      details: { upstreamMessage: expect.stringMatching(/merchantUser.*merchantKey.*: Not for carts$/) },
    });
  });

  it('without a text quotes none', () => {
    expect(errorFromStockCall(refused(''))).toMatchObject({
      details: { upstreamMessage: expect.stringMatching(/\.$/) },
    });
  });

  it('for another reason stays what it is', () => {
    const wrongKeys = errorFromAnswer(READ, answer(401, ''));
    expect(errorFromStockCall(wrongKeys)).toBe(wrongKeys);
    const other = new Error('broken');
    expect(errorFromStockCall(other)).toBe(other);
  });
});

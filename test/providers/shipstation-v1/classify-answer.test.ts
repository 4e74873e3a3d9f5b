import { describe, expect, it } from 'vitest';
import { Throttled } from '../../../lib/domain/errors.ts';
import {
  errorFromAnswer,
  errorFromVerdict,
  isShipStationError,
} from '../../../lib/providers/shipstation-v1/classify-answer.ts';

const write = { system: 'shipstation', operation: 'create order', reference: 'SO-9-1', writes: true };
const read = { ...write, operation: 'find order', writes: false };
const answer = (status: number, text: string, retryAfterMs: number | null = null) => ({
  status,
  text,
  retryAfterMs,
  contentType: 'application/json',
});
const REFUSED = '{"Message":"The request is invalid.","ModelState":{"order.orderDate":["is required"]}}';
const PAGE = '<html>gateway</html>';

describe('an answer of ShipStation that is no success', () => {
  it.each([
    ['a refused field', 400, REFUSED, 'rejected', 'rejected'],
    ['an order that is not there', 404, '{"message":"Not found"}', 'rejected', 'rejected'],
    ['a page of a gateway', 404, PAGE, 'unexpected', 'unexpected'],
    ['nothing', 400, '', 'unexpected', 'unexpected'],
    ['a redirect', 302, '{"message":"Moved"}', 'unexpected', 'unexpected'],
    ['a wrong key', 401, '', 'operator', 'operator'],
    ['a plan without the API', 402, PAGE, 'operator', 'operator'],
    ['no permission', 403, REFUSED, 'operator', 'operator'],
    ['too many requests', 429, 'Too many requests.', 'throttled', 'throttled'],
    ['a request that took too long', 408, '', 'ambiguous', 'unavailable'],
    ['a crash', 500, '{"Message":"An error has occurred."}', 'ambiguous', 'unavailable'],
    ['a gateway without an answer', 504, PAGE, 'ambiguous', 'unavailable'],
  ])('is classified: %s (HTTP %d)', (_, status, text, afterWrite, afterRead) => {
    expect(errorFromAnswer(write, answer(status, text)).kind).toBe(afterWrite);
    expect(errorFromAnswer(read, answer(status, text)).kind).toBe(afterRead);
  });

  it.each([
    [7_000, 7_000],
    [null, 60_000],
  ])('asks to wait, for a header of %s ms, %d ms', (retryAfterMs, expected) => {
    const failure = errorFromAnswer(write, answer(429, '', retryAfterMs));
    expect(failure instanceof Throttled ? failure.retryAfterMs : null).toBe(expected);
  });

  it('is told with its fields, and a page of a gateway without a text', () => {
    expect(errorFromAnswer(write, answer(400, REFUSED)).details.upstreamMessage).toBe(
      'The request is invalid. order.orderDate: is required',
    );
    expect(errorFromAnswer(write, answer(404, PAGE)).details).not.toHaveProperty('upstreamMessage');
  });

  it('is of ShipStation itself only where it is an error body', () => {
    const texts = [REFUSED, '{"message":"Not found"}', PAGE, '', '{}', '"Not found"'];
    expect(texts.map((text) => isShipStationError(answer(404, text)))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('a refusal that is answered with 200', () => {
  it.each([
    ['Invalid country', 'Invalid country'],
    ['', 'ShipStation gave no reason.'],
    ['x'.repeat(1_200), `${'x'.repeat(999)}…`],
  ])('has what ShipStation says, at most 1,000 characters: %s', (text, upstreamMessage) => {
    expect(errorFromVerdict(write, text)).toMatchObject({
      kind: 'rejected',
      details: { status: 200, upstreamMessage },
    });
  });
});

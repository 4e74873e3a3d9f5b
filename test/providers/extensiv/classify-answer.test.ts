import { describe, expect, it } from 'vitest';
import { NotInPlan } from '../../../lib/domain/errors.ts';
import { errorFromAnswer, errorFromOptionalCall } from '../../../lib/providers/extensiv/classify-answer.ts';

const attempt = (writes: boolean) => ({
  system: 'extensiv',
  operation: 'create order',
  reference: 'SO-9-1',
  writes,
});
const answer = (status: number, body: object | string = '', retryAfterMs: number | null = null) => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfterMs,
  contentType: 'application/json',
});
const classify = (writes: boolean, ...given: Parameters<typeof answer>) =>
  errorFromAnswer(attempt(writes), answer(...given));
const REFUSED = { ErrorCode: 'Invalid', Hint: 'No such SKU' };

describe('an answer of Extensiv', () => {
  it.each<[string, number, object | string, string, string]>([
    ['too many calls', 429, '', 'throttled', 'throttled'],
    ['a wrong key', 401, '', 'operator', 'operator'],
    ['a subscription that ended', 402, '', 'operator', 'operator'],
    ['a role that is missing', 403, '', 'operator', 'operator'],
    ['an order that is not there', 404, '', 'rejected', 'rejected'],
    ['an order that is not there, with an empty line', 404, '\r\n', 'rejected', 'rejected'],
    ['an order that is not there, with a reason', 404, REFUSED, 'rejected', 'rejected'],
    ['a page of a gateway', 404, '<html><h1>Not found</h1></html>', 'ambiguous', 'unexpected'],
    ['an order that changed since it was read', 412, '', 'rejected', 'rejected'],
    ['a call without its tag', 428, '', 'unexpected', 'unexpected'],
    ['a refusal', 400, REFUSED, 'rejected', 'unexpected'],
    ['a refusal without a reason', 400, '<html>', 'ambiguous', 'unexpected'],
    [
      'an order whose state forbids it',
      403,
      { $type: 'X.OperationException', ...REFUSED },
      'rejected',
      'operator',
    ],
    ['an action that the state forbids', 403, { ActionName: 'Cancel', ...REFUSED }, 'rejected', 'operator'],
    ['a role that is missing, with a reason', 403, REFUSED, 'operator', 'operator'],
    [
      'a role that is missing, by its exception',
      403,
      { $type: 'X.AuthorizationException', ...REFUSED },
      'operator',
      'operator',
    ],
    ['their crash', 500, REFUSED, 'ambiguous', 'unavailable'],
    ['a request that took too long for them', 408, '', 'ambiguous', 'unavailable'],
    ['a choice of addresses', 300, '', 'ambiguous', 'unexpected'],
    ['a redirect', 302, '', 'ambiguous', 'unexpected'],
  ])('%s: HTTP %d', (_, status, body, afterWrite, afterRead) => {
    expect(classify(true, status, body)?.kind).toBe(afterWrite);
    expect(classify(false, status, body)?.kind).toBe(afterRead);
  });

  it.each([200, 201, 204, 299])('of %d is a success', (status) => {
    expect(classify(true, status)).toBeNull();
  });

  it.each([
    [7_000, 7_000],
    [0, 0],
    [null, 10_000],
  ])('waits, for a Retry-After of %s ms, %d ms', (asked, retryAfterMs) => {
    expect(classify(true, 429, '', asked)).toMatchObject({ retryAfterMs });
  });

  it('tells what is not there and what changed by their codes', () => {
    expect(classify(true, 404)?.details.code).toBe('not_found');
    expect(classify(true, 412)?.details.code).toBe('stale_etag');
    expect(classify(false, 403)?.details.code).toBe('forbidden');
    expect(classify(true, 403, { ActionName: 'Cancel', ...REFUSED })?.details.code).toBe('Invalid');
    expect(classify(true, 403, { ActionName: 'Cancel', Hint: 'No' })?.details.code).toBe('refused');
  });

  it.each<[string, object, string | undefined]>([
    [
      'a duplicate of its reference',
      { ErrorCode: 'Duplicate', Properties: [{ Name: 'ReferenceNum' }] },
      'identifier_conflict',
    ],
    [
      'a duplicate of its reference and another field',
      { ErrorCode: 'Duplicate', Properties: [{ Name: 'PoNum' }, { Name: 'ReferenceNum' }] },
      'identifier_conflict',
    ],
    ['a duplicate of another field', { ErrorCode: 'Duplicate', Properties: [{ Name: 'Sku' }] }, undefined],
    ['a duplicate of no field', { ErrorCode: 'Duplicate' }, undefined],
    [
      'a reference that is refused otherwise',
      { ErrorCode: 'TooLong', Properties: [{ Name: 'ReferenceNum' }] },
      undefined,
    ],
  ])('knows a taken reference by its field: %s', (_, body, code) => {
    expect(classify(true, 400, body)?.details.code).toBe(code);
  });

  it.each<[object, string]>([
    [
      { ErrorCode: 'Duplicate', Properties: [{ Name: 'ReferenceNum' }, { Name: 'Sku' }], Hint: 'Taken' },
      'Duplicate (ReferenceNum, Sku): Taken',
    ],
    [{ ErrorCode: 'Duplicate' }, 'Duplicate'],
    [{ Message: 'No.' }, 'No.'],
    [{ Message: 'Taken', Properties: [{ Name: 'ReferenceNum' }] }, '(ReferenceNum): Taken'],
    [{ ErrorCode: 'Duplicate', Properties: [{ Value: 'SO-1' }] }, 'Duplicate'],
    [{ ErrorCode: 7, Message: 'No.', Properties: [{ Name: 7 }] }, 'No.'],
    [{ ErrorCode: 'Duplicate', Properties: 'ReferenceNum' }, 'Duplicate'],
    [{ Hint: 'x'.repeat(5_000) }, `${'x'.repeat(999)}…`],
    [{ ErrorCode: 'Invalid', Message: 'No.', Hint: 'No such SKU' }, 'Invalid: No such SKU'],
  ])('is told with its code, fields and hint: %j', (body, upstreamMessage) => {
    expect(classify(true, 400, body)?.details.upstreamMessage).toBe(upstreamMessage);
  });
});

it.each([
  ['', ''],
  [REFUSED, 'Invalid: No such SKU '],
] as const)(
  'an answer of Extensiv that a role is missing, with the body %j, says what to do after what it says',
  (body, before) => {
    const { upstreamMessage = '' } = classify(true, 403, body)?.details ?? {};
    expect(upstreamMessage.indexOf('The credentials lack a role')).toBe(before.length);
  },
);

describe('a list that the credentials may not read', () => {
  it('is not in the plan, and names the role that is missing', () => {
    const error = errorFromOptionalCall(classify(false, 403), 'Inventory');
    expect(error).toBeInstanceOf(NotInPlan);
    expect(error).toMatchObject({ details: { upstreamMessage: expect.stringContaining('role Inventory') } });
  });

  it('is another failure where the key is wrong, or something else failed', () => {
    const wrongKey = classify(false, 401);
    expect(errorFromOptionalCall(wrongKey, 'Inventory')).toBe(wrongKey);
    const other = new Error('broken');
    expect(errorFromOptionalCall(other, 'Inventory')).toBe(other);
  });
});

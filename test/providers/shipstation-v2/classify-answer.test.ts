import { describe, expect, it } from 'vitest';
import type { Throttled } from '../../../lib/domain/errors.ts';
import {
  errorFromAnswer,
  errorFromInventoryAnswer,
  errorFromLabelAnswer,
  errorFromRow,
} from '../../../lib/providers/shipstation-v2/classify-answer.ts';

const write = { system: 'shipstation', operation: 'create shipment', reference: 'SO-9-1', writes: true };
const read = { system: 'shipstation', operation: 'find shipment', reference: 'SO-9-1', writes: false };

const body = (type: string, code: string, message = 'Words of theirs.') =>
  JSON.stringify({
    request_id: 'r-1',
    errors: [{ error_source: 'ShipStation', error_type: type, error_code: code, message }],
  });
const answer = (status: number, text: string, retryAfterMs: number | null = null) => ({
  status,
  text,
  retryAfterMs,
  contentType: 'application/json',
});

describe('errorFromAnswer', () => {
  it.each([
    ['a refused field', 400, body('validation', 'field_value_required'), 'rejected', 'rejected'],
    ['a business rule', 422, body('business_rules', 'invalid_status'), 'rejected', 'rejected'],
    ['a taken identifier', 409, body('business_rules', 'identifier_conflict'), 'rejected', 'rejected'],
    ['an unknown id', 404, body('business_rules', 'not_found'), 'rejected', 'rejected'],
    ['a wrong key', 401, body('security', 'unauthorized'), 'operator', 'operator'],
    ['no permission, without a body', 403, '', 'operator', 'operator'],
    [
      'a plan that ended, as a 400',
      400,
      body('account_status', 'subscription_inactive'),
      'operator',
      'operator',
    ],
    [
      'a plan without the feature',
      400,
      body('business_rules', 'invalid_billing_plan'),
      'operator',
      'operator',
    ],
    [
      'a problem of the account that is new to us, as a 400',
      400,
      body('account_status', 'account_on_hold'),
      'operator',
      'operator',
    ],
    [
      'a security rule that is new to us, as a 400',
      400,
      body('security', 'ip_blocked'),
      'operator',
      'operator',
    ],
    ['a trial that ended', 402, body('account_status', 'trial_expired'), 'operator', 'operator'],
    ['too many requests', 429, body('system', 'rate_limit_exceeded'), 'throttled', 'throttled'],
    [
      'too many requests at the carrier, as a 400',
      400,
      body('integrations', 'rate_limit_exceeded'),
      'throttled',
      'throttled',
    ],
    ['their crash', 500, body('system', 'unspecified'), 'ambiguous', 'unavailable'],
    ['a gateway without an answer', 504, '<html>gateway</html>', 'ambiguous', 'unavailable'],
    ['their fault, as a 400', 400, body('system', 'unknown'), 'ambiguous', 'unavailable'],
    ['a page that is not an error body', 400, '<html>no</html>', 'unexpected', 'unexpected'],
    ['a request that took too long for them', 408, '', 'ambiguous', 'unavailable'],
    ['a redirect', 302, '', 'unexpected', 'unexpected'],
    ['a method that is not allowed', 405, body('validation', 'unspecified'), 'unexpected', 'unexpected'],
  ])('%s: HTTP %d', (_, status, text, afterWrite, afterRead) => {
    expect(errorFromAnswer(write, answer(status, text)).kind).toBe(afterWrite);
    expect(errorFromAnswer(read, answer(status, text)).kind).toBe(afterRead);
  });

  it('keeps ShipStation’s code and text in the details, and out of the message', () => {
    const failure = errorFromAnswer(
      write,
      answer(400, body('validation', 'invalid_address', 'Odalys Brandt is unknown')),
    );
    expect(failure.details).toMatchObject({
      code: 'invalid_address',
      upstreamMessage: 'Odalys Brandt is unknown',
      status: 400,
    });
    expect(failure.message).toBe('shipstation refused: create shipment for SO-9-1 (HTTP 400)');
  });

  it('has no code and no text of an answer that is no error body', () => {
    for (const text of ['<html>gateway</html>', '', '{"errors":[]}']) {
      const { details } = errorFromAnswer(write, answer(400, text));
      expect(details).not.toHaveProperty('code');
      expect(details).not.toHaveProperty('upstreamMessage');
    }
  });

  it('joins several errors', () => {
    const errors = [
      { error_type: 'validation', error_code: 'field_value_required', message: 'name is required' },
      { error_type: 'validation', error_code: 'invalid_field_value', message: null },
    ];
    const failure = errorFromAnswer(write, answer(400, JSON.stringify({ errors })));
    expect(failure.details).toMatchObject({
      code: 'field_value_required',
      upstreamMessage: 'name is required; invalid_field_value',
    });
  });

  it.each([
    [7_000, 7_000],
    [null, 60_000],
  ])('waits, for a Retry-After of %s ms, %d ms', (retryAfterMs, expected) => {
    const failure = errorFromAnswer(write, answer(429, '', retryAfterMs)) as Throttled;
    expect(failure.retryAfterMs).toBe(expected);
  });
});

describe('errorFromLabelAnswer', () => {
  it.each([
    'insufficient_funds',
    'meter_failure',
    'carrier_not_connected',
    'carrier_disconnected',
    'terms_not_accepted',
    'auto_fund_not_supported',
    'confirmation_not_supported',
  ])('leaves %s to a person at the carrier, and the key is valid', (code) => {
    const text = body('account_status', code);
    expect(errorFromLabelAnswer(write, answer(400, text)).kind).toBe('rejected');
    expect(errorFromLabelAnswer(write, answer(500, body('system', code))).kind).toBe('ambiguous');
  });

  it('is about the key for any other code of the account', () => {
    const text = body('account_status', 'subscription_inactive');
    expect(errorFromLabelAnswer(write, answer(400, text)).kind).toBe('operator');
  });
});

describe('errorFromInventoryAnswer', () => {
  it('says that the plan has no inventory, with what ShipStation says where it says anything', () => {
    const silent = errorFromInventoryAnswer(read, answer(403, ''));
    expect(silent).toMatchObject({ kind: 'rejected', details: { status: 403 } });
    expect(silent.details.upstreamMessage).toContain('no Inventory API');
    const text = body('account_status', 'subscription_inactive', 'Upgrade first.');
    expect(errorFromInventoryAnswer(read, answer(400, text)).details.upstreamMessage).toBe(
      `${silent.details.upstreamMessage} ShipStation says: Upgrade first.`,
    );
  });

  it.each(['subscription_inactive', 'invalid_billing_plan', 'forbidden'])(
    'is about the plan for %s, whatever its status',
    (code) => {
      const text = body('business_rules', code);
      expect(errorFromInventoryAnswer(read, answer(400, text)).kind).toBe('rejected');
    },
  );

  it('is not about the plan while the account is busy', () => {
    const text = body('business_rules', 'rate_limit_exceeded');
    expect(errorFromInventoryAnswer(read, answer(403, text)).kind).toBe('throttled');
  });

  it('is about the key where it is refused for that', () => {
    expect(errorFromInventoryAnswer(read, answer(401, body('security', 'unauthorized'))).kind).toBe(
      'operator',
    );
  });
});

describe('errorFromRow', () => {
  const row = (errors: Array<string | { error_code: string; message: string; field: string }>) => ({
    shipment_id: '',
    shipment_status: '',
    errors,
  });

  const refusal = (error_code: string, message: string) => ({ error_code, message, field: '' });

  it('has the text of every error, and no code where none is known', () => {
    const { details } = errorFromRow(write, row(['no such warehouse', refusal('', 'no such store')]));
    expect(details.upstreamMessage).toBe('no such warehouse; no such store');
    expect(details).not.toHaveProperty('code');
  });

  it('has the first code, also behind an error without one', () => {
    const errors = ['no such warehouse', refusal('', 'Odd.'), refusal('invalid_field_value', 'No.')];
    expect(errorFromRow(write, row(errors)).details.code).toBe('invalid_field_value');
  });

  it('recognises a taken identifier by text and by code', () => {
    const asText = errorFromRow(write, row(['identifier_conflict: external_shipment_id']));
    const asCode = errorFromRow(write, row([refusal('identifier_conflict', 'Taken')]));
    expect([asText.details.code, asCode.details.code]).toEqual([
      'identifier_conflict',
      'identifier_conflict',
    ]);
  });
});

describe('a conflict without a code', () => {
  const taken = { message: 'The value is already in use.', field: 'external_shipment_id' };

  it.each([
    ['as the whole body', 409, taken],
    ['in the list of errors', 409, { errors: [taken] }],
    ['with a status of 400', 400, { errors: [{ ...taken, field: 'shipment_number' }] }],
    ['behind another error', 400, { errors: [{ message: 'Odd.', field: 'zone' }, taken] }],
    ['with the code of any error', 400, { errors: [{ ...taken, error_code: 'unspecified' }] }],
  ])('means a taken reference %s', (_, status, json) => {
    const failure = errorFromAnswer(write, answer(status, JSON.stringify(json)));
    expect(failure).toMatchObject({ kind: 'rejected', details: { code: 'identifier_conflict' } });
  });

  it('means a taken reference in a row', () => {
    const errors = [{ ...taken, error_code: '' }];
    const failure = errorFromRow(write, { shipment_id: '', shipment_status: '', errors });
    expect(failure.details.code).toBe('identifier_conflict');
  });

  it.each([
    ['an identifier that is too long', { ...taken, message: 'At most 50 characters.' }],
    ['another field', { ...taken, field: 'warehouse_id' }],
  ])('is not recognised in %s', (_, error) => {
    const failure = errorFromAnswer(write, answer(400, JSON.stringify({ errors: [error] })));
    expect(failure.kind).toBe('rejected');
    expect(failure.details.code).toBeUndefined();
  });

  it('is not recognised beside a code of another meaning', () => {
    const errors = [{ ...taken, error_code: 'invalid_status' }];
    expect(errorFromAnswer(write, answer(400, JSON.stringify({ errors }))).details.code).toBe(
      'invalid_status',
    );
  });
});

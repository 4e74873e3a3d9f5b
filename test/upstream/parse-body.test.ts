import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { parseBody, parseJson } from '../../lib/upstream/body.ts';

const read = { system: 'DEAR', operation: 'read sale', reference: 'SO-1', writes: false };
const write = { ...read, operation: 'authorise pick', writes: true };
const schema = z.strictObject({
  lines: z.array(z.object({ quantity: z.number(), unit: z.enum(['kg', 'g']) })),
});

function getError(body: unknown, attempt: typeof read): UpstreamError {
  try {
    parseBody(schema, body, attempt);
  } catch (error) {
    if (error instanceof UpstreamError) return error;
  }
  return expect.fail('The body was accepted');
}

describe('parseBody', () => {
  it('returns the schema’s output for a matching body', () => {
    expect(parseBody(schema, { lines: [] }, read)).toEqual({ lines: [] });
  });

  it('throws UnexpectedAnswer for a read of another form, and AmbiguousWrite for a write', () => {
    expect([getError(undefined, read).kind, getError(undefined, write).kind]).toEqual([
      'unexpected',
      'ambiguous',
    ]);
  });

  it('names the wrong fields, and no value or unknown key anywhere in the error', () => {
    const body = { lines: [{ quantity: 'Tove Lind', unit: 'Larkspur' }], 'Odalys Brandt': 1 };
    const error = getError(body, read);
    expect(error.details.upstreamMessage).toBe(
      'lines.0.quantity: invalid_type, expected number; lines.0.unit: invalid_value; the answer: unrecognized_keys',
    );
    expect(inspect(error, { depth: 9 })).not.toMatch(/Tove|Larkspur|Odalys/);
  });

  it('names five fields of a list whose every row has another form', () => {
    const lines = Array.from({ length: 400 }, () => ({ quantity: '1', unit: 'kg' }));
    expect(getError({ lines }, read).details.upstreamMessage).toMatch(
      /lines\.4\.quantity: [^;]+; and 395 more$/,
    );
  });
});

describe('parseJson', () => {
  it('returns undefined for a text that is not JSON', () => {
    expect([parseJson('{"a":1}'), parseJson('{'), parseJson('')]).toEqual([{ a: 1 }, undefined, undefined]);
  });
});

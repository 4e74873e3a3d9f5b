import { describe, expect, it } from 'vitest';
import { Rejected } from '../../lib/domain/errors.ts';
import { describeFailure, redact } from '../../lib/runtime/logger.ts';

describe('a log line', () => {
  it('keeps ids and outcomes, and hides what may be personal or secret', () => {
    expect(
      redact({
        saleId: 'a',
        outcome: 'ordered',
        customerEmail: 'x@y',
        shipToAddress: 'z',
        apiKey: 'k',
        upstreamMessage: 'w',
      }),
    ).toEqual({
      saleId: 'a',
      outcome: 'ordered',
      customerEmail: '[redacted]',
      shipToAddress: '[redacted]',
      apiKey: '[redacted]',
      upstreamMessage: '[redacted]',
    });
  });

  it('of a refusal says what and where, never in the other side’s words', () => {
    const error = new Rejected({
      system: 'DEAR',
      operation: 'authorise ship',
      reference: 'SO-1-1',
      status: 400,
      upstreamMessage: '12 Orchard Mews',
    });
    expect(describeFailure(error)).toMatchObject({
      failure: 'rejected',
      system: 'DEAR',
      reference: 'SO-1-1',
      status: 400,
    });
    expect(JSON.stringify(describeFailure(error))).not.toContain('Orchard');
  });

  it('of a bug says where, without its message', () => {
    const described = describeFailure(new TypeError('cannot read 12 Orchard Mews'));
    expect(described).toMatchObject({ failure: 'TypeError', at: expect.stringContaining('logger.test.ts') });
    expect(JSON.stringify(described)).not.toContain('Orchard');
  });

  it('of a bug takes no line of its message for the place', () => {
    const described = describeFailure(new TypeError('refused:\n  at 12 Orchard Mews'));
    expect(described).toMatchObject({ at: expect.stringContaining('logger.test.ts') });
    expect(JSON.stringify(described)).not.toContain('Orchard');
  });
});

import { describe, expect, it } from 'vitest';
import { isRefundedLate } from '../../../lib/domain/shipment/refund.ts';

const DAY = 86_400_000;
const CREATED = Date.UTC(2026, 1, 3);

describe('a voided label', () => {
  it.each([
    ['of USPS after 20.5 days may only have been refunded', 'usps', 20.5, true],
    ['of USPS before 20.5 days was voided by a person', 'usps', 20.49, false],
    ['of a reseller of USPS counts as one of USPS', 'stamps_com', 21, true],
    ['of another reseller, in capitals, counts as one of USPS', 'ENDICIA', 30, true],
    ['of another carrier was voided by a person', 'ups', 90, false],
    ['of a carrier whose name only contains USPS was voided by a person', 'not_usps', 90, false],
  ])('%s', (_, carrier, days, isLate) => {
    expect(isRefundedLate(carrier, CREATED, CREATED + days * DAY)).toBe(isLate);
  });

  it('whose beginning is not known was voided by a person', () => {
    expect(isRefundedLate('usps', Number.NaN, CREATED)).toBe(false);
  });
});

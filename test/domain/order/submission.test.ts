import { describe, expect, it } from 'vitest';
import { isoTime } from '../../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import {
  claimSubmission,
  recordAccepted,
  recordRefused,
  recordTaken,
  recordUnknownSubmission,
  timeSinceAuthorised,
} from '../../../lib/domain/order/submission.ts';
import { NOW, queuedOrder } from '../../builders/order.ts';

const MINUTE = 60_000;
const authorised = queuedOrder(undefined, { authorisedAt: isoTime(NOW - MINUTE) });
const claimed = claimSubmission(authorised, NOW);

describe('the time since a sale was authorised', () => {
  it.each<[string, FulfillmentOrder, number | null]>([
    ['counts from the webhook until its order is sent', claimed, 6 * MINUTE],
    [
      'counts through an answer that was lost',
      claimSubmission(recordUnknownSubmission(claimed, NOW), NOW),
      6 * MINUTE,
    ],
    ['is not known of an order that does not say', claimSubmission(queuedOrder(), NOW), null],
    ['does not count for an order that was refused', recordRefused(claimed, NOW + MINUTE, 'no'), null],
    [
      'is never less than nothing, whatever the clocks say',
      queuedOrder(undefined, { authorisedAt: isoTime(NOW + 60 * MINUTE) }),
      0,
    ],
  ])('%s', (_, order, expected) => {
    expect(timeSinceAuthorised(order, NOW + 5 * MINUTE)).toBe(expected);
  });
});

describe('an order whose reference is taken by an order from elsewhere', () => {
  const lost = claimSubmission(recordUnknownSubmission(claimed, NOW), NOW);

  it.each<[string, FulfillmentOrder, boolean]>([
    ['is known not to have arrived', claimed, false],
    ['may have arrived where an answer was lost', lost, true],
  ])('%s, and its reason says so', (_, order, isLost) => {
    const seen = recordTaken(order, NOW, ['x-7']);
    const later = recordTaken(seen, NOW + 60 * MINUTE, ['x-7']);
    expect(later.status).toBe('Failed');
    expect(later.reason.includes('An answer was lost')).toBe(isLost);
  });

  it('keeps no trace of the other orders once it is accepted', () => {
    const taken = recordTaken(claimed, NOW, ['x-7']);
    const again = recordAccepted(claimSubmission(taken, NOW), NOW, 'prov-1', taken.fingerprint, false);
    expect(again.status).toBe('Shipped');
    expect(again.submission).not.toHaveProperty('takenBy');
  });
});

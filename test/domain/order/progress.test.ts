import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { getUpstreamWords, toProgress } from '../../../lib/domain/order/progress.ts';
import { claimSubmission, recordRefused } from '../../../lib/domain/order/submission.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';

const { lines } = acceptedOrder();
/** All of the order, or so many of its first line. */
const packed = (amount?: number, overrides = {}) => {
  const contents = lines.map(({ key, quantity }) => ({
    key,
    quantity: amount ?? quantity,
    batch: '',
    serials: [],
  }));
  return box({ contents: (amount === undefined ? contents : contents.slice(0, 1)) as never, ...overrides });
};
const voided = { at: '', staleNumbers: [], settledBy: '' } as never;

describe('the progress of an order that DEAR calls Shipped', () => {
  it.each<[string, Partial<FulfillmentOrder>, string]>([
    ['that the service has only accepted', {}, 'At warehouse'],
    ['whose only label was voided', { packages: [packed(undefined, { voided })] }, 'At warehouse'],
    ['of which a part has left', { packages: [packed(1)] }, 'Partly shipped'],
    ['of which all has left', { packages: [packed()] }, 'Shipped'],
    [
      'that was closed short after a part had left',
      { packages: [packed(1)], closedShort: { rest: 'drop', lines: [] } },
      'Shipped',
    ],
    ['that has arrived', { status: 'Delivered' }, 'Delivered'],
    ['that is held at the service', { status: 'On Hold', hold: 'service' }, 'On Hold'],
  ])('%s: reads as it is', (_, overrides, expected) => {
    expect(toProgress(acceptedOrder(undefined, overrides))).toBe(expected);
  });
});

describe('the words of the other system', () => {
  it('are those of the entry that caused the reason, and none for any other reason', () => {
    const failed = recordRefused(claimSubmission(queuedOrder(), NOW), NOW, 'postcode does not exist');
    expect(getUpstreamWords(failed)).toBe('postcode does not exist');
    expect(getUpstreamWords({ ...failed, reason: 'Waiting to be sent again.' })).toBe('');
  });
});

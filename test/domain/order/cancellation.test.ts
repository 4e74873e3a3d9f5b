import { describe, expect, it } from 'vitest';
import { act } from '../../../lib/domain/order/actions.ts';
import {
  claimCancellation,
  describeCancellation,
  recordCancelled,
  recordCancelRefused,
  withdraw,
} from '../../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { claimSubmission, releaseSubmission } from '../../../lib/domain/order/submission.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';

const VOIDED = 'The sale was voided in DEAR.';

function voided(order: FulfillmentOrder): FulfillmentOrder {
  const input = { sale: sale(), connections: [connection()], orders: [order], by: 'DEAR', now: NOW };
  return withdraw(order, VOIDED, input);
}

function claimed(order: FulfillmentOrder): FulfillmentOrder {
  return claimCancellation(voided(order), NOW);
}

describe('how far the cancellation of an order came', () => {
  const accepted = acceptedOrder();
  const lost = { ...accepted.submission, state: 'unknown' } as const;

  it.each([
    ['an order of a sale that asks for it', accepted, ''],
    ['an order that was not sent', voided(queuedOrder()), 'never sent'],
    [
      'an order that was refused',
      voided(
        queuedOrder(sale(), {
          status: 'Failed',
          submission: { ...queuedOrder().submission, state: 'rejected' },
        }),
      ),
      'never accepted',
    ],
    ['an order that is at the service', voided(accepted), 'being cancelled'],
    ['a call that has begun', claimed(accepted), 'being cancelled'],
    [
      'an acknowledged cancellation',
      recordCancelled(claimed(accepted), NOW, 'lantern'),
      'cancelled at the service in time',
    ],
    [
      'a cancellation that a service only reads',
      recordCancelled(claimed(accepted), NOW, 'lantern', false),
      'not acknowledged by the service',
    ],
    [
      'a refusal',
      recordCancelRefused(claimed(accepted), NOW, 'It is being packed.'),
      'refused by the service',
    ],
    [
      'an order that the service does not list',
      { ...claimed(accepted), cancellation: { state: 'unknown', at: '' } } as const,
      'not known whether the service has it',
    ],
    [
      'a person who found it missing there',
      { ...recordCancelled(claimed(accepted), NOW, 'lantern'), submission: lost },
      'settled by a person',
    ],
    [
      'a person who ended it although an answer was lost and another order has its reference',
      act('cancel', {
        order: { ...queuedOrder(), status: 'Failed', submission: { ...lost, takenBy: ['x-7'] } },
        content: null,
        by: 'Ada',
        now: NOW,
        canCancel: true,
      }).order,
      'settled by a person',
    ],
    [
      'a call to cancel before anything was sent',
      recordCancelled(claimed(releaseSubmission(claimSubmission(queuedOrder(), NOW), NOW)), NOW, 'lantern'),
      'never sent',
    ],
    ['goods that had left', voided({ ...accepted, packages: [box()] }), 'left before'],
    [
      'staff of the service who cancelled it',
      { ...accepted, status: 'Cancelled', standstill: 'cancelled' } as const,
      'ended at the service',
    ],
  ] satisfies ReadonlyArray<readonly [string, FulfillmentOrder, string]>)('%s', (_, order, words) => {
    expect(describeCancellation(order)).toBe(words);
  });
});

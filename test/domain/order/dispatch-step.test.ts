import { describe, expect, it } from 'vitest';
import { isCancellationPending, mayStillLeave } from '../../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import {
  claimSubmission,
  claimUpdate,
  mayExistAtProvider,
  possibleFingerprints,
  recordMayBeSent,
  recordTaken,
  recordUnknownSubmission,
  releaseSubmission,
  SETTLING_MS,
  settlingTimeLeft,
} from '../../../lib/domain/order/submission.ts';
import {
  canMove,
  change,
  isLive,
  keepsConnection,
  nextDispatchStep,
} from '../../../lib/domain/order/transitions.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';

type Overrides = Partial<Omit<FulfillmentOrder, 'submission' | 'cancellation'>> & {
  readonly submission?: Partial<FulfillmentOrder['submission']>;
  readonly cancellation?: Partial<FulfillmentOrder['cancellation']>;
};

function changed(
  order: FulfillmentOrder,
  { submission, cancellation, ...overrides }: Overrides,
): FulfillmentOrder {
  return {
    ...order,
    ...overrides,
    submission: { ...order.submission, ...submission },
    cancellation: { ...order.cancellation, ...cancellation },
  };
}
const queued = (overrides: Overrides = {}) => changed(queuedOrder(), overrides);
const accepted = (overrides: Overrides = {}) => changed(acceptedOrder(), overrides);
const left = box({ contents: [{ key: 'line-1', quantity: 1, batch: '', expiry: '' }] });
const voided = { ...left, voided: { at: '2026-02-03T09:00:00.000Z', settledBy: '' } };
const cancelled = { desired: 'cancelled' } as const;

describe('the next call to the provider', () => {
  it.each<[string, FulfillmentOrder, ReturnType<typeof nextDispatchStep>]>([
    ['submits an order that was never sent', queued(), 'submit'],
    ['submits again after a claim without an answer', queued({ submission: { state: 'claimed' } }), 'submit'],
    ['submits again after a lost answer', queued({ submission: { state: 'unknown' } }), 'submit'],
    ['is none for an order that was not released', queued({ released: false }), 'nothing'],
    ['is none for an order that is held', queued({ desired: 'held' }), 'nothing'],
    ['is none for an order On Hold that was released', queued({ status: 'On Hold' }), 'nothing'],
    [
      'is none for a refused order',
      queued({ status: 'Failed', submission: { state: 'rejected' } }),
      'nothing',
    ],
    [
      'submits an order again whose reference another one has',
      queued({ status: 'Failed', submission: { state: 'rejected', takenBy: ['x-7'] } }),
      'submit',
    ],
    [
      'submits no order whose reference was taken before it was accepted',
      accepted({ submission: { takenBy: ['x-7'] } }),
      'nothing',
    ],
    ['is none for an order that the provider has as it is', accepted(), 'nothing'],
    ['updates an order that has changed', accepted({ fingerprint: 'changed' }), 'update'],
    [
      'is none after the provider has refused this change',
      accepted({ fingerprint: 'changed', submission: { refusedFingerprint: 'changed' } }),
      'nothing',
    ],
    [
      'updates no order that is held there',
      accepted({ fingerprint: 'changed', status: 'On Hold' }),
      'nothing',
    ],
    [
      'updates no order whose arrival is not known',
      accepted({ fingerprint: 'changed', submission: { state: 'unknown' } }),
      'nothing',
    ],
    ['cancels an order that the provider has', accepted(cancelled), 'cancel'],
    [
      'cancels again after a claim without an answer',
      accepted({ ...cancelled, cancellation: { state: 'claimed' } }),
      'cancel',
    ],
    [
      'cancels an order that is looked for',
      queued({ ...cancelled, cancellation: { state: 'unknown' } }),
      'cancel',
    ],
    ['is none once it is cancelled', accepted({ ...cancelled, cancellation: { state: 'done' } }), 'nothing'],
    [
      'is none after the provider has refused to cancel',
      accepted({ ...cancelled, cancellation: { state: 'refused' } }),
      'nothing',
    ],
    ['cancels no order that is Cancelled', accepted({ ...cancelled, status: 'Cancelled' }), 'nothing'],
    ['cancels no order that is Completed', accepted({ ...cancelled, status: 'Completed' }), 'nothing'],
    ['is none once a package has left', accepted({ packages: [left] }), 'nothing'],
    [
      'is none once a package has left, whatever is asked',
      accepted({ ...cancelled, packages: [left] }),
      'nothing',
    ],
    [
      'is none once a package has left, although it changed',
      accepted({ fingerprint: 'changed', packages: [left] }),
      'nothing',
    ],
    ['is none once a package has left, although it was never sent', queued({ packages: [left] }), 'nothing'],
    [
      'updates nothing while only voided labels are there',
      accepted({ fingerprint: 'changed', packages: [voided] }),
      'nothing',
    ],
    ['cancels while only voided labels are there', accepted({ ...cancelled, packages: [voided] }), 'cancel'],
    [
      'is none while one label of two is voided',
      accepted({ ...cancelled, packages: [voided, left] }),
      'nothing',
    ],
  ])('%s', (_, order, step) => {
    expect(nextDispatchStep(order)).toBe(step);
  });
});

describe('an order', () => {
  const done = { status: 'Cancelled', withdrawn: true } as const;

  it.each<[string, FulfillmentOrder, boolean]>([
    ['stands for its goods', queued(), true],
    [
      'stands for its goods while the sale does not ask for it and it may leave',
      queued({ withdrawn: true }),
      true,
    ],
    ['stands for its goods after a person cancelled it', queued({ status: 'Cancelled' }), true],
    ['stands for its goods if they left', queued({ ...done, packages: [left] }), true],
    ['stands for nothing once it ended with its sale', queued(done), false],
  ])('%s', (_, order, stands) => {
    expect(isLive(order)).toBe(stands);
  });

  it.each<[string, FulfillmentOrder, boolean]>([
    ['that its sale asks for blocks no other', accepted(), false],
    ['that is withdrawn and not cancelled yet blocks another', accepted({ withdrawn: true }), true],
    ['that is withdrawn and whose goods left blocks another', accepted({ ...done, packages: [left] }), true],
    ['that is withdrawn and ended blocks no other', accepted(done), false],
  ])('%s', (_, order, blocks) => {
    expect(mayStillLeave(order)).toBe(blocks);
  });

  it.each<[string, FulfillmentOrder, boolean]>([
    ['that was never sent goes where the rules say', queued(), false],
    [
      'that was refused goes where the rules say',
      queued({ status: 'Failed', submission: { state: 'rejected' } }),
      false,
    ],
    ['that may have arrived stays', queued({ submission: { state: 'claimed' } }), true],
    [
      'of which an answer was lost stays, although the next attempt was refused',
      queued({ submission: { state: 'rejected', answerLost: true } }),
      true,
    ],
    ['that the provider has stays', accepted(), true],
    ['that a person cancelled stays', queued({ status: 'Cancelled' }), true],
    ['that a person edited stays', queued({ planned: 'as the sale gave it' }), true],
    ['that a person holds stays', queued({ status: 'On Hold', hold: 'person' }), true],
    [
      'that is held for its address goes where the rules say',
      queued({ status: 'On Hold', hold: 'address' }),
      false,
    ],
    ['whose goods left stays', accepted({ ...done, packages: [left] }), true],
    ['that is withdrawn and being cancelled does not stay', accepted({ withdrawn: true }), false],
    [
      'that is withdrawn and cannot be cancelled stays',
      accepted({ withdrawn: true, cancellation: { state: 'refused' } }),
      true,
    ],
    [
      'that is withdrawn and ended after a refusal does not stay',
      accepted({ ...done, cancellation: { state: 'refused' } }),
      false,
    ],
  ])('%s at its connection', (_, order, keeps) => {
    expect(keepsConnection(order)).toBe(keeps);
  });

  it.each<[string, FulfillmentOrder, boolean]>([
    ['that is not cancelled', accepted(), false],
    ['before the provider was asked', accepted(cancelled), true],
    ['while the provider is asked', accepted({ ...cancelled, cancellation: { state: 'claimed' } }), true],
    ['after the provider has refused', accepted({ ...cancelled, cancellation: { state: 'refused' } }), false],
    ['that is not found for an hour', accepted({ ...cancelled, cancellation: { state: 'unknown' } }), false],
    ['once it is Cancelled', accepted({ ...cancelled, status: 'Cancelled' }), false],
    ['once goods have left', accepted({ ...cancelled, packages: [left] }), false],
  ])('%s waits for its cancellation: %s', (_, order, isPending) => {
    expect(isCancellationPending(order)).toBe(isPending);
  });
});

describe('the status of an order', () => {
  it('only moves forward, except that Failed and On Hold return', () => {
    const statuses = [
      'Queued',
      'On Hold',
      'Failed',
      'Shipped',
      'Completed',
      'Delivered',
      'Cancelled',
    ] as const;
    const moves = statuses.map((from) => [from, statuses.filter((to) => to !== from && canMove(from, to))]);
    expect(Object.fromEntries(moves)).toEqual({
      Queued: ['On Hold', 'Failed', 'Shipped', 'Cancelled'],
      'On Hold': ['Queued', 'Failed', 'Shipped', 'Cancelled'],
      Failed: ['Queued', 'On Hold', 'Shipped', 'Cancelled'],
      Shipped: ['On Hold', 'Completed', 'Delivered', 'Cancelled'],
      Completed: ['Delivered'],
      Delivered: [],
      Cancelled: [],
    });
    expect(() => change(queuedOrder(), NOW, { status: 'Delivered' }, null)).toThrow('Queued to Delivered');
  });

  it('leaves Cancelled only for Shipped, and only where the provider’s staff had cancelled', () => {
    const theirs = queued({ status: 'Cancelled', standstill: 'cancelled' });
    expect(change(theirs, NOW, { status: 'Shipped' }, null).status).toBe('Shipped');
    expect(() => change(theirs, NOW, { status: 'Queued' }, null)).toThrow();
    expect(() => change(queued({ status: 'Cancelled' }), NOW, { status: 'Shipped' }, null)).toThrow();
  });

  it('is explained by a log of the last 200 entries', () => {
    let order = queuedOrder();
    for (let count = 1; count <= 205; count += 1) {
      order = change(order, NOW, {}, { by: 'test', what: `Entry ${count}.` });
    }
    expect(order.log).toHaveLength(200);
    expect(order.log.at(-1)).toEqual({ at: '2026-02-03T09:00:00.000Z', by: 'test', what: 'Entry 205.' });
  });
});

describe('a submission', () => {
  const LATER = NOW + 60_000;
  const claimed = claimSubmission(queuedOrder(), NOW);

  it('is claimed with the content that is sent, and counts the attempt', () => {
    expect(claimed.submission).toMatchObject({
      state: 'claimed',
      attempt: 1,
      sentFingerprints: [claimed.fingerprint],
      at: '2026-02-03T09:00:00.000Z',
    });
    expect(claimed.submission).not.toHaveProperty('answerLost');
    expect(releaseSubmission(claimed, LATER).submission).toMatchObject({ state: 'none', attempt: 0 });
  });

  it.each<[string, Partial<FulfillmentOrder['submission']>, true | undefined]>([
    ['after the process died', { state: 'claimed' }, true],
    ['after a lost answer', { state: 'unknown' }, true],
    [
      'after an answer that the reference is taken',
      { state: 'unknown', takenSince: '2026-02-03T08:00:00.000Z' },
      undefined,
    ],
    ['after a refusal', { state: 'rejected' }, undefined],
    ['after a refusal that followed a lost answer', { state: 'rejected', answerLost: true }, true],
  ])('that is claimed again %s remembers a lost answer: %s', (_, submission, answerLost) => {
    expect(claimSubmission(queued({ submission }), NOW).submission.answerLost).toBe(answerLost);
  });

  it.each<[FulfillmentOrder['submission']['state'], boolean]>([
    ['none', false],
    ['claimed', true],
    ['unknown', true],
    ['submitted', false],
    ['rejected', false],
  ])('that is %s is looked up before it is sent: %s', (state, isLookedUp) => {
    expect(mayExistAtProvider(queued({ submission: { state } }))).toBe(isLookedUp);
  });

  it('can be looked for to the end two minutes after the last attempt', () => {
    expect(SETTLING_MS).toBe(120_000);
    expect([0, 119_999, 120_000, 500_000].map((ms) => settlingTimeLeft(claimed, NOW + ms))).toEqual([
      120_000, 1, 0, 0,
    ]);
  });

  it('without an answer drops what an earlier attempt had found under the reference', () => {
    const taken = queued({ submission: { takenBy: ['x-7'], takenSince: '2026-02-03T08:00:00.000Z' } });
    const { submission, reason } = recordUnknownSubmission(taken, LATER);
    expect(submission).not.toHaveProperty('takenBy');
    expect(submission).not.toHaveProperty('takenSince');
    expect(submission).toMatchObject({ state: 'unknown', at: '2026-02-03T09:01:00.000Z' });
    expect(reason).toContain('looks for the order there before it sends anything again');
  });

  it('that a restored table has as never sent is looked up first', () => {
    const order = recordMayBeSent(queuedOrder(), '2026-02-01T00:00:00.000Z', NOW);
    expect(mayExistAtProvider(order)).toBe(true);
    expect(order.log.at(-1)).toMatchObject({
      by: 'bridge',
      what: expect.stringContaining('2026-02-01T00:00:00.000Z'),
    });
    expect(recordMayBeSent(acceptedOrder(), '2026-02-01T00:00:00.000Z', NOW).submission.state).toBe(
      'submitted',
    );
  });

  it('remembers the ten latest contents that the provider may have, each once, the accepted one first', () => {
    let order = acceptedOrder();
    for (let count = 1; count <= 12; count += 1) {
      order = claimUpdate({ ...order, fingerprint: `edit-${count}` }, NOW);
    }
    const prints = possibleFingerprints(order);
    expect(prints).toHaveLength(11);
    expect([prints[0], prints[1], prints.at(-1)]).toEqual([
      order.submission.acceptedFingerprint,
      'edit-3',
      'edit-12',
    ]);
    expect(claimUpdate(order, NOW)).toBe(order);
    expect(possibleFingerprints(queuedOrder())).toEqual([]);
  });

  it('of a cancelled order whose reference is taken keeps the order’s reason', () => {
    const order = recordTaken(queued({ ...cancelled, reason: 'The sale was voided.' }), NOW, ['x-7']);
    expect(order).toMatchObject({
      reason: 'The sale was voided.',
      status: 'Queued',
      submission: { takenBy: ['x-7'] },
    });
    expect(order.log).toHaveLength(queuedOrder(sale()).log.length);
  });
});

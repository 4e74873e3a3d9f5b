import { describe, expect, it } from 'vitest';
import {
  claimConfirmation,
  recordConfirmationRefused,
  recordConfirmed,
  releaseConfirmation,
} from '../../../lib/domain/confirmation/confirmation.ts';
import type { Connection } from '../../../lib/domain/connection.ts';
import { Rejected } from '../../../lib/domain/errors.ts';
import { claimCancellation, recordCancelRefused } from '../../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import {
  claimSubmission,
  recordAccepted,
  recordRefused,
  recordUnknownSubmission,
  releaseSubmission,
} from '../../../lib/domain/order/submission.ts';
import { quote, shortStatus, waitingFor } from '../../../lib/domain/order/transitions.ts';
import { completeIfSilent } from '../../../lib/domain/shipment/package-correction.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, box, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';

const HOUR = 3_600_000;
const LATER = NOW + HOUR;
const voided = (order: FulfillmentOrder, at = NOW) =>
  planSale({
    sale: sale({ status: 'VOIDED' }),
    connections: [connection()],
    orders: [order],
    by: 'test',
    now: at,
  }).changes[0]!.order;
const changed = (order: FulfillmentOrder) =>
  planSale({
    sale: sale({ shippingNotes: 'Leave it with the porter' }),
    connections: [connection()],
    orders: [order],
    by: 'test',
    now: LATER,
  }).changes[0]!.order;
const under = (rules: Partial<Connection>) => queuedOrder(sale(), {}, connection(rules));
const sent = (order = queuedOrder()) => recordAccepted(order, NOW, 'prov-1', order.fingerprint, false);
const all = (order: FulfillmentOrder) => recordShipments(order, [reported(order.reference)], LATER);
const part = (order: FulfillmentOrder, id = 'label:1') => {
  const contents = [{ key: '', sku: 'WAX-02', quantity: 1, batch: '', expiry: '' }];
  return recordShipments(order, [reported(order.reference, { id, contents })], LATER);
};
const told = (order: FulfillmentOrder) =>
  recordConfirmed(order, LATER, { packages: order.packages, taskId: 't', remarks: [] });

describe('waitingFor', () => {
  it.each<[string, FulfillmentOrder, ReturnType<typeof waitingFor>]>([
    ['is its provider’s acceptance, once it may be sent', queuedOrder(), 'submission'],
    ['stays the acceptance while it is being sent', claimSubmission(queuedOrder(), NOW), 'submission'],
    [
      'stays it where the answer was lost',
      recordUnknownSubmission(claimSubmission(queuedOrder(), NOW), NOW),
      'submission',
    ],
    ['is a person, where one is to process it', under({ release: 'manual' }), 'person'],
    [
      'is the end of its hold',
      queuedOrder(sale({ paymentStatus: 'UNPAID' }), {}, connection({ holdUntilPaid: true })),
      'hold',
    ],
    ['is a person to correct a refused order', recordRefused(queuedOrder(), NOW, 'no'), 'failed'],
    ['is its provider to ship it, once that has accepted it', sent(), 'departure'],
    ['is its provider, where the sale changed', changed(sent()), 'update'],
    ['is its provider, where it is not wanted any more', voided(sent()), 'cancellation'],
    [
      'is its provider also where the answer to its submission was lost',
      voided(recordUnknownSubmission(claimSubmission(queuedOrder(), NOW), NOW)),
      'cancellation',
    ],
    [
      'is a person, where it cannot be stopped',
      recordCancelRefused(voided(sent()), NOW, 'late'),
      'cancel-refused',
    ],
    [
      'is a person also where it then leaves',
      all(recordCancelRefused(voided(sent()), NOW, 'late')),
      'cancel-refused',
    ],
    ['is nothing once it never left', voided(queuedOrder()), ''],
    ['is DEAR, once all of it has left', all(sent()), 'confirmation'],
    ['is its provider to ship the rest, while DEAR is not told of a part', part(sent()), 'departure'],
    [
      'is DEAR, where each part is told as it leaves',
      part(sent(under({ partialShipments: 'convert' }))),
      'confirmation',
    ],
    [
      'is the rest, once DEAR was told of a part',
      told(part(sent(under({ partialShipments: 'convert' })))),
      'departure',
    ],
    ['is nothing once DEAR knows', told(all(sent())), ''],
    ['is DEAR again, where another package follows', part(told(all(sent())), 'label:2'), 'confirmation'],
    [
      'is a person, where DEAR does not take it',
      recordConfirmationRefused(all(sent()), LATER, 'no', 'Correct it.'),
      'confirmation-refused',
    ],
    [
      'is still that person, however silent the parcel was',
      completeIfSilent(
        recordConfirmationRefused(all(sent()), LATER, 'no', 'Correct it.'),
        1,
        NOW + 90 * 24 * HOUR,
      ),
      'confirmation-refused',
    ],
    [
      'is DEAR also where the parcel arrived first',
      completeIfSilent(all(sent()), 1, NOW + 90 * 24 * HOUR),
      'confirmation',
    ],
  ])('%s', (_, order, expected) => {
    expect(waitingFor(order)).toBe(expected);
  });
});

describe('an order that was not sent', () => {
  const nowhere = sale({ shippingAddress: { ...sale().shippingAddress, line1: '', displayLine1: '' } });

  it.each([
    ['that waits for it', queuedOrder()],
    ['because its service refused it', recordRefused(queuedOrder(), NOW, 'no')],
  ])('%s is held once its sale lacks the street', (_, order) => {
    const { changes } = planSale({
      ...{ sale: nowhere, connections: [connection()], orders: [order] },
      ...{ by: 'test', now: LATER },
    });
    expect(changes.map((one) => [one.order.status, one.order.hold])).toEqual([['On Hold', 'address']]);
  });
});

describe('what an order waits for at its service', () => {
  it('is a person where it is not known whether the service has an order to cancel', () => {
    const accepted = acceptedOrder(sale(), { desired: 'cancelled' });
    const cancellation = { ...accepted.cancellation, state: 'unknown' } as const;
    expect(waitingFor({ ...accepted, cancellation })).toBe('cancel-refused');
  });

  it('is a label that was refused, until goods have left', () => {
    const label = { state: 'refused' };
    const order = { ...acceptedOrder(), postage: { rates: null, label } } as unknown as FulfillmentOrder;
    expect(waitingFor(order)).toBe('label');
    expect(waitingFor({ ...order, packages: [box()] })).toBe('departure');
    expect(waitingFor({ ...order, withdrawn: true })).toBe('');
  });

  it('is shown in DEAR with each tracking number', () => {
    const order = { ...acceptedOrder(), packages: [box({ trackingNumbers: ['1Z0001', '1Z0002'] })] };
    expect(shortStatus([order])).toBe('SO-00042-1 Partly shipped 1Z0001, 1Z0002');
  });
});

describe('waitingSince', () => {
  const since = (order: FulfillmentOrder) => order.waitingSince;

  it('is when the order was created, through every attempt to send it', () => {
    const made = queuedOrder();
    const tried = releaseSubmission(claimSubmission(made, LATER), LATER);
    const lost = recordUnknownSubmission(claimSubmission(tried, LATER), LATER);
    expect([tried, lost].map(since)).toEqual([since(made), since(made)]);
    expect(since(made)).toBe('2026-02-03T09:00:00.000Z');
  });

  it('restarts when the order waits for something else', () => {
    const left = all(acceptedOrder());
    expect(since(left)).toBe('2026-02-03T10:00:00.000Z');
    expect(since(releaseConfirmation(claimConfirmation(left, LATER + HOUR), LATER + HOUR))).toBe(since(left));
    const refused = recordConfirmationRefused(left, LATER + HOUR, 'no', 'Correct it.');
    expect(since(refused)).toBe('2026-02-03T11:00:00.000Z');
    const stopping = claimCancellation(voided(acceptedOrder(), LATER), LATER + HOUR);
    expect(since(stopping)).toBe('2026-02-03T10:00:00.000Z');
  });
});

describe('a refusal that is quoted in the log', () => {
  it.each<[string | undefined, number | undefined, string | undefined]>([
    ['invalid_address', 400, 'invalid_address'],
    ['E-101.7', undefined, 'E-101.7'],
    ['Ines Marlowe', 400, 'HTTP 400'],
    ['ines@quillthread.example', undefined, undefined],
    ['x'.repeat(65), 409, 'HTTP 409'],
    ['', 500, 'HTTP 500'],
    [undefined, 404, 'HTTP 404'],
    [undefined, undefined, undefined],
  ])(
    'keeps of the code %j and the status %j only %j, as other texts may hold personal data',
    (code, status, kept) => {
      const details = { system: 'lantern', operation: 'create', upstreamMessage: 'No.' };
      const why = new Rejected({
        ...details,
        ...(code !== undefined && { code }),
        ...(status !== undefined && { status }),
      });
      expect(quote(why)).toEqual({ upstreamMessage: 'No.', ...(kept !== undefined && { code: kept }) });
    },
  );
});

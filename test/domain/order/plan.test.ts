import { describe, expect, it } from 'vitest';
import {
  claimCancellation,
  recordCancelled,
  recordCancelRefused,
} from '../../../lib/domain/order/cancellation.ts';
import { nextDispatchStep } from '../../../lib/domain/order/dispatch-step.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { type Plan, planSale } from '../../../lib/domain/order/plan.ts';
import { claimSubmission, recordRefused } from '../../../lib/domain/order/submission.ts';
import { waitingFor } from '../../../lib/domain/order/waiting.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { fulfilment, line, sale } from '../../builders/sale.ts';

function plan(from: Sale, orders: readonly FulfillmentOrder[] = [], connections = [connection()]): Plan {
  return planSale({ sale: from, connections, orders, by: 'DEAR Sale/OrderAuthorised', now: NOW });
}

const undone = sale({ orderStatus: 'DRAFT', status: 'ORDERING' });

describe('an authorised sale at a connected location', () => {
  it('makes one order with its lines, under the sale order number', () => {
    const { outcome, changes } = plan(sale());
    expect(outcome).toBe('ordered');
    expect(changes).toHaveLength(1);
    expect(changes[0]?.order).toMatchObject({
      reference: 'SO-00042-1',
      status: 'Queued',
      desired: 'fulfilled',
      connection: 'lantern',
      taskId: sale().id,
      version: 1,
      lines: [
        { key: 'line-1', sku: 'QUILL-01', quantity: 2 },
        { key: 'line-2', sku: 'WAX-02', quantity: 3 },
      ],
    });
    expect(changes[0]?.content).toMatchObject({
      shippingMethod: 'UPS Ground',
      email: 'ines@quillthread.example',
    });
  });

  it('finds its connection whatever the case and blanks of the location', () => {
    expect(plan(sale({ location: ' lantern DEPOT ' })).outcome).toBe('ordered');
  });

  it('changes nothing when it is planned again', () => {
    expect(plan(sale(), [queuedOrder()]).changes).toEqual([]);
    expect(plan(sale(), [acceptedOrder()]).changes).toEqual([]);
  });

  it('is not disturbed by what no warehouse cares about', () => {
    expect(plan(sale({ paymentStatus: 'UNPAID', total: 1 }), [queuedOrder()]).changes).toEqual([]);
  });

  it('keeps no personal data in the order itself', () => {
    const text = JSON.stringify(plan(sale()).changes[0]?.order);
    for (const personal of ['Marlowe', 'Orchard', 'quillthread', '555 0188', 'Ring twice']) {
      expect(text).not.toContain(personal);
    }
  });
});

describe('a sale that is not ours to ship is ignored, with its reason', () => {
  it.each<[string, Partial<Sale>, string]>([
    [
      'another location',
      { location: 'Main Warehouse' },
      "No connection ships from the sale's location, 'Main Warehouse'.",
    ],
    ['a draft order', { orderStatus: 'DRAFT' }, "The sale's order is DRAFT, not authorised."],
    ['no order stage', { orderStatus: '' }, "The sale's order is not there, not authorised."],
    ['voided', { status: 'VOIDED' }, 'The sale is voided.'],
    ['a service sale', { type: 'service' }, 'A service sale has nothing to ship.'],
    [
      'tracking of somebody else',
      { trackingNumbers: ['9400'] },
      'The sale was already shipped in DEAR, so it is not sent again.',
    ],
    [
      'shipped by hand',
      { fulfilments: [fulfilment({ ship: { status: 'AUTHORISED', lines: [] } })] },
      'The sale was already shipped in DEAR, so it is not sent again.',
    ],
    [
      'only drop-shipped lines',
      { lines: [line({ dropShip: true })] },
      'No line of the sale is to be shipped. QUILL-01 is drop-shipped by its supplier.',
    ],
    [
      'a line on backorder',
      { lines: [line({ backorderQuantity: 1 })] },
      'Waiting for what is on backorder: QUILL-01.',
    ],
  ])('%s', (_, overrides, reason) => {
    expect(plan(sale(overrides))).toEqual({
      outcome: 'ignored',
      reason,
      changes: [],
      repriced: [],
      lookAgainMs: null,
      waitsForGoods: reason.includes('backorder'),
    });
  });

  it('AUTH_NO_ALLOC, FULFILLED and CLOSED count as authorised', () => {
    for (const orderStatus of ['AUTH_NO_ALLOC', 'FULFILLED', 'CLOSED']) {
      expect(plan(sale({ orderStatus })).outcome).toBe('ordered');
    }
  });
});

describe('lines', () => {
  it('are ordered less what is on backorder, where the connection says so', () => {
    const partly = sale({
      lines: [line({ quantity: 5, backorderQuantity: 2 }), line({ sku: 'GONE', backorderQuantity: 2 })],
    });
    const { changes } = plan(partly, [], [connection({ backorders: 'ship-available' })]);
    expect(changes[0]?.order.lines).toMatchObject([{ sku: 'QUILL-01', quantity: 3 }]);
  });

  it('that nobody ships from here are named in the reason', () => {
    const mixed = sale({
      lines: [line(), line({ sku: 'GIFTWRAP', productId: '' }), line({ sku: 'NIL', quantity: 0 })],
    });
    const { reason, changes } = plan(mixed);
    expect(changes[0]?.order.lines).toHaveLength(1);
    expect(reason).toContain('GIFTWRAP is not a product.');
    expect(reason).toContain('NIL has the quantity 0.');
  });

  it('of the same SKU stay apart', () => {
    const twice = sale({ lines: [line({ comment: 'engrave A' }), line({ comment: 'engrave B' })] });
    expect(plan(twice).changes[0]?.order.lines.map(({ key }) => key)).toEqual(['line-1', 'line-2']);
  });
});

describe('a delivery address that cannot be used', () => {
  const shippingAddress = { ...sale().shippingAddress, line1: '', postcode: ' ' };

  it('puts the order on hold and says what is missing', () => {
    const [change] = plan(sale({ shippingAddress })).changes;
    expect(change?.order).toMatchObject({ status: 'On Hold', desired: 'held' });
    expect(change?.order.reason).toContain('street, postcode');
    expect(change?.order.reason).toContain('DEAR shows a street, but its separate field is empty.');
  });

  it('is sent once the sale has a complete one', () => {
    const [held] = plan(sale({ shippingAddress })).changes;
    const [change] = plan(sale(), [held?.order as FulfillmentOrder]).changes;
    expect(change?.order).toMatchObject({
      reference: 'SO-00042-1',
      status: 'Queued',
      desired: 'fulfilled',
      version: 2,
    });
  });
});

describe('a sale that changed', () => {
  const larger = sale({ lines: [line({ quantity: 9 })] });

  it('before it was sent: the order is planned anew', () => {
    const [change] = plan(larger, [queuedOrder()]).changes;
    expect(change).toMatchObject({
      order: { status: 'Queued', version: 2, lines: [{ quantity: 9 }] },
    });
    expect(change?.content?.lines).toHaveLength(1);
  });

  it('after the provider refused it: it is sent again', () => {
    const failed = recordRefused(claimSubmission(queuedOrder(), NOW), NOW, 'no such SKU');
    expect(plan(sale(), [failed]).changes).toEqual([]);
    expect(plan(larger, [failed]).changes[0]?.order).toMatchObject({
      status: 'Queued',
      submission: { state: 'none' },
    });
  });

  it('after the provider has it: the provider is to be told, and the order keeps its lines until it is', () => {
    const [change] = plan(larger, [acceptedOrder()]).changes;
    expect(change?.order.lines).toHaveLength(2);
    expect(change?.content?.lines).toHaveLength(1);
    expect(nextDispatchStep(change?.order as FulfillmentOrder)).toBe('update');
    expect(plan(larger, [change?.order as FulfillmentOrder]).changes).toEqual([]);
  });

  describe('after goods have begun to leave', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);

    it('and asks for less than left: DEAR cannot be told, which is for a person, and is said once', () => {
      const [change] = plan(sale({ lines: [line()] }), [shipped]).changes;
      expect(change?.order.reason).toContain('It left with 3 × WAX-02, which the sale does not ask for');
      expect(waitingFor(change?.order as FulfillmentOrder)).toBe('confirmation-refused');
      expect(nextDispatchStep(change?.order as FulfillmentOrder)).toBe('nothing');
      expect(plan(sale({ lines: [line()] }), [change?.order as FulfillmentOrder]).changes).toEqual([]);
      const [restored] = plan(sale(), [change?.order as FulfillmentOrder]).changes;
      expect(waitingFor(restored?.order as FulfillmentOrder)).toBe('confirmation');
    });

    it('and asks for more: what left is told as it left, and what is more is the next order', () => {
      const more = sale({ lines: [line({ quantity: 9 }), ...sale().lines.slice(1)] });
      const [first, second] = plan(more, [shipped]).changes.map(({ order }) => order);
      expect(first).toMatchObject({ confirmation: shipped.confirmation, awaited: [{ quantity: 7 }] });
      expect(second).toMatchObject({ reference: 'SO-00042-2', lines: [{ sku: 'QUILL-01', quantity: 7 }] });
      expect(plan(more, [first, second] as FulfillmentOrder[]).changes).toEqual([]);
    });

    it('and names another address: the log says that the service is not told, and DEAR is told of what left', () => {
      const moved = sale({ shippingAddress: { ...sale().shippingAddress, line1: '1 New Street' } });
      const [change] = plan(moved, [shipped]).changes;
      expect(change?.order.log.at(-1)?.what).toContain('changed in DEAR after goods had left');
      expect(waitingFor(change?.order as FulfillmentOrder)).toBe('confirmation');
      expect(nextDispatchStep(change?.order as FulfillmentOrder)).toBe('nothing');
    });
  });

  it('while a submit is in flight: planning waits for its outcome', () => {
    expect(plan(larger, [claimSubmission(queuedOrder(), NOW)])).toMatchObject({
      changes: [],
      lookAgainMs: 60_000,
    });
    expect(plan(sale(), [claimSubmission(queuedOrder(), NOW)]).changes).toEqual([]);
  });

  it('that moved to another connection is ordered there only once it cannot leave from here any more', () => {
    const both = [connection(), connection({ id: 'harbour', location: 'Harbour Store' })];
    const moved = sale({ location: 'Harbour Store' });
    const unsent = plan(moved, [queuedOrder()], both);
    expect(unsent.changes.map(({ order }) => [order.reference, order.connection, order.status])).toEqual([
      ['SO-00042-1', 'lantern', 'Cancelled'],
      ['SO-00042-2', 'harbour', 'Queued'],
    ]);
    const sent = plan(moved, [acceptedOrder()], both);
    expect(sent.changes.map(({ order }) => order.reference)).toEqual(['SO-00042-1']);
    expect(sent.lookAgainMs).toBe(60_000);
    const left = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    expect(plan(moved, [left], both)).toMatchObject({
      lookAgainMs: null,
      reason: expect.stringContaining('nothing is sent a second time'),
    });
  });

  it('in its prices alone is billed at the new ones, and the order stays as it is', () => {
    const billing = connection({ invoice: 'authorised' });
    const dearer = sale({ lines: sale().lines.map((one) => ({ ...one, unitPrice: 99 })) });
    const { changes, repriced } = plan(dearer, [acceptedOrder()], [billing]);
    expect(changes).toEqual([]);
    expect(repriced[0]?.content.lines[0]?.unitPrice).toBe(99);
    expect(plan(dearer, [acceptedOrder()]).repriced).toEqual([]);
  });

  it('that moved to another location is withdrawn here', () => {
    const { outcome, changes } = plan(sale({ location: 'Main Warehouse' }), [queuedOrder()]);
    expect(outcome).toBe('ordered');
    expect(changes[0]?.order).toMatchObject({ status: 'Cancelled', desired: 'cancelled' });
  });
});

describe('a sale that is voided or undone', () => {
  it('before it was sent: cancelled here, and the provider never hears of it', () => {
    expect(plan(undone, [queuedOrder()]).changes[0]?.order).toMatchObject({
      status: 'Cancelled',
      desired: 'cancelled',
    });
  });

  it('after the provider has it: the provider is to be asked', () => {
    expect(plan(undone, [acceptedOrder()]).changes[0]?.order).toMatchObject({
      status: 'Shipped',
      desired: 'cancelled',
    });
  });

  it('after goods have left: noted, and nothing is asked', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const [change] = plan(undone, [shipped]).changes;
    expect(change?.order).toMatchObject({ status: 'Shipped', withdrawn: true });
    expect(change?.order.reason).toContain('had already left');
  });

  it('and authorised again gets a new order, under a new reference', () => {
    const cancelled = plan(undone, [queuedOrder()]).changes[0]?.order as FulfillmentOrder;
    expect(plan(sale(), [cancelled]).changes[0]?.order).toMatchObject({
      reference: 'SO-00042-2',
      status: 'Queued',
    });
  });

  it('and authorised again before it could be cancelled: the order stands', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const again = plan(sale(), [wanted]).changes;
    expect(again).toHaveLength(1);
    expect(again[0]?.order).toMatchObject({ reference: 'SO-00042-1', desired: 'fulfilled' });
  });

  it('and authorised again while it is just being cancelled: planning waits', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    expect(plan(sale(), [claimCancellation(wanted, NOW)])).toMatchObject({
      changes: [],
      lookAgainMs: 60_000,
    });
  });

  it('and authorised again after a refused cancellation: still one order', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const refused = recordCancelRefused(claimCancellation(wanted, NOW), NOW, 'label exists');
    const again = plan(sale(), [refused]).changes;
    expect(again.map(({ order }) => order.reference)).toEqual(['SO-00042-1']);
    expect(again[0]?.order.desired).toBe('fulfilled');
  });

  it('and authorised again after a cancellation at the provider: a new order', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const cancelled = recordCancelled(claimCancellation(wanted, NOW), NOW, 'lantern');
    expect(plan(sale(), [cancelled]).changes[0]?.order.reference).toBe('SO-00042-2');
  });

  it('and authorised again after goods have left: nothing is sent a second time', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const withdrawn = plan(undone, [shipped]).changes[0]?.order as FulfillmentOrder;
    const again = plan(sale({ trackingNumbers: ['1Z0001'] }), [withdrawn]).changes;
    expect(again).toHaveLength(1);
    expect(again[0]?.order).toMatchObject({ reference: 'SO-00042-1', withdrawn: true });
    expect(plan(sale(), [again[0]?.order as FulfillmentOrder]).changes).toEqual([]);
  });
});

describe('goods that leave although the order was cancelled', () => {
  it('are never sent a second time when the sale is authorised again', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const cancelled = recordCancelled(claimCancellation(wanted, NOW), NOW, 'lantern');
    const leftAnyway = recordShipments(cancelled, [reported('SO-00042-1')], NOW);
    expect(leftAnyway.status).toBe('Cancelled');
    const references = plan(sale(), [leftAnyway]).changes.map(({ order }) => order.reference);
    expect(references).not.toContain('SO-00042-2');
  });
});

describe('an advanced sale', () => {
  it('is confirmed into its open fulfilment', () => {
    const open = fulfilment({ taskId: 'task-2', number: 2 });
    const done = fulfilment({ taskId: 'task-1', pick: { status: 'AUTHORISED', lines: [] } });
    expect(plan(sale({ type: 'advanced', fulfilments: [done, open] })).changes[0]?.order.taskId).toBe(
      'task-2',
    );
  });

  it('without an open one has no task yet', () => {
    expect(plan(sale({ type: 'advanced' })).changes[0]?.order.taskId).toBe('');
  });
});

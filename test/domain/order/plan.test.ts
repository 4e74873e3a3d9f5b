import { describe, expect, it } from 'vitest';
import { recordConfirmationAbandoned } from '../../../lib/domain/confirmation/confirmation.ts';
import {
  claimCancellation,
  recordCancelled,
  recordCancelRefused,
} from '../../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { type Plan, planSale } from '../../../lib/domain/order/plan.ts';
import { claimSubmission, recordRefused } from '../../../lib/domain/order/submission.ts';
import { nextDispatchStep, waitingFor } from '../../../lib/domain/order/transitions.ts';
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
  it('creates one order with its lines under the sale order number', () => {
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

  it('finds its connection in any case and blanks of the location', () => {
    expect(plan(sale({ location: ' lantern DEPOT ' })).outcome).toBe('ordered');
  });

  it('is not changed by planning it again', () => {
    expect(plan(sale(), [queuedOrder()]).changes).toEqual([]);
    expect(plan(sale(), [acceptedOrder()]).changes).toEqual([]);
  });

  it('does not change its order for data that the warehouse does not need', () => {
    expect(plan(sale({ paymentStatus: 'UNPAID', total: 1 }), [queuedOrder()]).changes).toEqual([]);
  });

  it('stores no personal data in the order itself', () => {
    const text = JSON.stringify(plan(sale()).changes[0]?.order);
    for (const personal of ['Marlowe', 'Orchard', 'quillthread', '555 0188', 'Ring twice']) {
      expect(text).not.toContain(personal);
    }
  });
});

describe('a sale without a demand is ignored with its reason', () => {
  it.each<[string, Partial<Sale>, string]>([
    [
      'another location',
      { location: 'Main Warehouse' },
      "No connection ships from the sale's location, 'Main Warehouse'.",
    ],
    ['a draft order', { orderStatus: 'DRAFT' }, "The sale's order is DRAFT, not authorised."],
    ['no order stage', { orderStatus: '' }, "The sale's order is not there, not authorised."],
    ['voided', { status: 'VOIDED' }, 'The sale was voided in DEAR.'],
    ['a service sale', { type: 'service' }, 'A service sale has nothing to ship.'],
    [
      'tracking of another system',
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
  ])('%s', (_, overrides, reason) => {
    expect(plan(sale(overrides))).toEqual({
      outcome: 'ignored',
      reason,
      changes: [],
      repriced: [],
      readAgainMs: null,
      waitsFor: [],
    });
  });

  it.each(['wait', 'ship-available'] as const)(
    'a sale whose goods are all on backorder waits and says for which, with backorders %s',
    (backorders) => {
      const lines = [
        line({ quantity: 3, backorderQuantity: 3 }),
        line({ quantity: 2, backorderQuantity: 2 }),
        line({ productId: 'wax', sku: 'WAX-02', quantity: 4, backorderQuantity: 4 }),
      ];
      expect(plan(sale({ lines }), [], [connection({ backorders })])).toEqual({
        outcome: 'waiting',
        reason:
          'Waiting for what is on backorder: QUILL-01 (0 of 5 allotted by DEAR), WAX-02 (0 of 4 allotted by DEAR).',
        changes: [],
        repriced: [],
        readAgainMs: null,
        waitsFor: [
          { sku: 'QUILL-01', wanted: 5, allotted: 0 },
          { sku: 'WAX-02', wanted: 4, allotted: 0 },
        ],
      });
    },
  );

  it('AUTH_NO_ALLOC, FULFILLED and CLOSED count as authorised', () => {
    for (const orderStatus of ['AUTH_NO_ALLOC', 'FULFILLED', 'CLOSED']) {
      expect(plan(sale({ orderStatus })).outcome).toBe('ordered');
    }
  });
});

describe('the lines of an order', () => {
  it('are reduced by the backorder, if the connection ships what is available', () => {
    const partly = sale({
      lines: [line({ quantity: 5, backorderQuantity: 2 }), line({ sku: 'GONE', backorderQuantity: 2 })],
    });
    const { changes } = plan(partly, [], [connection({ backorders: 'ship-available' })]);
    expect(changes[0]?.order.lines).toMatchObject([{ sku: 'QUILL-01', quantity: 3 }]);
  });

  it('name left-out lines in the reason', () => {
    const mixed = sale({
      lines: [line(), line({ sku: 'GIFTWRAP', productId: '' }), line({ sku: 'NIL', quantity: 0 })],
    });
    const { reason, changes } = plan(mixed);
    expect(changes[0]?.order.lines).toHaveLength(1);
    expect(reason).toContain('GIFTWRAP is not a product.');
    expect(reason).toContain('NIL has the quantity 0.');
  });

  it('keep lines of one SKU apart', () => {
    const twice = sale({ lines: [line({ comment: 'engrave A' }), line({ comment: 'engrave B' })] });
    expect(plan(twice).changes[0]?.order.lines.map(({ key }) => key)).toEqual(['line-1', 'line-2']);
  });
});

describe('a delivery address that cannot be used', () => {
  const shippingAddress = { ...sale().shippingAddress, line1: '', postcode: ' ' };

  it('puts the order On Hold and names what is missing', () => {
    const [change] = plan(sale({ shippingAddress })).changes;
    expect(change?.order).toMatchObject({ status: 'On Hold', desired: 'held' });
    expect(change?.order.reason).toContain('street, postcode');
    expect(change?.order.reason).toContain('DEAR shows a street, but its separate field is empty.');
  });

  it('releases the order once the sale has a complete one', () => {
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

  it('restarts an order that was not sent', () => {
    const [change] = plan(larger, [queuedOrder()]).changes;
    expect(change).toMatchObject({
      order: { status: 'Queued', version: 2, lines: [{ quantity: 9 }] },
    });
    expect(change?.content?.lines).toHaveLength(1);
  });

  it('sends an order again that the provider refused', () => {
    const failed = recordRefused(claimSubmission(queuedOrder(), NOW), NOW, 'no such SKU');
    expect(plan(sale(), [failed]).changes).toEqual([]);
    expect(plan(larger, [failed]).changes[0]?.order).toMatchObject({
      status: 'Queued',
      submission: { state: 'none' },
    });
  });

  it('updates the provider, and keeps the order’s lines until the update is accepted', () => {
    const [change] = plan(larger, [acceptedOrder()]).changes;
    expect(change?.order.lines).toHaveLength(2);
    expect(change?.content?.lines).toHaveLength(1);
    expect(nextDispatchStep(change?.order as FulfillmentOrder)).toBe('update');
    expect(plan(larger, [change?.order as FulfillmentOrder]).changes).toEqual([]);
  });

  describe('after goods have left', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);

    it('refuses the confirmation once if the sale asks for less than left', () => {
      const [change] = plan(sale({ lines: [line()] }), [shipped]).changes;
      expect(change?.order.reason).toContain('It left with 3 × WAX-02, which the sale no longer asks for');
      expect(waitingFor(change?.order as FulfillmentOrder)).toBe('confirmation-refused');
      expect(nextDispatchStep(change?.order as FulfillmentOrder)).toBe('nothing');
      expect(plan(sale({ lines: [line()] }), [change?.order as FulfillmentOrder]).changes).toEqual([]);
      const [restored] = plan(sale(), [change?.order as FulfillmentOrder]).changes;
      expect(waitingFor(restored?.order as FulfillmentOrder)).toBe('confirmation');
    });

    it('confirms what left, and orders the rest with the next order, if the sale asks for more', () => {
      const more = sale({ lines: [line({ quantity: 9 }), ...sale().lines.slice(1)] });
      const [first, second] = plan(more, [shipped]).changes.map(({ order }) => order);
      expect(first).toMatchObject({ confirmation: shipped.confirmation, awaited: [{ quantity: 7 }] });
      expect(second).toMatchObject({ reference: 'SO-00042-2', lines: [{ sku: 'QUILL-01', quantity: 7 }] });
      expect(plan(more, [first, second] as FulfillmentOrder[]).changes).toEqual([]);
    });

    it('logs a changed address, does not update the service, and confirms what left', () => {
      const moved = sale({ shippingAddress: { ...sale().shippingAddress, line1: '1 New Street' } });
      const [change] = plan(moved, [shipped]).changes;
      expect(change?.order.log.at(-1)?.what).toContain('changed in DEAR after goods had left');
      expect(waitingFor(change?.order as FulfillmentOrder)).toBe('confirmation');
      expect(nextDispatchStep(change?.order as FulfillmentOrder)).toBe('nothing');
    });
  });

  it('waits for the result of a submission in progress', () => {
    expect(plan(larger, [claimSubmission(queuedOrder(), NOW)])).toMatchObject({
      changes: [],
      readAgainMs: 60_000,
    });
    expect(plan(sale(), [claimSubmission(queuedOrder(), NOW)]).changes).toEqual([]);
  });

  it('is read less and less often while a submission stays unsettled, because each reading is a call of DEAR', () => {
    const claimed = { ...claimSubmission(queuedOrder(), NOW), waitingSince: new Date(NOW).toISOString() };
    const after = (minutes: number) => {
      const now = NOW + minutes * 60_000;
      const from = { sale: larger, connections: [connection()], orders: [claimed], by: 'sweep', now };
      return (planSale(from).readAgainMs ?? 0) / 60_000;
    };
    expect([0, 1, 3, 5, 90].map(after)).toEqual([1, 1, 3, 5, 5]);
  });

  it('is ordered at another connection only once it cannot leave from the first', () => {
    const both = [connection(), connection({ id: 'harbour', location: 'Harbour Store' })];
    const moved = sale({ location: 'Harbour Store' });
    const unsent = plan(moved, [queuedOrder()], both);
    expect(unsent.changes.map(({ order }) => [order.reference, order.connection, order.status])).toEqual([
      ['SO-00042-1', 'lantern', 'Cancelled'],
      ['SO-00042-2', 'harbour', 'Queued'],
    ]);
    const sent = plan(moved, [acceptedOrder()], both);
    expect(sent.changes.map(({ order }) => order.reference)).toEqual(['SO-00042-1']);
    expect(sent.readAgainMs).toBe(60_000);
    const left = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    expect(plan(moved, [left], both)).toMatchObject({
      readAgainMs: null,
      reason: expect.stringContaining('nothing is sent a second time'),
    });
  });

  it.each([
    ['a part of the goods', [sale().lines[1]!], ['SO-00042-1']],
    ['a part of them and others', [sale().lines[1]!, line({ productId: 'pen', sku: 'PEN' })], ['SO-00042-1']],
    ['other goods', [line({ productId: 'pen', sku: 'PEN' })], ['SO-00042-1', 'SO-00042-2']],
  ])('that moves with %s waits only for goods that may still leave from the first', (_, lines, changed) => {
    const both = [connection(), connection({ id: 'harbour', location: 'Harbour Store' })];
    const { changes } = plan(sale({ location: 'Harbour Store', lines }), [acceptedOrder()], both);
    expect(changes.map(({ order }) => order.reference)).toEqual(changed);
  });

  it('changes an order that gains nothing, whatever another has shipped of the same goods', () => {
    const left = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const moved = { ...left, withdrawn: true, demand: 'elsewhere' };
    const open = { ...acceptedOrder(), reference: 'SO-00042-2' };
    const { changes } = plan(sale({ phone: '+1 503 555 0100' }), [moved, open]);
    expect(changes.map(({ order }) => order.reference)).toEqual(['SO-00042-2']);
  });

  it('is billed at new prices without changing the order', () => {
    const billing = connection({ invoice: 'authorised' });
    const dearer = sale({ lines: sale().lines.map((one) => ({ ...one, unitPrice: 99 })) });
    const { changes, repriced } = plan(dearer, [acceptedOrder()], [billing]);
    expect(changes).toEqual([]);
    expect(repriced[0]?.content.lines[0]?.unitPrice).toBe(99);
    expect(plan(dearer, [acceptedOrder()]).repriced).toEqual([]);
  });

  it('is withdrawn after moving to another location', () => {
    const { outcome, changes } = plan(sale({ location: 'Main Warehouse' }), [queuedOrder()]);
    expect(outcome).toBe('ordered');
    expect(changes[0]?.order).toMatchObject({ status: 'Cancelled', desired: 'cancelled' });
  });
});

describe('an order whose confirmation was given up because its sale was undone just then', () => {
  const undoneMeanwhile = recordConfirmationAbandoned(
    recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW),
    NOW,
    'The sale was undone after the goods had left.',
  );

  it('is confirmed in DEAR where the next reading finds the sale authorised again', () => {
    const [change] = plan(sale(), [undoneMeanwhile]).changes;
    expect(change?.order.confirmation.state).toBe('none');
    expect(waitingFor(change?.order ?? undoneMeanwhile)).toBe('confirmation');
  });

  it('stays as it is while the sale is undone', () => {
    const [change] = plan(undone, [undoneMeanwhile]).changes;
    expect(change?.order.confirmation.state).toBe('abandoned');
  });
});

describe('a sale that is voided or undone', () => {
  it('cancels an order that was not sent, without a call to the provider', () => {
    expect(plan(undone, [queuedOrder()]).changes[0]?.order).toMatchObject({
      status: 'Cancelled',
      desired: 'cancelled',
    });
  });

  it('requests the cancellation from a provider that has the order', () => {
    expect(plan(undone, [acceptedOrder()]).changes[0]?.order).toMatchObject({
      status: 'Shipped',
      desired: 'cancelled',
    });
  });

  it('is only noted after goods have left', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const [change] = plan(undone, [shipped]).changes;
    expect(change?.order).toMatchObject({ status: 'Shipped', withdrawn: true });
    expect(change?.order.reason).toContain('had already left');
  });

  it('gets a new order under a new reference when it is authorised again', () => {
    const cancelled = plan(undone, [queuedOrder()]).changes[0]?.order as FulfillmentOrder;
    expect(plan(sale(), [cancelled]).changes[0]?.order).toMatchObject({
      reference: 'SO-00042-2',
      status: 'Queued',
    });
  });

  it('keeps its order if it is authorised again before the cancellation', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const again = plan(sale(), [wanted]).changes;
    expect(again).toHaveLength(1);
    expect(again[0]?.order).toMatchObject({ reference: 'SO-00042-1', desired: 'fulfilled' });
  });

  it('waits if it is authorised again during the cancellation', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    expect(plan(sale(), [claimCancellation(wanted, NOW)])).toMatchObject({
      changes: [],
      readAgainMs: 60_000,
    });
  });

  it('keeps its one order if it is authorised again after a refused cancellation', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const refused = recordCancelRefused(claimCancellation(wanted, NOW), NOW, 'label exists');
    const again = plan(sale(), [refused]).changes;
    expect(again.map(({ order }) => order.reference)).toEqual(['SO-00042-1']);
    expect(again[0]?.order.desired).toBe('fulfilled');
  });

  it('gets a new order if it is authorised again after a cancellation at the provider', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const cancelled = recordCancelled(claimCancellation(wanted, NOW), NOW, 'lantern');
    expect(plan(sale(), [cancelled]).changes[0]?.order.reference).toBe('SO-00042-2');
  });

  it('confirms what left, and sends nothing a second time, if it is authorised again after goods have left', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const withdrawn = plan(undone, [shipped]).changes[0]?.order as FulfillmentOrder;
    expect(waitingFor(withdrawn)).toBe('');
    const again = plan(sale(), [withdrawn]).changes;
    expect(again).toHaveLength(1);
    expect(again[0]?.order).toMatchObject({ reference: 'SO-00042-1', withdrawn: false });
    expect(waitingFor(again[0]?.order as FulfillmentOrder)).toBe('confirmation');
    expect(plan(sale(), [again[0]?.order as FulfillmentOrder]).changes).toEqual([]);
  });

  it('confirms what left while it was being cancelled, if it is authorised again', () => {
    const wanted = plan(undone, [acceptedOrder()]).changes[0]?.order as FulfillmentOrder;
    const leftMeanwhile = recordShipments(claimCancellation(wanted, NOW), [reported('SO-00042-1')], NOW);
    const { changes, readAgainMs } = plan(sale(), [leftMeanwhile]);
    expect(readAgainMs).toBeNull();
    expect(changes.map(({ order }) => [order.reference, waitingFor(order)])).toEqual([
      ['SO-00042-1', 'confirmation'],
    ]);
  });

  it('asks a person if it is authorised again without the goods that have left', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const withdrawn = plan(undone, [shipped]).changes[0]?.order as FulfillmentOrder;
    const [first] = sale().lines;
    const fewer = sale({ lines: first === undefined ? [] : [first] });
    const again = plan(fewer, [withdrawn]).changes[0]?.order as FulfillmentOrder;
    expect(waitingFor(again)).toBe('confirmation-refused');
    expect(again.reason).toContain('which the sale no longer asks for');
  });

  describe('after its shipment was written to DEAR', () => {
    const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const told = { state: 'confirmed', packages: shipped.packages.map(({ id }) => id) } as const;
    const confirmed = { ...shipped, confirmation: { ...shipped.confirmation, ...told, taskId: sale().id } };
    const withdrawn = plan(undone, [confirmed]).changes[0]?.order as FulfillmentOrder;
    const trackingNumbers = shipped.packages.flatMap((one) => one.trackingNumbers);
    const ship = { boxes: [], carrier: '', trackingNumbers, shippedAt: '', isShipped: true };
    const shown = fulfilment({ ship: { status: 'AUTHORISED', lines: [ship] } });

    it('takes the order up again if DEAR still shows it', () => {
      const again = plan(sale({ fulfilments: [shown] }), [withdrawn]).changes.map(({ order }) => order);
      expect(again.map((one) => [one.reference, one.withdrawn, waitingFor(one)])).toEqual([
        ['SO-00042-1', false, ''],
      ]);
    });

    it('leaves it to the person who undid the shipment in DEAR, and sends nothing a second time', () => {
      const again = plan(sale(), [withdrawn]).changes;
      expect(again.map(({ order }) => [order.reference, order.withdrawn])).toEqual([['SO-00042-1', true]]);
    });
  });
});

describe('goods that leave after their order was cancelled', () => {
  it('are not sent a second time when the sale is authorised again', () => {
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

  it('has no task without an open fulfilment', () => {
    expect(plan(sale({ type: 'advanced' })).changes[0]?.order.taskId).toBe('');
  });
});

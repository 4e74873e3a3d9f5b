import { describe, expect, it } from 'vitest';
import { isoTime } from '../../../lib/domain/clock.ts';
import type { Connection } from '../../../lib/domain/connection.ts';
import { recordCancelled, recordCancelRefused } from '../../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../../lib/domain/order/holds.ts';
import { type Plan, planSale } from '../../../lib/domain/order/plan.ts';
import { claimSubmission } from '../../../lib/domain/order/submission.ts';
import { nextDispatchStep, waitingFor } from '../../../lib/domain/order/transitions.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection, rule } from '../../builders/connection.ts';
import { acceptedOrder, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { charge, fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const MINUTE = 60_000;
const rest = connection({ id: 'rest' });
const north = connection({ id: 'north', rules: [rule({ skus: ['WAX-*'] })] });
const undone = sale({ orderStatus: 'DRAFT', status: 'ORDERING' });
const larger = sale({ lines: [line({ quantity: 9 }), ...sale().lines.slice(1)] });

function plan(from: Sale, orders: readonly FulfillmentOrder[], connections: Connection[], now = NOW): Plan {
  return planSale({ sale: from, connections, orders, by: 'sweep', now });
}

const replanned = (from: Sale, order: FulfillmentOrder, using = connection()): FulfillmentOrder =>
  plan(from, [order], [using]).changes[0]?.order ?? order;
const logged = ({ log }: FulfillmentOrder) => log.at(-1)?.what;
const shippedOf = (order: FulfillmentOrder) => recordShipments(order, [reported(order.reference)], NOW);

const BY_HAND = { kind: 'person', why: 'Held by Ada.' } as const;

describe('an order that its location’s rules would send elsewhere now', () => {
  const all = connection({ id: 'north', rules: [rule({ countries: ['US'] })] });
  const sent = acceptedOrder(sale(), { connection: 'rest', demand: 'rest' });

  it.each<[string, FulfillmentOrder, string]>([
    [
      'because the service has it',
      sent,
      ', which has it. To move it, undo the sale in DEAR, and authorise it again once the order is Cancelled.',
    ],
    [
      'because the service may have it',
      { ...claimSubmission(queuedOrder(), NOW), connection: 'rest', demand: 'rest' },
      ', which has it. To move it, undo the sale in DEAR, and authorise it again once the order is Cancelled.',
    ],
    [
      'because a person acted on it',
      queuedOrder(sale(), { connection: 'rest', demand: 'rest', ...toHeld([BY_HAND]) }),
      ', because a person acted on it. To move it, undo the sale in DEAR, and authorise it again once the order is Cancelled.',
    ],
    ['because goods have left', shippedOf(sent), ', because goods have left.'],
  ])('stays where it is %s, and says so once', (_, order, why) => {
    const what = `The rules of Lantern Depot would choose north now, but SO-00042-1 stays at rest${why}`;
    const planned = plan(sale(), [order], [all, rest]);
    expect(planned.reason).toContain(what);
    const [kept] = planned.changes.map((change) => change.order);
    expect(kept).toMatchObject({ connection: 'rest', status: order.status });
    expect(kept?.log.filter((entry) => entry.what === what)).toHaveLength(1);
    expect(plan(sale(), [kept!], [all, rest])).toMatchObject({ changes: [], reason: planned.reason });
  });
});

describe('a sale with two orders', () => {
  const both = [north, rest];
  const orders = plan(sale(), [], both).changes.map(({ order }) => order);
  const claimed = (order: FulfillmentOrder | undefined, minutesAgo: number) => ({
    ...claimSubmission(order!, NOW),
    waitingSince: new Date(NOW - minutesAgo * MINUTE).toISOString(),
  });

  it('whose calls are both in progress is read again by the one that waits for less long', () => {
    const dearer = sale({ lines: sale().lines.map((one) => ({ ...one, quantity: one.quantity + 1 })) });
    const open = [claimed(orders[0], 4), claimed(orders[1], 2)];
    expect(plan(dearer, open, both).readAgainMs).toBe(2 * MINUTE);
  });

  it.each([
    [0.5, 1],
    [3, 3],
    [600, 5],
  ])('that waits for %f minutes is read again after %i', (waited, minutes) => {
    const dearer = sale({ lines: sale().lines.map((one) => ({ ...one, quantity: one.quantity + 1 })) });
    expect(plan(dearer, [claimed(orders[0], waited)], [north]).readAgainMs).toBe(minutes * MINUTE);
  });

  it('names the rule that chose its connection where its goods change', () => {
    const more = sale({ lines: sale().lines.map((one) => ({ ...one, quantity: one.quantity + 1 })) });
    expect(plan(more, orders, both).changes.map(({ order }) => logged(order))).toEqual([
      'The sale changed. Waiting to be sent. Rule 1 of north chose it: SKU WAX-*.',
      expect.stringMatching(/^The sale changed\. Waiting to be sent\. No rule of north fits/),
    ]);
  });

  it('moves the one whose rule is gone, under the reference after both', () => {
    const third = connection({ id: 'third', rules: [rule({ skus: ['WAX-*'] })] });
    const { changes } = plan(sale(), orders, [third, rest]);
    expect(changes.map(({ order }) => [order.reference, order.connection, order.status])).toEqual([
      ['SO-00042-1', 'north', 'Cancelled'],
      ['SO-00042-3', 'third', 'Queued'],
      ['SO-00042-2', 'rest', 'Queued'],
    ]);
  });
});

describe('a sale that moves to another connection while its service has the order', () => {
  const both = [connection(), connection({ id: 'harbour', location: 'Harbour Store' })];
  const moved = sale({ location: 'Harbour Store' });

  it('waits for the cancellation, and says for which', () => {
    const { reason, changes } = plan(moved, [acceptedOrder()], both);
    expect(reason).toContain('Waiting for lantern to cancel SO-00042-1.');
    expect(changes.map(({ order }) => order.desired)).toEqual(['cancelled']);
    expect(changes.map(({ order }) => order.reason)).toEqual(['The sale no longer asks for it.']);
  });

  it('is not ordered again where goods have left, and says from where', () => {
    const { reason } = plan(moved, [shippedOf(acceptedOrder())], both);
    expect(reason).toContain(
      'SO-00042-1 left, or may leave, from Lantern Depot; nothing is sent a second time.',
    );
  });
});

describe('a sale that is undone', () => {
  it('is noted once on an order whose goods have left', () => {
    const withdrawn = replanned(undone, shippedOf(acceptedOrder()));
    expect(withdrawn.log.at(-1)).toMatchObject({ by: 'sweep', what: withdrawn.reason });
    expect(plan(undone, [withdrawn], [connection()]).changes).toEqual([]);
  });
});

describe('a sale whose order is held at its service', () => {
  it('is sent with its change once it is released there', () => {
    const held = acceptedOrder(sale(), { status: 'On Hold', hold: 'service' });
    const order = replanned(larger, held);
    expect(order).toMatchObject({ status: 'On Hold', hold: 'service' });
    expect(order.reason).toBe('The sale changed in DEAR; lantern is updated once it is released there.');
  });
});

describe('an order that waits for what the sale lacks', () => {
  const using = connection({ holdUntilPaid: true });
  const unpaid = sale({ paymentStatus: 'UNPAID' });
  const held = queuedOrder(unpaid, {}, using);

  it('is released by it, with its content, which the service then receives', () => {
    const { changes } = plan(sale(), [held], [using]);
    expect(changes).toMatchObject([{ order: { status: 'Queued', hold: '' }, content: { lines: [{}, {}] } }]);
    expect(changes[0]?.order.log.at(-1)?.what).toMatch(/^No longer held\. /);
  });

  it('is not changed while it lacks the same', () => {
    expect(plan(unpaid, [held], [using]).changes).toEqual([]);
  });

  it('is not put On Hold where it was Queued before', () => {
    expect(plan(unpaid, [queuedOrder()], [using]).changes).toEqual([]);
  });
});

describe('an order that is held for its shipping method', () => {
  const mapping = (services: Record<string, string>) =>
    connection({ shippingMethods: { services, unmapped: 'hold' } });

  it('says why it goes on once a service is named for the method', () => {
    const held = queuedOrder(sale(), {}, mapping({}));
    const order = replanned(sale(), held, mapping({ 'UPS Ground': 'ups_ground' }));
    expect(logged(order)).toBe('Its shipping method has a service now. Waiting to be sent.');
    expect(logged(replanned(larger, held, mapping({})))).toMatch(/^The sale changed\. /);
  });
});

describe('an order that a person has processed', () => {
  const using = connection({ release: 'manual' });
  const processed = queuedOrder(sale(), { released: true }, using);

  it('is sent with a note that changed, and waits for that person again where its goods changed', () => {
    expect(replanned(sale({ note: 'Fragile' }), processed, using).released).toBe(true);
    expect(replanned(larger, processed, using).released).toBe(false);
  });
});

describe('an order whose sale is authorised again', () => {
  const withdrawn = replanned(undone, acceptedOrder());

  it('before it was cancelled goes on as it was', () => {
    const order = replanned(sale(), withdrawn);
    expect(order).toMatchObject({ withdrawn: false, desired: 'fulfilled', cancellation: { state: 'none' } });
    expect(order.reason).toBe('Authorised again; the order is unchanged.');
    expect(nextDispatchStep(order)).toBe('nothing');
  });

  it('with other goods is also updated at its service', () => {
    const order = replanned(larger, withdrawn);
    expect(nextDispatchStep(order)).toBe('update');
    expect(order.reason).toBe('The sale changed in DEAR; lantern is updated.');
  });

  it('after its goods had left is confirmed, and says so', () => {
    const order = replanned(sale(), replanned(undone, shippedOf(acceptedOrder())));
    const reason =
      'Authorised again after its goods had left: nothing is sent a second time, and what left is confirmed in DEAR.';
    expect(order).toMatchObject({ reason, desired: 'fulfilled', cancellation: { state: 'none' } });
    expect(logged(order)).toBe(reason);
  });

  it('after a refused cancellation and its departure is cancelled no more', () => {
    const refused = recordCancelRefused(withdrawn, NOW, 'It is packed.');
    const order = replanned(sale(), shippedOf(refused));
    expect(order).toMatchObject({ withdrawn: false, cancellation: { state: 'none', at: '' } });
    expect(waitingFor(order)).toBe('confirmation');
  });

  it.each([
    ['ends where all of it had left', 2, true, ''],
    ['goes on where a part of it had left, and is for a person', 1, false, 'confirmation-refused'],
  ])('after a person undid in DEAR what it shows, %s', (_, count, isOver, waits) => {
    const shipped = shippedOf(acceptedOrder());
    const shownIn = { taskId: sale().id, box: 'SO-00042-1 A' };
    const packages = shipped.packages.map((box) => ({
      ...box,
      shownIn,
      contents: box.contents.slice(0, count),
    }));
    const told = {
      state: 'none' as const,
      at: isoTime(NOW - 60 * MINUTE),
      packages: packages.map(({ id }) => id),
    };
    const confirmation = { ...shipped.confirmation, ...told };
    const order = replanned(sale(), { ...shipped, packages, confirmation, withdrawn: true });
    expect(order.withdrawn).toBe(isOver);
    expect(waitingFor(order)).toBe(waits);
    if (!isOver) expect(order.reason).toMatch(/^It has left, but DEAR no longer shows /);
  });

  it('after a part left and the rest was cancelled is ordered again but for that part', () => {
    const [box] = shippedOf(acceptedOrder()).packages;
    const contents = box!.contents.slice(0, 1);
    const left = { ...recordCancelled(withdrawn, NOW, 'lantern'), packages: [{ ...box!, contents }] };
    const [, next] = plan(sale(), [left], [connection()]).changes;
    expect(next?.order.reference).toBe('SO-00042-2');
    expect(next?.order.lines.map(({ key, quantity }) => [key, quantity])).toEqual(
      left.lines.slice(1).map(({ key, quantity }) => [key, quantity]),
    );
  });

  it('after its goods left though it was cancelled is told to a person once, and never confirmed', () => {
    const leftAnyway = shippedOf(recordCancelled(withdrawn, NOW, 'lantern'));
    const order = replanned(sale(), leftAnyway);
    expect(order.reason).toBe(
      'Authorised again after its goods had left: nothing is sent a second time, and nothing is confirmed to DEAR.',
    );
    expect(logged(order)).toBe(order.reason);
    expect(plan(sale(), [order], [connection()]).changes).toEqual([]);
  });
});

describe('a sale that changed after its goods had left', () => {
  const shipped = shippedOf(acceptedOrder());
  const fewer = sale({ lines: sale().lines.slice(1) });

  it('names each product that left and that it no longer asks for, with how much of it', () => {
    const none = sale({ lines: [line({ quantity: 1 }), line({ productId: 'pen', sku: 'PEN' })] });
    expect(replanned(none, shipped).reason).toContain('It left with 1 × QUILL-01, 3 × WAX-02, which');
  });

  it('counts lines of one product together', () => {
    const apart = sale({ lines: [line({ quantity: 1 }), line({ quantity: 1 }), ...sale().lines.slice(1)] });
    expect(waitingFor(replanned(apart, shipped))).toBe('confirmation');
  });

  it.each(['refused', 'locked'] as const)('tries a confirmation that is %s again', (state) => {
    const blocked = { ...shipped, confirmation: { ...shipped.confirmation, state } };
    expect(replanned(sale(), blocked).confirmation.state).toBe('none');
  });

  it('leaves a refused confirmation with a person while one of two labels that DEAR shows is void', () => {
    const told = { ...shipped.confirmation, state: 'refused', packages: ['label:1', 'label:2'] } as const;
    const [first] = shipped.packages;
    const voided = { at: '2026-02-03T09:00:00.000Z', settledBy: '' };
    const packages = [
      { ...first!, voided },
      { ...first!, id: 'label:2', trackingNumbers: ['1Z0002'] },
    ];
    const lines = [
      { boxes: [], carrier: 'UPS', trackingNumbers: ['1Z0001', '1Z0002'], shippedAt: '', isShipped: true },
    ];
    const shown = sale({ fulfilments: [fulfilment({ ship: { status: 'AUTHORISED', lines } })] });
    const order = { ...shipped, packages, confirmation: { ...told, taskId: sale().id } };
    expect(replanned(shown, order).confirmation.state).toBe('refused');
  });

  it('bills no freight that came with a change after its goods had left in an earlier version', () => {
    const charged = sale({ shippingNotes: 'Leave it', charges: [charge()] });
    expect(replanned(charged, queuedOrder()).bearsCharges).toBe(true);
    expect(replanned(charged, shipped).bearsCharges).toBe(false);
    expect(replanned(sale({ charges: [charge()] }), shipped).bearsCharges).toBe(true);
  });

  it('is not judged by goods that were added to its fulfilment while it is being confirmed', () => {
    const using = connection({ trigger: 'PickAuthorised' });
    const picked = (...lines: ReturnType<typeof stageLine>[]) =>
      sale({ type: 'advanced', fulfilments: [fulfilment({ pick: { status: 'AUTHORISED', lines } })] });
    const first = queuedOrder(picked(stageLine()), {}, using);
    const left = shippedOf({ ...first, submission: acceptedOrder().submission, status: 'Shipped' });
    const added = picked(stageLine(), stageLine({ productId: sale().lines[1]!.productId, sku: 'WAX-02' }));
    const stateOf = (state: 'none' | 'claimed') =>
      replanned(added, { ...left, confirmation: { ...left.confirmation, state } }, using).confirmation.state;
    expect(stateOf('none')).toBe('refused');
    expect(stateOf('claimed')).toBe('claimed');
  });

  it('is only noted where DEAR shows the shipment already', () => {
    const told = { ...shipped.confirmation, state: 'confirmed', packages: ['label:1'] } as const;
    const lines = [
      { boxes: [], carrier: 'UPS', trackingNumbers: ['1Z0001'], shippedAt: '', isShipped: true },
    ];
    const shown = fulfilment({ ship: { status: 'AUTHORISED', lines } });
    const order = replanned(
      { ...fewer, fulfilments: [shown], trackingNumbers: ['1Z0001'] },
      { ...shipped, confirmation: { ...told, taskId: sale().id } },
    );
    expect(order.confirmation.state).toBe('confirmed');
    expect(logged(order)).toContain('after the shipment was confirmed there; nothing changes here.');
  });
});

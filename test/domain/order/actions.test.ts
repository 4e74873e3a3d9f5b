import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { act, type OrderEdit } from '../../../lib/domain/order/actions.ts';
import {
  ACTIONS,
  type Action,
  ActionRefused,
  allowedActions,
} from '../../../lib/domain/order/allowed-actions.ts';
import { claimCancellation, recordCancelled } from '../../../lib/domain/order/cancellation.ts';
import { type FulfillmentOrder, STATUSES } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import {
  claimSubmission,
  recordRefused,
  recordUnknownSubmission,
} from '../../../lib/domain/order/submission.ts';
import { nextDispatchStep, waitingFor } from '../../../lib/domain/order/transitions.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { line, sale } from '../../builders/sale.ts';

function planned(from: Sale, orders: readonly FulfillmentOrder[] = []) {
  return planSale({ sale: from, connections: [connection()], orders, by: 'test', now: NOW }).changes[0];
}

function buildContent(from: Sale = sale()): OrderContent {
  return planned(from)?.content as OrderContent;
}

function perform(
  action: Action,
  order: FulfillmentOrder,
  edit = {},
  content: OrderContent | null = buildContent(),
) {
  return act(action, { order, content, by: 'Ada', now: NOW, canCancel: true }, edit);
}

const failed = recordRefused(claimSubmission(queuedOrder(), NOW), NOW, 'no such SKU');
const incomplete = sale({ shippingAddress: { ...sale().shippingAddress, city: '', displayLine2: '' } });
const held = queuedOrder(incomplete);
const unpaid = queuedOrder(sale({ paymentStatus: 'UNPAID' }), {}, connection({ holdUntilPaid: true }));

describe('the allowed actions', () => {
  it.each<[string, FulfillmentOrder, readonly Action[]]>([
    ['Queued', queuedOrder(), ['void', 'edit', 'process', 'hold']],
    ['On Hold', held, ['cancel', 'edit', 'ship', 'hold']],
    ['Shipped', acceptedOrder(), ['cancel']],
    ['Failed', failed, ['edit', 'retry', 'cancel']],
    ['Completed', acceptedOrder(sale(), { status: 'Completed' }), []],
    ['Delivered', acceptedOrder(sale(), { status: 'Delivered' }), []],
    ['Cancelled', queuedOrder(sale(), { status: 'Cancelled' }), []],
  ])('are DEAR’s actions and hold for an order that is %s', (status, order, expected) => {
    expect(order.status).toBe(status);
    expect(allowedActions(order, { canCancel: true })).toEqual(expected);
    for (const action of ACTIONS.filter((one) => !expected.includes(one))) {
      expect(() => perform(action, order)).toThrow(ActionRefused);
    }
  });

  it('are named in a refusal, with its reason', () => {
    expect(() => perform('retry', queuedOrder())).toThrow(
      "SO-00042-1 cannot be changed by 'retry': it is Queued. Allowed: void, edit, process, hold.",
    );
    expect(() => perform('cancel', acceptedOrder(sale(), { status: 'Delivered' }))).toThrow(
      'bridge sale reconcile SO-00042',
    );
  });

  it('are none while the order is being sent', () => {
    expect(allowedActions(claimSubmission(queuedOrder(), NOW), { canCancel: true })).toEqual([]);
  });

  it('include holding a Shipped order only if the service supports it and nothing has left', () => {
    const able = { canCancel: true, canHold: true };
    expect(allowedActions(acceptedOrder(), able)).toEqual(['hold', 'cancel']);
    const left = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const cancelling = perform('cancel', acceptedOrder()).order;
    for (const order of [left, cancelling]) expect(allowedActions(order, able)).not.toContain('hold');
    const heldThere = acceptedOrder(sale(), { status: 'On Hold', hold: 'service' });
    expect(allowedActions(heldThere, able)).toEqual(['cancel', 'ship']);
    expect(allowedActions(heldThere, { canCancel: true })).toEqual(['cancel']);
  });

  it('include cancelling a Shipped order only if the service supports it and nothing has left', () => {
    expect(allowedActions(acceptedOrder(), { canCancel: false })).toEqual([]);
    expect(
      allowedActions(recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW), { canCancel: true }),
    ).toEqual([]);
  });
});

describe('an action', () => {
  it('process: releases an order that waits for a person', () => {
    const waiting = queuedOrder(sale(), {}, connection({ release: 'manual' }));
    expect(nextDispatchStep(perform('process', waiting).order)).toBe('submit');
  });

  it('void and cancel: end the order until the sale is undone and authorised again', () => {
    for (const order of [perform('void', queuedOrder()).order, perform('cancel', held).order]) {
      expect(order.status).toBe('Cancelled');
      expect(order.log.at(-1)).toMatchObject({ by: 'Ada' });
      expect(planned(sale(), [order])).toBeUndefined();
      const undone = planned(sale({ orderStatus: 'DRAFT' }), [order])?.order as FulfillmentOrder;
      expect(planned(sale(), [undone])?.order.reference).toBe('SO-00042-2');
    }
  });

  it('cancel: requests the cancellation of a Shipped order from the service', () => {
    const order = perform('cancel', acceptedOrder()).order;
    expect(nextDispatchStep(order)).toBe('cancel');
    const cancelled = recordCancelled(claimCancellation(order, NOW), NOW, 'lantern');
    expect(planned(sale(), [cancelled])).toBeUndefined();
  });

  it('retry: sends a refused order again, and first looks for one that may have arrived', () => {
    expect(perform('retry', failed).order).toMatchObject({ status: 'Queued', submission: { state: 'none' } });
    const unsure = {
      ...recordUnknownSubmission(claimSubmission(queuedOrder(), NOW), NOW),
      status: 'Failed' as const,
    };
    expect(perform('retry', unsure).order).toMatchObject({
      status: 'Queued',
      submission: { state: 'unknown' },
    });
  });

  it('hold: says of an order at its service only where that does not acknowledge it', () => {
    const holding = {
      order: acceptedOrder(),
      content: null,
      by: 'Ada',
      now: NOW,
      canCancel: true,
      canHold: true,
    };
    const whatOf = (of: object) => act('hold', { ...holding, ...of }).order.log.at(-1)?.what;
    expect(whatOf({})).toBe('Held at lantern by Ada.');
    expect(whatOf({ isHoldAcknowledged: false })).toContain('without an acknowledgement');
  });

  it('hold: holds the order until a person releases it, even if the sale changes', () => {
    const waiting = perform('hold', queuedOrder()).order;
    expect(waiting).toMatchObject({ status: 'On Hold', hold: 'person' });
    expect(waiting.log.at(-1)).toMatchObject({ by: 'Ada', what: 'Held by Ada.' });
    expect(nextDispatchStep(waiting)).toBe('nothing');
    expect(planned(sale(), [waiting])).toBeUndefined();
    const changed = planned(sale({ lines: [line({ quantity: 9 })] }), [waiting])?.order as FulfillmentOrder;
    expect(changed).toMatchObject({ status: 'On Hold', hold: 'person', lines: [{ quantity: 9 }] });
    expect(nextDispatchStep(perform('ship', changed).order)).toBe('submit');
  });

  it('ship: releases a held order unless its address cannot be used', () => {
    expect(() => perform('ship', held, {}, buildContent(incomplete))).toThrow(
      /cannot be changed by 'ship': .* Allowed: edit, cancel\.$/,
    );
    expect(nextDispatchStep(perform('ship', unpaid).order)).toBe('submit');
  });

  it('ship: logs which hold of its sale a person overruled, and not that person’s own', () => {
    const whatOf = (order: FulfillmentOrder) => perform('ship', order).order.log.at(-1)?.what;
    expect(whatOf(unpaid)).toBe(`Released by Ada. It was held: ${unpaid.reason}`);
    expect(whatOf(perform('hold', unpaid).order)).toBe(`Released by Ada. It was held: ${unpaid.reason}`);
    expect(whatOf(perform('hold', queuedOrder()).order)).toBe('Released by Ada.');
  });

  it('edit: corrects the address, so that the order can be released', () => {
    const { order, content } = perform(
      'edit',
      held,
      { shipTo: { city: 'Austin' } },
      buildContent(incomplete),
    );
    expect(order).toMatchObject({ status: 'On Hold', reason: 'Edited by Ada, and not released since.' });
    expect(order.fingerprint).not.toBe(held.fingerprint);
    expect(order.log.at(-1)?.what).toBe('Edited by Ada: delivery address.');
    expect(nextDispatchStep(perform('ship', order, {}, content).order)).toBe('submit');
  });

  it.each([
    ['France', 'FR'],
    ['u.k.', 'GB'],
    ['DEU', 'DE'],
  ])('edit: stores the country %j as the code %s', (country, code) => {
    const { content } = perform('edit', held, { shipTo: { country, state: '-' } }, buildContent(incomplete));
    expect(content?.shipTo).toMatchObject({ country: code, state: '' });
  });

  it.each([
    ['On Hold', held],
    ['Queued', queuedOrder()],
    ['Failed', failed],
  ])('edit: refuses an unknown country with what to write, for an order that is %s', (_, order) => {
    expect(() => perform('edit', order, { shipTo: { country: 'Untied States' } })).toThrow(
      "the country 'Untied States' is not one that we know: write its two letters (ISO 3166-1) or its English name. Allowed: ",
    );
  });

  it('edit: refuses an incomplete address if the order would be sent to it', () => {
    for (const order of [queuedOrder(), failed]) {
      expect(() => perform('edit', order, { shipTo: { line1: 'N/A' } })).toThrow('lacks: street');
    }
  });

  it.each<[string, OrderEdit, string]>([
    ['an unassigned country', { shipTo: { country: 'XX' } }, "the country 'XX'"],
    ['an empty postcode', { shipTo: { postcode: '' } }, 'lacks: postcode'],
    ['an empty street', { shipTo: { line1: '  ' } }, 'lacks: street'],
    ['an e-mail address without a domain', { email: 'nope' }, "'nope' is no e-mail address"],
    ['two e-mail addresses', { email: 'a@b.example, c@d.example' }, 'is no e-mail address'],
    ['a telephone number without a digit', { phone: 'later' }, 'is no telephone number'],
    ['an empty shipping method', { shippingMethod: ' ' }, 'the shipping method is empty'],
  ])('edit: refuses %s in every status that can be edited', (_, edit, why) => {
    for (const order of [queuedOrder(), failed, unpaid]) {
      expect(() => perform('edit', order, edit)).toThrow(why);
    }
  });

  it('edit: may correct a held address in steps, none of which takes away what is there', () => {
    const before = buildContent(incomplete);
    expect(perform('edit', held, { shipTo: { line1: '9 New Street' } }, before).order.hold).toBe('address');
    expect(() => perform('edit', held, { shipTo: { line1: '' } }, before)).toThrow('lacks: street, city');
  });

  it('edit: stores texts without outer blanks, and lets an e-mail address be taken away', () => {
    const { content } = perform('edit', unpaid, {
      email: ' ada@example.com ',
      phone: '',
      customerNotes: ' a\nb ',
    });
    expect(content).toMatchObject({ email: 'ada@example.com', phone: '', customerNotes: 'a\nb' });
    expect(perform('edit', unpaid, { email: '' }).content?.email).toBe('');
    const pasted = perform('edit', unpaid, { shippingMethod: 'UPS\nGround', phone: '+1 555\t0100' });
    expect(pasted.content).toMatchObject({ shippingMethod: 'UPS Ground', phone: '+1 555 0100' });
  });

  it('acknowledge: settles an order that left although its sale no longer asks for it, with a note', () => {
    const left = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);
    const refused = { state: 'refused', at: '' } as const;
    const unwanted = { ...left, status: 'Shipped', withdrawn: true, cancellation: refused } as const;
    expect(waitingFor(unwanted)).toBe('cancel-refused');
    const acting = { order: unwanted, content: null, by: 'Ada', now: NOW, canCancel: true };
    const { order } = act('acknowledge', { ...acting, note: 'The customer keeps it.' });
    expect(waitingFor(order)).toBe('');
    expect(nextDispatchStep(order)).toBe('nothing');
    expect(order.log.at(-1)).toMatchObject({ by: 'Ada', upstreamMessage: 'The customer keeps it.' });
    expect(() => act('acknowledge', { ...acting, order })).toThrow(ActionRefused);
  });

  it.each([
    ['all of it', 'remaining', 'confirmed'],
    ['a part of it', [{ key: '', sku: 'QUILL-01', quantity: 1, batch: '', expiry: '' }], 'none'],
  ] as const)(
    'acknowledge: counts %s as shown in DEAR, so that only what leaves later is confirmed',
    (_, contents, state) => {
      const left = recordShipments(acceptedOrder(), [reported('SO-00042-1', { contents })], NOW);
      const refused = {
        ...left,
        confirmation: { ...left.confirmation, state: 'refused', attempt: 1 },
      } as const;
      const { order } = act('acknowledge', {
        order: refused,
        content: null,
        by: 'Ada',
        now: NOW,
        canCancel: true,
      });
      expect(order.confirmation).toMatchObject({ state, packages: ['label:1'] });
      const what = `Settled in DEAR, says Ada. Before: ${refused.reason}`;
      expect(order.log.at(-1)).toMatchObject({ by: 'Ada', what });
    },
  );

  it('edit: applies until the sale itself changes', () => {
    const { order } = perform('edit', queuedOrder(), { shippingMethod: 'DHL' });
    expect(planned(sale({ paymentStatus: 'UNPAID' }), [order])).toBeUndefined();
    const change = planned(sale({ lines: [line({ quantity: 9 })] }), [order]);
    expect(change?.content?.shippingMethod).toBe('UPS Ground');
  });

  it('edit and ship: say what to do if the content has expired', () => {
    expect(() => perform('edit', failed, {}, null)).toThrow(/expired here\. Allowed: cancel\.$/);
    expect(() => perform('ship', held, {}, null)).toThrow('expired');
  });
});

describe('act with any order and any action', () => {
  it('returns an allowed change with a log entry, or refuses without a change', () => {
    const orders = fc.constantFrom(
      queuedOrder(),
      held,
      acceptedOrder(),
      failed,
      claimSubmission(queuedOrder(), NOW),
    );
    fc.assert(
      fc.property(
        orders,
        fc.constantFrom(...STATUSES),
        fc.constantFrom(...ACTIONS),
        (order, status, action) => {
          const before = { ...order, status };
          try {
            const { order: after } = perform(action, before);
            expect(allowedActions(before, { canCancel: true })).toContain(action);
            expect(after.log.length).toBe(before.log.length + 1);
            expect(after.version).toBe(before.version + 1);
          } catch (error) {
            expect(error).toBeInstanceOf(ActionRefused);
          }
        },
      ),
    );
  });
});

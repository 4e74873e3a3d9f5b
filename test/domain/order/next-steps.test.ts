import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../../lib/domain/order/holds.ts';
import { listNextSteps, NEXT_STEPS, sendsAfterEdit } from '../../../lib/domain/order/next-steps.ts';
import { getReasons, REASONS } from '../../../lib/domain/order/order-summary.ts';
import { acceptedOrder, box, queuedOrder } from '../../builders/order.ts';

const name = (step: string) => `<${step}>`;
const of = (order: FulfillmentOrder, allowed = ACTIONS) => listNextSteps(order, allowed, name);
const heldFor = (...kinds: Array<Exclude<FulfillmentOrder['hold'], ''>>) =>
  queuedOrder(undefined, toHeld(kinds.map((kind) => ({ kind, why: `It is held: ${kind}.` }))));
const failed = (submission: Partial<FulfillmentOrder['submission']>) =>
  queuedOrder(undefined, {
    status: 'Failed',
    released: true,
    submission: { ...queuedOrder().submission, ...submission },
  });

describe('the next step', () => {
  it.each(REASONS)('of an order that waits because of %s is a sentence that names no provider', (reason) => {
    for (const allowed of [ACTIONS, []]) {
      const step = NEXT_STEPS[reason](acceptedOrder(), name, allowed);
      expect(step).toMatch(/^[A-Z<].*\.$/);
      expect(step).not.toMatch(/provider|undefined/);
    }
  });

  it('of an unpaid order is to wait, and says that a release sends it unpaid', () => {
    expect(of(heldFor('payment'))).toEqual([
      'Nothing to do: it is sent by itself once DEAR shows the payment. Only if it may leave unpaid: <ship>.',
    ]);
  });

  it('of an order that was held for two causes has one for each', () => {
    expect(of(heldFor('address', 'payment'))).toHaveLength(2);
  });

  it.each([
    [
      'was refused',
      { state: 'rejected' },
      /^Correct the sale in DEAR, and it is sent again by itself\. Or correct it here \(<edit>\), or a setting at \S+ that is the cause, then: <retry>\.$/,
    ],
    ['lacks its content', { state: 'none' }, /^Undo the sale in DEAR/],
    ['is there several times', { state: 'unknown' }, /^Cancel all but one.*<retry>/],
    ['has a reference that is taken', { state: 'rejected', takenBy: ['se-9'] }, /^Rename or delete/],
  ] as const)('of an order that %s is its own', (_, submission, expected) => {
    expect(of(failed(submission))).toEqual([expect.stringMatching(expected)]);
  });

  it('of a hold at the service names only what the bridge can do there', () => {
    const held = acceptedOrder(undefined, { ...toHeld([{ kind: 'service', why: 'It is held.' }]) });
    expect(of(held)[0]).toContain('<ship>');
    expect(of(held, ['cancel'] as never)[0]).not.toContain('<ship>');
  });

  it('of a hold at the service ends the order only before goods have left', () => {
    const held = acceptedOrder(undefined, { ...toHeld([{ kind: 'service', why: 'It is held.' }]) });
    expect(of(held)[0]).toContain('To end it: <cancel>.');
    expect(of(held, ['ship'] as never)[0]).not.toContain('To end it');
    expect(of({ ...held, packages: [box()] })[0]).not.toContain('To end it');
  });

  it.each([
    ['unknown', [], /^Look for it at lantern\. If it is there, cancel it there; if not: <void>\.$/],
    ['refused', [box()], /^Call the parcel back, or keep the sale\. Then: <acknowledge>\.$/],
    ['refused', [], /^Stop it at lantern by hand; this order is Cancelled once lantern shows it\.$/],
  ] as const)('of a cancellation that is %s, with the parcels %#', (state, packages, expected) => {
    const order = acceptedOrder(undefined, { packages, cancellation: { state, at: '' } });
    expect(NEXT_STEPS['cancel-refused'](order, name, ACTIONS)).toMatch(expected);
  });

  it('of a standstill offers the other product only where it can be accepted', () => {
    const step = (allowed: typeof ACTIONS | readonly []) =>
      NEXT_STEPS.standstill(acceptedOrder(), name, allowed);
    expect(step(ACTIONS)).toMatch(/^If the customer takes the other product: <accept>\. To order/);
    expect(step([])).toMatch(/^To order what is missing again: <close-and-reorder>\./);
  });

  it('of an order whose goods arrived is none', () => {
    const told = { ...acceptedOrder().confirmation, state: 'confirmed', packages: ['label:1'] } as const;
    const order = acceptedOrder(undefined, { status: 'Delivered', packages: [box()], confirmation: told });
    expect(getReasons(order)).toEqual([]);
    expect(of(order)).toEqual([]);
  });
});

describe('an edited order', () => {
  it.each([
    ['held for its address', heldFor('address'), 'ship'],
    ['held for its shipping method', heldFor('shipping-method'), 'ship'],
    ['held for an edit before', heldFor('edited'), 'ship'],
    ['that is also not paid', heldFor('address', 'payment'), null],
    ['that a person holds', heldFor('person', 'edited'), null],
    ['that was refused', failed({ state: 'rejected' }), 'retry'],
    ['that waits to be sent', queuedOrder(), null],
  ] as const)('%s is sent on request by %s', (_, order, action) => {
    expect(sendsAfterEdit(order)).toBe(action);
  });
});

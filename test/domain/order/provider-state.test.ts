import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import {
  type OrderPart,
  recordHeldByHand,
  recordLateToLeave,
  recordProviderState,
  recordReleasedByHand,
} from '../../../lib/domain/order/standstill.ts';
import { acceptedOrder, box, NOW } from '../../builders/order.ts';

const LATER = NOW + 3_600_000;
const accepted = acceptedOrder();
const contents = accepted.lines.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' }));
const all = box({ contents, providerOrderId: 'prov-1' });
const half = box({ contents: contents.slice(0, 1), providerOrderId: 'prov-1' });
const partly = acceptedOrder(undefined, { packages: [half] });
const one = (state: OrderPart['state'], changes: Partial<OrderPart> = {}): OrderPart => ({
  providerOrderId: 'prov-1',
  state,
  heldUntil: '',
  mergedWith: [],
  changedAt: '',
  ...changes,
});
const seen = (order: FulfillmentOrder, parts: readonly OrderPart[], shipmentsReadUntil = '') =>
  recordProviderState(order, { parts, shipmentsReadUntil }, LATER);

describe('an order that its service no longer ships', () => {
  const unseen = one('left', { changedAt: '2026-02-03T09:00:00.000Z' });
  it.each<[string, FulfillmentOrder, readonly OrderPart[], string, FulfillmentOrder['standstill'], string]>([
    ['was deleted there', accepted, [], '', 'deleted', 'Cancelled'],
    ['was cancelled there', accepted, [one('cancelled')], '', 'cancelled', 'Cancelled'],
    ['left whole', acceptedOrder(undefined, { packages: [all] }), [one('left')], '', '', 'Shipped'],
    ['left without its rest', partly, [one('left')], '', 'incomplete', 'Shipped'],
    ['left in part, and its rest was cancelled', partly, [one('cancelled')], '', 'incomplete', 'Shipped'],
    ['left, which is not read yet', accepted, [one('left')], '', '', 'Shipped'],
    [
      'left 15 minutes before its parcels were read',
      accepted,
      [unseen],
      '2026-02-03T09:15:00.000Z',
      '',
      'Shipped',
    ],
    [
      'left in a second part, less than 15 minutes before its parcels were read',
      partly,
      [one('left'), { ...unseen, providerOrderId: 'prov-2' }],
      '2026-02-03T09:14:59.999Z',
      '',
      'Shipped',
    ],
    [
      'left in a second part without a parcel, 15 minutes before they were read',
      partly,
      [one('left'), { ...unseen, providerOrderId: 'prov-2' }],
      '2026-02-03T09:15:00.000Z',
      'incomplete',
      'Shipped',
    ],
    [
      'left with a label that was voided',
      acceptedOrder(undefined, { packages: [{ ...half, voided: { at: '', settledBy: '' } }] }),
      [one('left')],
      '',
      '',
      'Shipped',
    ],
  ])('as it %s: its state follows', (_, order, parts, readUntil, standstill, status) => {
    const recorded = seen(order, parts, readUntil);
    expect(recorded).toMatchObject({ standstill, status });
    if (standstill === '') expect(recorded).toBe(order);
    else expect(recorded.log.at(-1)).toMatchObject({ by: 'lantern', what: recorded.reason });
    expect(seen(recorded, parts, readUntil)).toBe(recorded);
  });

  it('is cancelled where its sale no longer asks for it, unless a part has left', () => {
    const withdrawn = { withdrawn: true, desired: 'cancelled' } as const;
    const stopped = seen({ ...accepted, ...withdrawn }, [one('cancelled')]);
    expect(stopped).toMatchObject({ status: 'Cancelled', standstill: '', cancellation: { state: 'done' } });
    const left = { ...partly, ...withdrawn };
    expect(seen(left, [one('left')])).toBe(left);
  });

  it('names what is missing, and what left in its place', () => {
    expect(seen(partly, [one('left')]).reason).toContain('missing: 3 × WAX-02. Close it short');
    const instead = [{ ...half, others: [{ sku: 'WAX-03', quantity: 3 }] }];
    expect(seen({ ...partly, packages: instead }, [one('left')]).reason).toContain('hold 3 × WAX-03,');
  });
});

describe('an order that staff of its service hold', () => {
  it('is On Hold until the date that they gave, and goes on once they release it', () => {
    const held = seen(accepted, [one('held'), one('held', { heldUntil: '2026-02-09' })]);
    expect(held).toMatchObject({ status: 'On Hold', hold: 'service' });
    expect(held.reason).toBe('It is held at lantern by hand until 2026-02-09.');
    const released = seen(held, [one('open')]);
    expect(released).toMatchObject({ status: 'Shipped', hold: '', standstill: '' });
    expect(released.reason).toContain('released at lantern');
    expect(seen(released, [one('open')])).toBe(released);
  });

  it('stays Shipped where a part has left, as only its rest is held', () => {
    const held = seen(partly, [one('left'), one('held')]);
    expect(held).toMatchObject({ status: 'Shipped', hold: '' });
    expect(held.reason).toBe('The rest of it is held at lantern by hand.');
    expect(seen(partly, [one('held', { error: 'No such service' })]).reason).toMatch(
      /^The rest of it is not/,
    );
  });

  it('is taken up again from a standstill, held or open', () => {
    const cancelled = seen(accepted, [one('cancelled')]);
    expect(seen(cancelled, [one('held')])).toMatchObject({ status: 'On Hold', standstill: '' });
    const reopened = seen(cancelled, [one('open')]);
    expect(reopened).toMatchObject({ status: 'Shipped', standstill: '' });
    expect(reopened.reason).toContain('reopened at lantern');
    expect(seen(seen(partly, [one('left')]), [one('open')])).toMatchObject({
      status: 'Shipped',
      standstill: '',
    });
  });

  it('tells by whom it was held and released through the bridge, and whether the service said so', () => {
    const sure = recordHeldByHand(accepted, '2026-02-09', 'Mina', LATER, true);
    expect(sure).toMatchObject({ status: 'On Hold', hold: 'service' });
    expect(sure.log.at(-1)).toMatchObject({ by: 'Mina', what: 'Held at lantern by Mina until 2026-02-09.' });
    expect(seen(sure, [one('held', { heldUntil: '2026-02-09' })])).toBe(sure);
    const unsure = recordHeldByHand(accepted, '', 'Mina', LATER, false).log.at(-1)?.what;
    expect(unsure).toMatch(
      /^Held at lantern by Mina\. lantern has the order and reads this at its next call/,
    );
    const released = recordReleasedByHand(sure, 'Mina', LATER);
    expect(released).toMatchObject({ status: 'Shipped', hold: '' });
    expect(released.log.at(-1)?.what).toBe('Released at lantern by Mina.');
  });
});

describe('an order that its service merged with others', () => {
  it('says so once', () => {
    const merged = seen(accepted, [one('open'), one('open', { mergedWith: ['SO-7-1', 'SO-8-1'] })]);
    expect(merged.reason).toBe('It was merged with SO-7-1, SO-8-1 at lantern as prov-1, and ships with it.');
    expect(merged.log.at(-1)?.what).toBe(merged.reason);
    expect(
      seen({ ...merged, reason: 'Another.' }, [one('open', { mergedWith: ['SO-7-1', 'SO-8-1'] })]).reason,
    ).toBe('Another.');
  });
});

describe('an order that is late to leave', () => {
  const since = '2026-02-03T09:00:00.000Z';
  it.each([
    [
      'of which nothing has left',
      accepted,
      'nothing of it has left. Ask there what holds it up, or cancel it.',
    ],
    ['of which a part has left', partly, '3 × WAX-02 has not left. Ask there what holds it up.'],
  ])('%s is noted, once', (_, order, words) => {
    const waiting = { ...order, waitingSince: since };
    const noted = recordLateToLeave(waiting, since, 3, LATER);
    expect(noted.reason).toBe(`lantern has had it for 3 days or more, and ${words}`);
    expect(noted.log.at(-1)).toMatchObject({ by: 'schedule', what: noted.reason });
    expect(recordLateToLeave(noted, since, 3, LATER)).toBe(noted);
  });

  it('is not noted where it has waited for less, or does not wait to leave', () => {
    const recent = { ...accepted, waitingSince: '2026-02-03T09:00:00.001Z' };
    expect(recordLateToLeave(recent, since, 3, LATER)).toBe(recent);
    const told = { ...accepted.confirmation, state: 'confirmed', packages: [all.id] } as const;
    const gone = { ...accepted, packages: [all], confirmation: told, waitingSince: since };
    expect(recordLateToLeave(gone, since, 3, LATER)).toBe(gone);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type BulkAct,
  type BulkAction,
  isActedOn,
  listPossibleActs,
  summariseAct,
  toActor,
} from '../../../lib/domain/order/bulk-act.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../../lib/domain/order/holds.ts';
import { acceptedOrder, box, queuedOrder } from '../../builders/order.ts';

const ACT: BulkAct = {
  id: 'B-7f',
  action: 'release',
  by: 'Mina',
  note: 'Ada called',
  about: 'all that are held',
  references: [],
  leftOut: [],
  plannedAt: '2026-02-03T09:00:00.000Z',
  startedAt: '',
};
const held = (...causes: ReadonlyArray<readonly ['address' | 'payment', string]>) =>
  queuedOrder(undefined, toHeld(causes.map(([kind, why]) => ({ kind, why }))));
const failed = queuedOrder(undefined, { status: 'Failed', reason: 'lantern refused it.' });
const refused = acceptedOrder(undefined, {
  status: 'Completed',
  packages: [box()],
  confirmation: { ...acceptedOrder().confirmation, state: 'refused', packages: ['label:1'] },
});
const cancelled = queuedOrder(undefined, { status: 'Cancelled' });

describe('the summary of an act on many orders', () => {
  it('counts orders, pieces and connections, and names what the act is, without the note', () => {
    const orders = [queuedOrder(), queuedOrder(), queuedOrder(undefined, { connection: 'harbour' })];
    const { causes: _, ...summary } = summariseAct(ACT, orders);
    expect(summary).toEqual({
      id: 'B-7f',
      action: 'release',
      by: 'Mina',
      about: 'all that are held',
      plannedAt: '2026-02-03T09:00:00.000Z',
      orders: 3,
      pieces: 15,
      connections: { lantern: 2, harbour: 1 },
    });
  });

  it('has the most frequent cause first, and its sentence where it is the same of all', () => {
    const orders = [
      failed,
      held(['address', 'It lacks: city.'], ['payment', 'It is UNPAID.']),
      held(['address', 'It lacks: postcode.']),
      held(['payment', 'It is UNPAID.']),
      held(['payment', 'It is UNPAID.']),
      cancelled,
    ];
    expect(summariseAct(ACT, orders).causes).toEqual([
      { reason: 'payment', why: 'It is UNPAID.', orders: 3 },
      { reason: 'address', why: '', orders: 2 },
      { reason: 'failed', why: 'lantern refused it.', orders: 1 },
    ]);
  });

  it('of no orders is empty', () => {
    expect(summariseAct(ACT, [])).toMatchObject({ orders: 0, pieces: 0, connections: {}, causes: [] });
  });
});

describe('the acts that are possible', () => {
  it.each<[string, readonly FulfillmentOrder[], readonly BulkAction[]]>([
    ['on no order', [], []],
    ['on a held order', [held(['payment', 'It is UNPAID.'])], ['release', 'look-again', 'cancel']],
    [
      'on one that waits for a person',
      [queuedOrder(undefined, { released: false })],
      ['process', 'look-again'],
    ],
    ['on a refused one', [failed], ['retry', 'look-again', 'cancel']],
    ['on one at the warehouse', [acceptedOrder()], ['look-again', 'cancel']],
    ['on one that DEAR refused', [refused], ['look-again', 'acknowledge']],
    ['on a cancelled one', [cancelled], []],
    [
      'on several, are those of any',
      [cancelled, failed, refused],
      ['retry', 'look-again', 'cancel', 'acknowledge'],
    ],
  ])('%s', (_, orders, expected) => {
    expect(listPossibleActs(orders)).toEqual(expected);
  });
});

describe('an order that the act was done to', () => {
  const log = [{ at: '2026-02-03T09:00:00.000Z', by: toActor(ACT), what: 'Released.' }];

  it('is told by its log, and another act of the same person is not', () => {
    expect(toActor(ACT)).toBe('Mina (B-7f)');
    expect(isActedOn({ log }, ACT)).toBe(true);
    expect(isActedOn({ log }, { ...ACT, id: 'B-80' })).toBe(false);
    expect(isActedOn({ log: [] }, ACT)).toBe(false);
  });
});

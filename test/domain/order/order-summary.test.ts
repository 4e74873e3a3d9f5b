import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../../lib/domain/order/holds.ts';
import {
  findReason,
  foldSearch,
  getReasons,
  getSkus,
  isTravelling,
  LANES,
  lanesOfProgress,
  lanesOfWaiting,
  REASONS,
  toLane,
  toReasonCode,
  toSummary,
} from '../../../lib/domain/order/order-summary.ts';
import { PROGRESS, toProgress } from '../../../lib/domain/order/progress.ts';
import { recordProviderState } from '../../../lib/domain/order/standstill.ts';
import { WAITING_FOR, waitingFor } from '../../../lib/domain/order/transitions.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';

const accepted = acceptedOrder();
const all = accepted.lines.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' }));
const whole = box({ contents: all });
const part = box({ contents: all.slice(0, 1) });
const told = (state: FulfillmentOrder['confirmation']['state']) =>
  ({ ...accepted.confirmation, state, packages: ['label:1'] }) as const;
const confirmed = { packages: [whole], confirmation: told('confirmed') };
const held = (...kinds: Array<'address' | 'payment' | 'shadow'>) =>
  queuedOrder(undefined, toHeld(kinds.map((kind) => ({ kind, why: `It is held: ${kind}.` }))));
const withdrawn = {
  withdrawn: true,
  desired: 'cancelled',
  cancellation: { state: 'refused', at: '' },
} as const;
const gone = { parts: [], shipmentsReadUntil: '' };

/** An order of each kind: its title, itself, its reasons, its lane. */
const ORDERS: ReadonlyArray<readonly [string, FulfillmentOrder, readonly string[], string]> = [
  ['that is to be sent', queuedOrder(), ['submission'], 'under-way'],
  ['that a person has to process', queuedOrder(undefined, { released: false }), ['to-process'], 'attention'],
  ['that is held for two causes', held('address', 'payment'), ['address', 'payment'], 'attention'],
  ['of shadow mode', held('shadow'), ['cut-over'], 'under-way'],
  ['that the service refused', queuedOrder(undefined, { status: 'Failed' }), ['failed'], 'attention'],
  ['that the service has', accepted, ['departure'], 'under-way'],
  ['that is to be changed there', { ...accepted, fingerprint: 'other' }, ['update'], 'under-way'],
  ['that is to be cancelled there', { ...accepted, desired: 'cancelled' }, ['cancellation'], 'under-way'],
  ['that cannot be stopped', { ...accepted, ...withdrawn }, ['cancel-refused'], 'attention'],
  [
    'of which nothing is confirmed',
    acceptedOrder(undefined, { packages: [whole] }),
    ['confirmation'],
    'under-way',
  ],
  [
    'that DEAR refused',
    acceptedOrder(undefined, { packages: [whole], confirmation: told('refused') }),
    ['confirmation-refused'],
    'attention',
  ],
  [
    'that a stock take locks',
    acceptedOrder(undefined, { packages: [whole], confirmation: told('locked') }),
    ['stock-take'],
    'attention',
  ],
  ['that stands still', recordProviderState(accepted, gone, NOW), ['standstill'], 'attention'],
  ['that travels', acceptedOrder(undefined, confirmed), [], 'under-way'],
  ['that is completed', acceptedOrder(undefined, { status: 'Completed', ...confirmed }), [], 'Completed'],
  ['that has arrived', acceptedOrder(undefined, { status: 'Delivered', ...confirmed }), [], 'Delivered'],
  ['that is cancelled', queuedOrder(undefined, { status: 'Cancelled' }), [], 'Cancelled'],
];

describe('an order', () => {
  it.each(ORDERS)('%s has its reasons and its lane', (_, order, reasons, lane) => {
    expect(getReasons(order)).toEqual(reasons);
    expect(toLane(order)).toBe(lane);
    expect(toSummary(order)).toMatchObject({ reasons, waitingFor: waitingFor(order) });
  });

  it.each(ORDERS)(
    '%s is found in the lanes of its progress and of what it waits for',
    (_, order, _1, lane) => {
      expect(lanesOfProgress(toProgress(order))).toContain(lane);
      const what = waitingFor(order);
      if (what !== '') expect(lanesOfWaiting(what)).toContain(lane);
    },
  );
});

describe('a list of orders', () => {
  it('reads the lane of an ended progress and that of attention, and for any other progress no ended one', () => {
    for (const progress of PROGRESS) {
      const ended = LANES.filter((lane) => lane === progress);
      expect(lanesOfProgress(progress)).toEqual(['attention', ended[0] ?? 'under-way']);
    }
  });

  it('reads one lane for what orders wait for, and those of what has left for a confirmation', () => {
    const lanes = Object.fromEntries(WAITING_FOR.map((what) => [what, lanesOfWaiting(what).join()]));
    const [attention, underWay] = ['attention', 'under-way'];
    expect(lanes).toEqual({
      submission: underWay,
      update: underWay,
      cancellation: underWay,
      person: attention,
      hold: attention,
      'cut-over': underWay,
      departure: underWay,
      label: attention,
      standstill: attention,
      confirmation: 'under-way,Completed,Delivered',
      failed: attention,
      'cancel-refused': attention,
      'confirmation-refused': attention,
      'stock-take': attention,
    });
  });
});

describe('an order on its way', () => {
  it.each([
    ['Shipped', '', true],
    ['Shipped', 'confirmation', true],
    ['Partly shipped', '', true],
    ['Partly shipped', 'departure', false],
    ['Shipped', 'label', false],
    ['Shipped', 'update', false],
    ['At warehouse', '', false],
    ['Delivered', '', false],
  ] as const)('with progress %s that waits for %j: %s', (progress, waitingFor, expected) => {
    expect(isTravelling({ progress, waitingFor })).toBe(expected);
  });
});

describe('the packages that left', () => {
  const on = (shippedAt: string, carrier: string, overrides = {}) =>
    box({ shippedAt, carrier, ...overrides });
  const left = (...packages: Array<ReturnType<typeof box>>) =>
    toSummary(acceptedOrder(undefined, { packages })).left;

  it('are the earliest and the latest, with each carrier once', () => {
    expect(left(on('2026-02-05', 'UPS'), on('2026-02-03', 'ups '), on('2026-02-04', 'Royal  Mail'))).toEqual({
      first: '2026-02-03',
      last: '2026-02-05',
      carriers: ['ups', 'royal mail'],
    });
    expect(left(part)).toMatchObject({ first: part.shippedAt, last: part.shippedAt });
  });

  it('are none without a package, and none where its label was voided', () => {
    const voided = { at: '', settledBy: '' };
    expect(toSummary(accepted)).not.toHaveProperty('left');
    expect(left(on('2026-02-05', 'UPS', { voided }))).toBeUndefined();
    expect(left(on('2026-02-05', 'UPS', { voided }), part)?.first).toBe(part.shippedAt);
  });
});

describe('the SKUs of an order', () => {
  const [line] = accepted.lines;
  const of = (...skus: string[]) => skus.map((sku) => ({ ...line!, sku }));

  it('are each there once, folded, and none is empty', () => {
    expect(getSkus({ lines: of('MUG-1', ' mug-1', '', 'Ｍug  2') })).toEqual(['mug-1', 'mug 2']);
    expect(foldSearch('  Ａ \t b ')).toBe('a b');
  });

  it('are left out of the summary beyond ten', () => {
    const many = Array.from({ length: 11 }, (_, index) => `SKU-${index}`);
    expect(toSummary({ ...accepted, lines: of(...many.slice(1)) }).skus).toHaveLength(10);
    expect(toSummary({ ...accepted, lines: of(...many) }).skus).toBeNull();
  });
});

describe('a reason', () => {
  it.each(REASONS)('%s is found by its code, and as people type it', (reason) => {
    const code = toReasonCode(reason);
    expect(code).toMatch(/^[A-Z_]+$/);
    expect([code, ` ${code.toLowerCase()} `, reason, reason.replaceAll('-', ' ')].map(findReason)).toEqual(
      Array.from({ length: 4 }, () => reason),
    );
  });

  it('is none for a hold in general, for which its causes stand, nor for another word', () => {
    expect(['hold', 'to process it', '', 'unknownsku'].map(findReason)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

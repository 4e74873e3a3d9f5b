import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { waitingFor } from '../../../lib/domain/order/waiting.ts';
import type { ReportedShipment } from '../../../lib/domain/shipment/package.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { needsConfirmation, stillToShip } from '../../../lib/domain/shipment/still-to-ship.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';

const REFERENCE = 'SO-00042-1';
const GOODS = [
  { key: 'line-1', sku: 'QUILL-01', quantity: 2, batch: '', expiry: '' },
  { key: 'line-2', sku: 'WAX-02', quantity: 3, batch: '', expiry: '' },
];
const report = (overrides: Partial<ReportedShipment> = {}) =>
  reported(REFERENCE, { contents: GOODS, ...overrides });
const shipped = (first = report()) => recordShipments(acceptedOrder(), [first], NOW);
const told = (order: FulfillmentOrder) =>
  recordConfirmed(order, NOW, { packages: order.packages, taskId: 't-1', remarks: [] });
const again = (order: FulfillmentOrder, overrides: Partial<ReportedShipment>) =>
  recordShipments(order, [report(overrides)], NOW);

/** What was reported first, what later, what the package has then, and which numbers DEAR must no longer show. */
const CORRECTIONS: ReadonlyArray<
  [string, Partial<ReportedShipment>, Partial<ReportedShipment>, object, string[] | null]
> = [
  ['a number that came', { trackingNumbers: [] }, {}, { trackingNumbers: ['1Z0001'] }, []],
  ['a corrected number', {}, { trackingNumbers: ['1Z9'] }, { trackingNumbers: ['1Z9'] }, ['1Z0001']],
  ['one more number', {}, { trackingNumbers: ['1Z0001', '1Z2'] }, { trackingNumbers: ['1Z0001', '1Z2'] }, []],
  [
    'one of several numbers, corrected',
    { trackingNumbers: ['A', 'B'] },
    { trackingNumbers: ['A', 'C'] },
    { trackingNumbers: ['A', 'C'] },
    ['B'],
  ],
  ['another carrier', {}, { carrier: 'FedEx' }, { carrier: 'FedEx' }, []],
  ['another service', {}, { service: 'ups_2day' }, { service: 'ups_2day' }, []],
  [
    'another day',
    {},
    { shippedAt: '2026-02-05T00:00:00.000Z' },
    { shippedAt: '2026-02-05T00:00:00.000Z' },
    [],
  ],
  [
    'another cost',
    {},
    { cost: { amount: 9, currency: 'USD' } },
    { cost: { amount: 9, currency: 'USD' } },
    null,
  ],
];

describe('a later report of a package that is known', () => {
  it.each(CORRECTIONS)('changes %s, and logs it', (_, first, later, becomes) => {
    const before = shipped(report(first));
    const after = again(before, later);
    expect(after.packages).toMatchObject([becomes]);
    expect(after.log).toHaveLength(before.log.length + 1);
    expect(again(after, later)).toBe(after);
  });

  it.each(CORRECTIONS)(
    'changes %s: requests a correction if DEAR shows the package',
    (_, first, later, __, stale) => {
      const after = again(told(shipped(report(first))), later);
      expect(after.confirmation.corrections).toEqual(
        stale === null ? [] : [{ id: 'label:1', staleNumbers: stale }],
      );
      expect(needsConfirmation(after, connection())).toBe(stale !== null);
      expect(waitingFor(after)).toBe(stale === null ? '' : 'confirmation');
    },
  );

  it.each([
    ['numbers', { trackingNumbers: [] }],
    ['carrier and service', { carrier: '', service: '' }],
    ['cost', { cost: null }],
    ['order of the numbers', { trackingNumbers: ['B', 'A'] }],
    ['contents', { contents: 'remaining' as const }],
  ])('changes nothing if it omits or changes only its %s', (_, later) => {
    const order = told(shipped(report({ trackingNumbers: ['A', 'B'] })));
    expect(again(order, { trackingNumbers: ['A', 'B'], ...later })).toBe(order);
  });

  it('corrects one of several packages and leaves the others', () => {
    const first = report({ contents: GOODS.slice(0, 1) });
    const second = report({ id: 'label:2', trackingNumbers: ['1Z2'], contents: GOODS.slice(1) });
    const order = told(recordShipments(acceptedOrder(), [first, second], NOW));
    const after = recordShipments(order, [first, { ...second, trackingNumbers: ['1Z3'] }], NOW);
    expect(after.packages.map(({ trackingNumbers }) => trackingNumbers)).toEqual([['1Z0001'], ['1Z3']]);
    expect(after.confirmation.corrections).toEqual([{ id: 'label:2', staleNumbers: ['1Z2'] }]);
  });

  it('collects stale numbers for DEAR, without a number that came back', () => {
    const once = again(told(shipped()), { trackingNumbers: ['B'] });
    const twice = again(once, { trackingNumbers: ['C'] });
    expect(twice.confirmation.corrections).toEqual([{ id: 'label:1', staleNumbers: ['1Z0001', 'B'] }]);
    const back = again(twice, {});
    expect(back.confirmation.corrections).toEqual([{ id: 'label:1', staleNumbers: ['B', 'C'] }]);
  });
});

describe('assumed contents', () => {
  const assumed = () => shipped(report({ contents: 'remaining' }));

  it('are replaced once the provider reports the contents', () => {
    const order = again(assumed(), { contents: GOODS.slice(0, 1) });
    expect(stillToShip(order)).toMatchObject([{ sku: 'WAX-02', quantity: 3 }]);
    expect(order.reason).toContain('still to come: 3 × WAX-02');
    expect(order.packages[0]).not.toHaveProperty('isAssumed');
    expect(needsConfirmation(order, connection())).toBe(false);
  });

  it('are confirmed if the report is the same', () => {
    const order = again(told(assumed()), {});
    expect(order.packages[0]).not.toHaveProperty('isAssumed');
    expect(waitingFor(order)).toBe('');
  });

  it('need a person if DEAR shows them and the report differs', () => {
    const order = again(told(assumed()), { contents: GOODS.slice(0, 1) });
    expect(waitingFor(order)).toBe('confirmation-refused');
    expect(order.reason).toContain('holds other goods than DEAR shows');
  });
});

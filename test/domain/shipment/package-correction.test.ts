import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import type { ReportedShipment } from '../../../lib/domain/shipment/package.ts';
import {
  completeIfSilent,
  correctNumbers,
  isTroubleNews,
  recordCarrierProblem,
  recordDeliveries,
} from '../../../lib/domain/shipment/package-correction.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { needsConfirmation, stillToShip } from '../../../lib/domain/shipment/still-to-ship.ts';
import { recordWithdrawnPackage } from '../../../lib/domain/shipment/withdrawals-and-returns.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';
import { line, sale } from '../../builders/sale.ts';

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
  ['another day', {}, { shippedAt: '2026-02-05T00:00:00.000Z' }, { shippedAt: '2026-02-05' }, []],
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

  it('changes nothing of a typed text that has expired, which the service goes on reporting', () => {
    const [expired] = shipped(report({ trackingNumbers: [] })).packages;
    const order = { ...shipped(), packages: [{ ...expired!, textsKey: 'texts#1' }] };
    expect(again(order, { trackingNumbers: ['Ask Ines'] })).toBe(order);
    const typed = {
      ...order,
      packages: [{ ...expired!, textsKey: 'texts#1', trackingNumbers: ['Ask Ines'] }],
    };
    expect(again(typed, {}).packages[0]?.trackingNumbers).toEqual(['1Z0001']);
  });

  it('collects stale numbers for DEAR, without a number that came back', () => {
    const once = again(told(shipped()), { trackingNumbers: ['B'] });
    const twice = again(once, { trackingNumbers: ['C'] });
    expect(twice.confirmation.corrections).toEqual([{ id: 'label:1', staleNumbers: ['1Z0001', 'B'] }]);
    const back = again(twice, {});
    expect(back.confirmation.corrections).toEqual([{ id: 'label:1', staleNumbers: ['B', 'C'] }]);
  });
});

describe('a list of tracking numbers', () => {
  const order = told(
    recordShipments(
      acceptedOrder(),
      [report({ contents: GOODS.slice(0, 1) }), report({ id: 'label:2', contents: GOODS.slice(1) })],
      NOW,
    ),
  );

  it('corrects the packages that it names, and changes nothing else of them', () => {
    const after = correctNumbers(order, new Map([['label:2', ['1Z2']]]), NOW);
    expect(after.packages).toEqual([order.packages[0], { ...order.packages[1], trackingNumbers: ['1Z2'] }]);
    expect(after.confirmation.corrections).toEqual([{ id: 'label:2', staleNumbers: ['1Z0001'] }]);
    expect(after.log.at(-1)).toMatchObject({
      by: 'lantern',
      what: 'Package 1Z0001: 1Z0001 is no longer its number; it is 1Z2.',
    });
  });

  it('changes nothing if it names no package, or the numbers that it has', () => {
    expect(correctNumbers(order, new Map([['label:9', ['1Z2']]]), NOW)).toBe(order);
    expect(correctNumbers(order, new Map([['label:1', ['1Z0001']]]), NOW)).toBe(order);
  });

  it('says which numbers are new if none is gone', () => {
    const after = correctNumbers(order, new Map([['label:1', ['1Z0001', '1Z7']]]), NOW);
    expect(after.log.at(-1)?.what).toBe('Package 1Z0001: its tracking number came: 1Z7.');
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
    const named = { contents: GOODS.slice(0, 1) };
    for (const later of [named, { ...named, trackingNumbers: ['1Z9'] }]) {
      const order = again(told(assumed()), later);
      expect(waitingFor(order)).toBe('confirmation-refused');
      expect(order.reason).toContain('holds other goods than DEAR shows');
    }
  });

  it('of two lines of one SKU are divided among them as in a first report', () => {
    const twice = sale({ lines: [line({ comment: 'A' }), line({ comment: 'B' })] });
    const quills = (quantity: number) => [{ ...GOODS[0]!, key: '', quantity }];
    const one = report({ contents: 'remaining' });
    const all = recordShipments(acceptedOrder(twice), [one, { ...one, contents: quills(4) }], NOW);
    expect(all.packages[0]?.contents).toMatchObject([
      { key: 'line-1', quantity: 2 },
      { key: 'line-2', quantity: 2 },
    ]);
    const first = report({ contents: quills(2) });
    const second = report({ id: 'label:2', trackingNumbers: ['1Z2'], contents: 'remaining' });
    const named = { ...second, contents: quills(2) };
    const order = recordShipments(acceptedOrder(twice), [first, second, named], NOW);
    expect(order.packages[1]?.contents).toMatchObject([{ key: 'line-2', quantity: 2 }]);
  });
});

const DAY = 86_400_000;
const goods = (key: string, quantity: number) => ({ key, sku: '', quantity, batch: '', expiry: '' });
const twoBoxes = recordShipments(
  acceptedOrder(),
  [
    reported(REFERENCE, { contents: [goods('line-1', 2)] }),
    reported(REFERENCE, {
      id: 'label:2',
      trackingNumbers: ['1Z0002'],
      contents: [goods('line-2', 3)],
    }),
  ],
  NOW,
);
const arrival = (...ids: string[]) => new Map(ids.map((id) => [id, '2026-02-05T10:00:00.000Z']));

describe('recordDeliveries', () => {
  it('makes the order Delivered when its last package with goods has arrived', () => {
    const first = recordDeliveries(twoBoxes, arrival('label:1'), NOW);
    expect(first).toMatchObject({
      status: 'Shipped',
      packages: [{ deliveredAt: '2026-02-05T10:00:00.000Z' }, { deliveredAt: '' }],
    });
    const both = recordDeliveries(first, arrival('label:1', 'label:2'), NOW);
    expect(both).toMatchObject({ status: 'Delivered', reason: 'Everything has arrived.' });
    expect(both.log.at(-1)?.what).toBe('Delivered: 1Z0002.');
  });

  it('does not wait for a package without goods', () => {
    const papers = reported(REFERENCE, { id: 'label:3', trackingNumbers: ['1Z0003'], contents: [] });
    const order = recordShipments(twoBoxes, [papers], NOW);
    expect(recordDeliveries(order, arrival('label:1', 'label:2'), NOW).status).toBe('Delivered');
  });

  it('does not make the order Delivered while goods are still to leave', () => {
    const partly = recordShipments(
      acceptedOrder(),
      [reported(REFERENCE, { contents: [goods('line-1', 2)] })],
      NOW,
    );
    expect(recordDeliveries(partly, arrival('label:1'), NOW).status).toBe('Shipped');
  });

  it('records the current time if the provider gives none', () => {
    const order = recordDeliveries(twoBoxes, new Map([['label:1', '']]), NOW);
    expect(order.packages[0]?.deliveredAt).toBe('2026-02-03T09:00:00.000Z');
  });

  it('does not change the order for repeated news or news of other packages', () => {
    const order = recordDeliveries(twoBoxes, arrival('label:1'), NOW);
    expect(recordDeliveries(order, arrival('label:1', 'label:9'), NOW)).toBe(order);
  });
});

describe('a carrier’s problem with a package', () => {
  const noted = recordCarrierProblem(twoBoxes, 'label:2', 'No such flat', NOW);

  it('is on the order with the carrier’s text, which expires, and the package stays under way', () => {
    expect(noted.log.at(-1)).toMatchObject({
      by: 'lantern',
      what: 'The carrier reports a problem with 1Z0002.',
      upstreamMessage: 'No such flat',
    });
    expect(noted.reason).toBe('The carrier reports a problem with 1Z0002. Ask the carrier.');
    expect(noted).toMatchObject({ status: 'Shipped', packages: twoBoxes.packages });
  });

  it('is noted once for each package', () => {
    expect(recordCarrierProblem(noted, 'label:2', 'Still no such flat', NOW)).toBe(noted);
    expect(isTroubleNews(noted, 'label:1')).toBe(true);
  });

  it('has no text where the carrier gives none', () => {
    const order = recordCarrierProblem(twoBoxes, 'label:1', '', NOW);
    expect(order.log.at(-1)).not.toHaveProperty('upstreamMessage');
  });

  it('names a package by its id if its number is none', () => {
    const typed = { ...twoBoxes, packages: [{ ...twoBoxes.packages[0]!, trackingNumbers: ['ask Ines'] }] };
    expect(recordCarrierProblem(typed, 'label:1', '', NOW).log.at(-1)?.what).toContain('with label:1.');
  });

  it('is no news of an unknown package, one that arrived, or one that was voided', () => {
    const arrived = recordDeliveries(twoBoxes, arrival('label:1'), NOW);
    const voided = recordWithdrawnPackage(told(twoBoxes), { id: 'label:1', cause: 'voided' }, NOW);
    for (const [order, id] of [
      [twoBoxes, 'label:9'],
      [arrived, 'label:1'],
      [voided, 'label:1'],
    ] as const) {
      expect(recordCarrierProblem(order, id, 'No such flat', NOW)).toBe(order);
    }
  });

  it('leaves a refused confirmation as the order’s reason', () => {
    const refused = {
      ...twoBoxes,
      reason: 'DEAR does not take it.',
      confirmation: { ...twoBoxes.confirmation, state: 'refused' as const },
    };
    expect(recordCarrierProblem(refused, 'label:1', '', NOW).reason).toBe('DEAR does not take it.');
  });
});

describe('completeIfSilent', () => {
  const left = Date.parse('2026-02-03T15:00:00.000Z');

  it('completes the order without news within the estimated arrival time of its last package', () => {
    expect(completeIfSilent(twoBoxes, 14, left + 14 * DAY - 1)).toBe(twoBoxes);
    const order = completeIfSilent(twoBoxes, 14, left + 14 * DAY);
    expect(order).toMatchObject({ status: 'Completed' });
    expect(order.log.at(-1)).toMatchObject({ by: 'schedule' });
    expect(recordDeliveries(order, arrival('label:1', 'label:2'), NOW).status).toBe('Delivered');
  });

  it('waits for the last of its packages, and changes no order that was delivered or is on hold', () => {
    const [first, second] = twoBoxes.packages;
    const later = { ...first!, shippedAt: '2026-02-09T15:00:00.000Z' };
    const order = { ...twoBoxes, packages: [later, second!] };
    expect(completeIfSilent(order, 14, left + 15 * DAY)).toBe(order);
    expect(completeIfSilent(order, 14, left + 20 * DAY).status).toBe('Completed');
    const held = { ...twoBoxes, status: 'On Hold' as const };
    expect(completeIfSilent(held, 14, left + 99 * DAY)).toBe(held);
  });

  it.each(['refused', 'locked'] as const)('keeps the reason of a confirmation that is %s', (state) => {
    const blocked = {
      ...twoBoxes,
      reason: 'DEAR does not take it.',
      confirmation: { ...twoBoxes.confirmation, state },
    };
    expect(completeIfSilent(blocked, 14, left + 14 * DAY).reason).toBe('DEAR does not take it.');
    expect(recordDeliveries(blocked, arrival('label:1', 'label:2'), NOW)).toMatchObject({
      status: 'Delivered',
      reason: 'DEAR does not take it.',
    });
  });

  it('allows the confirmation again after the sale has changed, also after the arrival', () => {
    const refused = { ...twoBoxes, confirmation: { ...twoBoxes.confirmation, state: 'refused' as const } };
    const delivered = recordDeliveries(refused, arrival('label:1', 'label:2'), NOW);
    const input = { sale: sale(), connections: [connection()], orders: [delivered], by: 'test', now: NOW };
    const [again] = planSale(input).changes;
    expect(again?.order).toMatchObject({ status: 'Delivered', confirmation: { state: 'none' } });
    expect(planSale({ ...input, orders: [again!.order] }).changes).toEqual([]);
  });

  it('does not complete the order before all of it has left', () => {
    const partly = recordShipments(
      acceptedOrder(),
      [reported(REFERENCE, { contents: [goods('line-1', 2)] })],
      NOW,
    );
    expect(completeIfSilent(partly, 14, left + 99 * DAY)).toBe(partly);
    expect(completeIfSilent(acceptedOrder(), 14, left + 99 * DAY).status).toBe('Shipped');
  });
});

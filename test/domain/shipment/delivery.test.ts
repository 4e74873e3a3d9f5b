import { describe, expect, it } from 'vitest';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { completeIfSilent, recordDeliveries } from '../../../lib/domain/shipment/delivery.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';
import { sale } from '../../builders/sale.ts';

const DAY = 86_400_000;
const REFERENCE = 'SO-00042-1';
const goods = (key: string, quantity: number) => ({ key, sku: '', quantity, batch: '', expiry: '' });
const twoBoxes = recordShipments(
  acceptedOrder(),
  [
    reported(REFERENCE, { contents: [goods('line-1', 2)] }),
    reported(REFERENCE, { id: 'label:2', trackingNumbers: ['1Z0002'], contents: [goods('line-2', 3)] }),
  ],
  NOW,
);
const arrival = (...ids: string[]) => new Map(ids.map((id) => [id, '2026-02-05T10:00:00.000Z']));

describe('an order is Delivered', () => {
  it('when its last package with goods has arrived', () => {
    const first = recordDeliveries(twoBoxes, arrival('label:1'), NOW);
    expect(first).toMatchObject({
      status: 'Shipped',
      packages: [{ deliveredAt: '2026-02-05T10:00:00.000Z' }, { deliveredAt: '' }],
    });
    const both = recordDeliveries(first, arrival('label:1', 'label:2'), NOW);
    expect(both).toMatchObject({ status: 'Delivered', reason: 'Everything has arrived.' });
    expect(both.log.at(-1)?.what).toBe('Delivered: 1Z0002.');
  });

  it('not while goods are still to leave', () => {
    const partly = recordShipments(
      acceptedOrder(),
      [reported(REFERENCE, { contents: [goods('line-1', 2)] })],
      NOW,
    );
    expect(recordDeliveries(partly, arrival('label:1'), NOW).status).toBe('Shipped');
  });

  it('with the moment we heard of it, where the provider does not say when', () => {
    const order = recordDeliveries(twoBoxes, new Map([['label:1', '']]), NOW);
    expect(order.packages[0]?.deliveredAt).toBe('2026-02-03T09:00:00.000Z');
  });

  it('once: the same news again, or news of others, changes nothing', () => {
    const order = recordDeliveries(twoBoxes, arrival('label:1'), NOW);
    expect(recordDeliveries(order, arrival('label:1', 'label:9'), NOW)).toBe(order);
  });
});

describe('an order is Completed', () => {
  const left = Date.parse('2026-02-03T15:00:00.000Z');

  it('when nothing was heard within the estimated arrival time of its last package', () => {
    expect(completeIfSilent(twoBoxes, 14, left + 14 * DAY - 1)).toBe(twoBoxes);
    const order = completeIfSilent(twoBoxes, 14, left + 14 * DAY);
    expect(order).toMatchObject({ status: 'Completed' });
    expect(order.log.at(-1)).toMatchObject({ by: 'schedule' });
    expect(recordDeliveries(order, arrival('label:1', 'label:2'), NOW).status).toBe('Delivered');
  });

  it('and a refused confirmation stays its reason, as a person still has to act', () => {
    const refused = {
      ...twoBoxes,
      reason: 'DEAR does not take it.',
      confirmation: { ...twoBoxes.confirmation, state: 'refused' as const },
    };
    expect(completeIfSilent(refused, 14, left + 14 * DAY).reason).toBe('DEAR does not take it.');
    expect(recordDeliveries(refused, arrival('label:1', 'label:2'), NOW)).toMatchObject({
      status: 'Delivered',
      reason: 'DEAR does not take it.',
    });
  });

  it('and DEAR is told again once somebody has touched the sale, also where the goods have arrived', () => {
    const refused = { ...twoBoxes, confirmation: { ...twoBoxes.confirmation, state: 'refused' as const } };
    const delivered = recordDeliveries(refused, arrival('label:1', 'label:2'), NOW);
    const input = { sale: sale(), connections: [connection()], orders: [delivered], by: 'test', now: NOW };
    const [again] = planSale(input).changes;
    expect(again?.order).toMatchObject({ status: 'Delivered', confirmation: { state: 'none' } });
    expect(planSale({ ...input, orders: [again!.order] }).changes).toEqual([]);
  });

  it('never before all of it has left', () => {
    const partly = recordShipments(
      acceptedOrder(),
      [reported(REFERENCE, { contents: [goods('line-1', 2)] })],
      NOW,
    );
    expect(completeIfSilent(partly, 14, left + 99 * DAY)).toBe(partly);
    expect(completeIfSilent(acceptedOrder(), 14, left + 99 * DAY).status).toBe('Shipped');
  });
});

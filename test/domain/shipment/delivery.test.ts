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

describe('completeIfSilent', () => {
  const left = Date.parse('2026-02-03T15:00:00.000Z');

  it('completes the order without news within the estimated arrival time of its last package', () => {
    expect(completeIfSilent(twoBoxes, 14, left + 14 * DAY - 1)).toBe(twoBoxes);
    const order = completeIfSilent(twoBoxes, 14, left + 14 * DAY);
    expect(order).toMatchObject({ status: 'Completed' });
    expect(order.log.at(-1)).toMatchObject({ by: 'schedule' });
    expect(recordDeliveries(order, arrival('label:1', 'label:2'), NOW).status).toBe('Delivered');
  });

  it('keeps a refused confirmation as the reason', () => {
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

import { describe, expect, it } from 'vitest';
import { isoTime } from '../../../lib/domain/clock.ts';
import {
  claimConfirmation,
  recordConfirmationRefused,
  recordConfirmed,
} from '../../../lib/domain/confirmation/confirmation.ts';
import { getMovements } from '../../../lib/domain/inventory/stock-movements.ts';
import { FigureTimes } from '../../../lib/domain/inventory/stock-sides.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { recordWithdrawnPackage } from '../../../lib/domain/shipment/withdrawals-and-returns.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';
import { LOCATION, line, sale } from '../../builders/sale.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const sent = acceptedOrder(sale({ lines: [line({ sku: 'CUP', quantity: 2 })] }));
const accepted = { ...sent, submission: { ...sent.submission, at: isoTime(NOW - HOUR) } };
const shipped = recordShipments(accepted, [reported(accepted.reference)], NOW);
const told = { packages: shipped.packages, taskId: 'task', remarks: [] };

function movements(order: FulfillmentOrder, began = NOW + HOUR, location = LOCATION, warehouses = {}) {
  return getMovements(order, connection({ warehouses }), { location, began });
}

describe('getMovements', () => {
  it('is empty before a parcel leaves', () => {
    expect(movements(accepted)).toEqual([]);
  });

  it('is in flight once a parcel has left, until it is confirmed', () => {
    expect(movements(shipped)).toEqual([
      { kind: 'in-flight', sku: 'CUP', quantity: 2, batch: '', expiry: '' },
    ]);
    const confirmed = recordConfirmed(shipped, NOW, told);
    expect(movements(confirmed)).toEqual([]);
  });

  it('is settling for 15 minutes after the confirmation', () => {
    const confirmed = recordConfirmed(shipped, NOW, told);
    expect(movements(confirmed, NOW + 14 * MINUTE)).toEqual([{ kind: 'settling', sku: 'CUP', quantity: 2 }]);
    expect(movements(confirmed, NOW + 16 * MINUTE)).toEqual([]);
  });

  it.each([
    ['left', shipped],
    ['was told to DEAR', recordConfirmed(shipped, NOW, told)],
    ['was taken back', recordWithdrawnPackage(shipped, { id: 'label:1', cause: 'voided' }, NOW)],
  ])('is unsettled if a parcel %s after reading began', (_, order) => {
    expect(movements(order, NOW - 1)).toEqual([
      { kind: 'unsettled', sku: 'CUP', why: `${order.reference} changed while the stock was read.` },
    ]);
  });

  it('is empty for another location, also while reading', () => {
    expect(movements(shipped, NOW - 1, 'Reno')).toEqual([]);
    expect(movements(accepted, NOW - 1, 'Reno')).toEqual([]);
  });

  it('is unsettled while DEAR shows a parcel whose label was voided', () => {
    const confirmed = recordConfirmed(shipped, NOW, told);
    const voided = recordWithdrawnPackage(confirmed, { id: 'label:1', cause: 'voided' }, NOW);
    expect(movements(voided)).toEqual([
      { kind: 'unsettled', sku: 'CUP', why: expect.stringContaining('settle that first') },
    ]);
  });

  it('is empty for goods of a line that the order does not have', () => {
    expect(movements({ ...shipped, lines: [] })).toEqual([]);
  });

  describe('where the provider’s figure is older than the reading', () => {
    const DAY = 24 * HOUR;
    const withFigure = (order: FulfillmentOrder, takenAt: number) => {
      const figures = new FigureTimes();
      const row = { sku: ' cup', onHand: 5, batch: '', expiry: '', takenAt: isoTime(takenAt) };
      figures.add([{ ...row, takenAt: isoTime(takenAt + HOUR) }, row]);
      const window = { location: LOCATION, began: NOW + 3 * DAY, figures };
      return getMovements(order, connection(), window).map(({ kind }) => kind);
    };
    const confirmed = recordConfirmed(shipped, NOW, told);

    it('is unsettled for what DEAR showed as shipped since the figure was taken, and empty before', () => {
      expect(withFigure(confirmed, NOW - 1)).toEqual(['unsettled']);
      expect(withFigure(confirmed, NOW)).toEqual(['unsettled']);
      expect(withFigure(confirmed, NOW + 1)).toEqual([]);
    });

    it('is unsettled for a parcel that left on the day before it, and in flight for an older one', () => {
      const left = Date.parse(shipped.packages[0]!.shippedAt);
      expect(withFigure(shipped, left + DAY)).toEqual(['unsettled']);
      expect(withFigure(shipped, left + DAY + 1)).toEqual(['in-flight']);
    });
  });

  it('is empty if the order was only sent to the provider meanwhile', () => {
    expect(movements(sent, NOW - 1)).toEqual([]);
  });

  it.each([
    ['being told', claimConfirmation(shipped, NOW), 'is being confirmed'],
    ['not taken by DEAR', recordConfirmationRefused(shipped, NOW, 'no', 'No.'), 'settle that first'],
    ['not wanted any more', { ...shipped, withdrawn: true }, 'no longer asks for it'],
  ])('is unsettled if the shipped goods are %s', (_, order, upstreamMessage) => {
    expect(movements(order)).toEqual([
      { kind: 'unsettled', sku: 'CUP', why: expect.stringContaining(upstreamMessage) },
    ]);
  });

  it('is unsettled for both products if another left in place of the ordered one', () => {
    const [parcel] = shipped.packages;
    const contents = parcel!.contents.map((packed) => ({ ...packed, leftInstead: 'MUG' }));
    const why = `MUG left in place of CUP with ${shipped.reference}, of which DEAR is not updated yet.`;
    expect(movements({ ...shipped, packages: [{ ...parcel!, contents }] })).toEqual([
      { kind: 'unsettled', sku: 'CUP', why },
      { kind: 'unsettled', sku: 'MUG', why },
    ]);
  });

  it('counts the location that the goods left from, not the order’s', () => {
    const [parcel] = shipped.packages;
    const order = { ...shipped, packages: [{ ...parcel!, warehouse: 'w-2' }] };
    const warehouses = { 'w-2': 'Reno' };
    expect(movements(order, NOW + HOUR, LOCATION, warehouses)).toEqual([]);
    expect(movements(order, NOW + HOUR, 'Reno', warehouses)).toMatchObject([{ kind: 'in-flight' }]);
    expect(movements(order, NOW - 1, LOCATION, warehouses)).toEqual([]);
  });
});

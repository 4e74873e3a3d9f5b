import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import { correctionsIn, recordCorrectionsTold } from '../../../lib/domain/confirmation/correction-in-dear.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { SaleFulfilment, ShipLine } from '../../../lib/domain/sale/sale.ts';
import type { ReportedShipment } from '../../../lib/domain/shipment/package.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';
import { fulfilment } from '../../builders/sale.ts';

const REFERENCE = 'SO-00042-1';
const goods = (key: string, quantity: number) => [{ key, sku: '', quantity, batch: '', expiry: '' }];
const first = reported(REFERENCE, { contents: goods('line-1', 2) });
const second = reported(REFERENCE, {
  id: 'label:2',
  trackingNumbers: ['1Z0002'],
  contents: goods('line-2', 3),
});
const left = recordShipments(acceptedOrder(), [first, second], NOW);
const told = recordConfirmed(left, NOW, { packages: left.packages, taskId: 't-1', remarks: [] });
const report = (order: FulfillmentOrder, ...news: ReportedShipment[]) => recordShipments(order, news, NOW);
const corrected = report(told, { ...second, trackingNumbers: ['1Z0009'] });

const shipLine = (box: string, number: string, overrides: Partial<ShipLine> = {}): ShipLine => ({
  boxes: [box],
  carrier: 'UPS',
  trackingNumbers: [number],
  shippedAt: '2026-02-03',
  isShipped: true,
  ...overrides,
});
const LINES = [shipLine('SO-00042-1 box 1', '1Z0001'), shipLine('SO-00042-1 box 2', '1Z0002')];
const inDear = (lines: readonly ShipLine[] = LINES, status = 'AUTHORISED'): SaleFulfilment =>
  fulfilment({ taskId: 't-1', ship: { status, lines } });
const correct = (order: FulfillmentOrder, ...fulfilments: SaleFulfilment[]) =>
  correctionsIn({ fulfilments }, order, { carriers: {} });

describe('a package that was corrected after DEAR showed it', () => {
  it('has its new number in the line of its box, and every other line as it was', () => {
    expect(correct(corrected, inDear())).toEqual([
      {
        taskId: 't-1',
        isDraft: false,
        lines: [
          { box: 'SO-00042-1 box 1', carrier: 'UPS', trackingNumbers: ['1Z0001'], shippedAt: '2026-02-03' },
          { box: 'SO-00042-1 box 2', carrier: 'UPS', trackingNumbers: ['1Z0009'], shippedAt: '2026-02-03' },
        ],
        missing: ['1Z0009'],
        stale: ['1Z0002'],
      },
    ]);
  });

  it('has nothing to write where DEAR shows it already, by hand or by a write whose answer was lost', () => {
    const lines = [LINES[0]!, shipLine('SO-00042-1 box 2', '1Z0009')];
    expect(correct(corrected, inDear(lines))).toMatchObject([{ lines: null, missing: [], stale: [] }]);
  });

  it('is found by its stale number where a person has named the boxes otherwise', () => {
    const lines = [shipLine('Crate A', '1Z0001'), shipLine('Crate B', '1Z0002', { carrier: 'Van' })];
    const [correction] = correct(corrected, inDear(lines));
    expect(correction?.lines).toMatchObject([
      { box: 'Crate A', carrier: 'UPS', trackingNumbers: ['1Z0001'] },
      { box: 'Crate B', carrier: 'Van', trackingNumbers: ['1Z0009'] },
    ]);
  });

  it('is corrected in the line of its box where only the line of another one shows the old number', () => {
    const lines = [shipLine('SO-00042-1 box 2', '1Z0003'), shipLine('SO-00042-1 box 1', '1Z0002')];
    expect(correct(corrected, inDear(lines))[0]?.lines).toMatchObject([
      { box: 'SO-00042-1 box 2', trackingNumbers: ['1Z0003', '1Z0009'] },
      { box: 'SO-00042-1 box 1', trackingNumbers: ['1Z0002'] },
    ]);
  });

  it('shares a line with another box, whose carrier stays', () => {
    const shared = shipLine('', '1Z0001', {
      boxes: ['SO-00042-1 box 2', 'SO-00042-1 box 1'],
      carrier: 'Van',
    });
    const moved = report(corrected, { ...second, trackingNumbers: ['1Z0009'], carrier: 'FedEx' });
    const lines = [shipLine('Crate A', '1Z0002'), shared];
    expect(correct(moved, inDear(lines))[0]?.lines).toMatchObject([
      { box: 'Crate A', trackingNumbers: ['1Z0002'] },
      { carrier: 'Van', trackingNumbers: ['1Z0001', '1Z0009'] },
    ]);
  });

  it('is found in the last fulfilment by its stale number while it waits to be confirmed there again', () => {
    const packages = corrected.packages.map(({ shownIn: _, ...box }) => box);
    const lines = [shipLine('Crate A', '1Z0001'), shipLine('Crate B', '1Z0002')];
    expect(correct({ ...corrected, packages }, inDear(lines))[0]?.lines).toMatchObject([
      { box: 'Crate A', trackingNumbers: ['1Z0001'] },
      { box: 'Crate B', trackingNumbers: ['1Z0009'] },
    ]);
  });

  it('is found by one stale number of several on a line', () => {
    const lines = [
      shipLine('Crate A', '1Z0001'),
      shipLine('Crate B', '', { trackingNumbers: ['1Z7', '1Z0002'] }),
    ];
    expect(correct(corrected, inDear(lines))[0]?.lines).toMatchObject([
      { box: 'Crate A', trackingNumbers: ['1Z0001'] },
      { box: 'Crate B', trackingNumbers: ['1Z7', '1Z0009'] },
    ]);
  });

  it('keeps the numbers, carrier and day of the other boxes on its line', () => {
    const line = shipLine('SO-00042-1 box 1', '1Z0001', {
      boxes: ['SO-00042-1 box 1', 'SO-00042-1 box 2'],
      trackingNumbers: ['1Z0001', '1Z0002'],
      carrier: 'Van',
    });
    const moved = report(corrected, { ...second, trackingNumbers: ['1Z0009'], carrier: 'FedEx' });
    expect(correct(moved, inDear([line]))[0]?.lines).toEqual([
      {
        box: 'SO-00042-1 box 1,SO-00042-1 box 2',
        carrier: 'Van',
        trackingNumbers: ['1Z0001', '1Z0009'],
        shippedAt: '2026-02-03',
      },
    ]);
  });

  it('writes its new carrier and day, the carrier as the merchant names it', () => {
    const moved = report(told, { ...second, carrier: 'FedEx', shippedAt: '2026-02-05T23:00:00.000Z' });
    const [correction] = correctionsIn({ fulfilments: [inDear()] }, moved, {
      carriers: { FedEx: 'FedEx (own account)' },
    });
    expect(correction?.lines?.[1]).toMatchObject({
      carrier: 'FedEx (own account)',
      shippedAt: '2026-02-05',
      trackingNumbers: ['1Z0002'],
    });
  });

  it('gets a date on each line of the shipment, because DEAR requires one', () => {
    const lines = LINES.map((line) => ({ ...line, shippedAt: '' }));
    const [correction] = correct(corrected, inDear(lines));
    expect(correction?.lines?.map(({ shippedAt }) => shippedAt.slice(0, 10))).toEqual([
      '2026-02-03',
      '2026-02-03',
    ]);
  });

  it('of a shipment that is a draft is drafted again', () => {
    expect(correct(corrected, inDear(LINES, 'DRAFT'))).toMatchObject([{ isDraft: true }]);
  });

  it.each([
    ['that a person has undone', inDear([])],
    ['that was voided', inDear(LINES, 'VOIDED')],
    ['of another fulfilment', { ...inDear(), taskId: 't-2' }],
  ])('has nothing to correct in a shipment %s', (_, shown) => {
    expect(correct(corrected, shown)).toEqual([]);
  });
});

describe('a correction that DEAR shows', () => {
  it('is settled, and the order is confirmed again', () => {
    const order = recordCorrectionsTold(corrected, corrected, NOW);
    expect(order.confirmation).toMatchObject({ state: 'confirmed', corrections: [] });
    expect(order.reason).toBe('Shipped, and confirmed to DEAR.');
    expect(order.log.at(-1)).toMatchObject({ by: 'DEAR', what: 'DEAR shows the correction: 1Z0009.' });
  });

  it('leaves a correction open that came after DEAR was read', () => {
    const later = report(corrected, { ...first, trackingNumbers: ['1Z0005'] });
    const again = report(corrected, { ...second, trackingNumbers: ['1Z0010'] });
    expect(recordCorrectionsTold(later, corrected, NOW).confirmation.corrections).toEqual([
      { id: 'label:1', staleNumbers: ['1Z0001'] },
    ]);
    expect(recordCorrectionsTold(again, corrected, NOW).confirmation.corrections).toHaveLength(1);
  });

  it('is settled with all others that were told with it', () => {
    const both = report(corrected, { ...first, trackingNumbers: ['1Z0005'] });
    const order = recordCorrectionsTold(both, both, NOW);
    expect(order.confirmation).toMatchObject({ state: 'confirmed', corrections: [] });
    expect(order.log.at(-1)?.what).toBe('DEAR shows the correction: 1Z0005, 1Z0009.');
  });

  it('does not confirm an order of which goods are still to come', () => {
    const part = recordShipments(acceptedOrder(), [second], NOW);
    const toldPart = recordConfirmed(part, NOW, { packages: part.packages, taskId: 't-1', remarks: [] });
    const news = report(toldPart, { ...second, trackingNumbers: ['1Z0009'] });
    expect(recordCorrectionsTold(news, news, NOW).confirmation.state).toBe('none');
  });

  it('does not confirm an order of which more is to be written', () => {
    const third = reported(REFERENCE, { id: 'label:3', contents: [] });
    const order = recordCorrectionsTold(report(corrected, third), corrected, NOW);
    expect(order.confirmation.state).toBe('none');
    expect(order.reason).not.toBe('Shipped, and confirmed to DEAR.');
  });
});

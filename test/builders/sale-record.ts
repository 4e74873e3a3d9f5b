import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import { sale } from './sale.ts';

/** Of the built sale: read once, at nine, and authorised then. */
export function saleRecord(overrides: Partial<SaleRecord> = {}): SaleRecord {
  const { id, orderNumber } = sale();
  return {
    saleId: id,
    saleOrderNumber: orderNumber,
    outcome: 'ordered',
    reason: 'lantern ships it from Lantern Depot.',
    references: [`${orderNumber}-1`],
    by: 'DEAR Sale/OrderAuthorised',
    at: '2026-02-03T09:00:00.000Z',
    readAt: '2026-02-03T09:00:00.000Z',
    isAuthorised: true,
    isComplete: false,
    goodsAwaitedSince: '',
    ...overrides,
  };
}

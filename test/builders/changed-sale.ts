import type { ChangedSale } from '../../lib/domain/sale/reasons-to-read.ts';
import { sale } from './sale.ts';

export const PLACE = { trigger: 'OrderAuthorised', locationId: 'lantern-id' } as const;

/** The built sale in DEAR's list, changed at nine. */
export function changedSale(overrides: Partial<ChangedSale> = {}): ChangedSale {
  const { id, orderNumber, orderStatus, status } = sale();
  return {
    saleId: id,
    orderNumber,
    updatedAt: '2026-02-03T09:00:00.000Z',
    orderStatus,
    status,
    pickingStatus: 'NOT PICKED',
    packingStatus: 'NOT PACKED',
    shippingStatus: 'NOT SHIPPED',
    locationId: PLACE.locationId,
    ...overrides,
  };
}

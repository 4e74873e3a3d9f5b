import type { DriftLine } from '../../lib/domain/inventory/stock-drift.ts';
import type { DearLot, SkuStock, StockedProduct, StockLot } from '../../lib/domain/inventory/stock-lots.ts';

export function lot(quantity: number, batch = '', expiry = ''): StockLot {
  return { quantity, batch, expiry };
}

export function dearLot(quantity: number, batch = '', expiry = ''): DearLot {
  return { ...lot(quantity, batch, expiry), productId: 'p-1' };
}

/** Of one SKU, of which both sides have ten. */
export function stock(overrides: Partial<SkuStock> = {}): SkuStock {
  return {
    provider: [lot(10)],
    dear: [dearLot(10)],
    inFlight: [],
    settling: 0,
    unsettled: null,
    ...overrides,
  };
}

export function driftLine(overrides: Partial<DriftLine> = {}): DriftLine {
  return {
    sku: 'CUP',
    batch: '',
    expiry: '',
    provider: 8,
    dear: 10,
    inFlight: 0,
    difference: -2,
    action: 'adjust',
    whyNot: '',
    productId: 'p-1',
    name: 'Cup',
    unitCost: 0,
    ...overrides,
  };
}

export function product(overrides: Partial<StockedProduct> = {}): StockedProduct {
  return {
    productId: 'p-1',
    sku: 'CUP',
    name: 'Cup',
    unit: 'Item',
    type: 'stock',
    costingMethod: 'FIFO',
    averageCost: 4,
    priceTiers: {},
    ...overrides,
  };
}

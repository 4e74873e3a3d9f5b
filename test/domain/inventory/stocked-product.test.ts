import { describe, expect, it } from 'vitest';
import { needsProduct, withProduct } from '../../../lib/domain/inventory/stocked-product.ts';
import { driftLine, product } from '../../builders/stock.ts';

const added = driftLine({ dear: null, difference: 8, action: 'add', productId: '', name: '' });
const policy = { unitCostTier: '' };

describe('withProduct', () => {
  it('is needed for new stock, and for each line of an adjustment', () => {
    expect(needsProduct(added, { mode: 'stocktake' })).toBe(true);
    expect(needsProduct(driftLine(), { mode: 'stocktake' })).toBe(false);
    expect(needsProduct(driftLine(), { mode: 'adjust' })).toBe(true);
    expect(needsProduct(driftLine({ action: 'none' }), { mode: 'adjust' })).toBe(false);
  });

  it('adds the product’s id and average cost to the line', () => {
    expect(withProduct(added, product(), policy)).toMatchObject({
      action: 'add',
      productId: 'p-1',
      unitCost: 4,
    });
  });

  it('adds the price of the named tier if there is no average cost', () => {
    const found = product({ averageCost: 0, priceTiers: { Wholesale: 6.2 } });
    expect(withProduct(added, found, { unitCostTier: 'Wholesale' })).toMatchObject({
      action: 'add',
      unitCost: 6.2,
    });
  });

  it.each([
    ['a SKU that DEAR does not know', undefined, '', 'Create it in DEAR'],
    [
      'a product that DEAR costs by batch, without one',
      product({ costingMethod: 'FEFO - Batch' }),
      '',
      'no batch',
    ],
    ['a product without a cost', product({ averageCost: 0 }), '', 'no price tier is named'],
    [
      'a product without a price in the tier',
      product({ averageCost: 0 }),
      'Wholesale',
      'in the tier Wholesale',
    ],
  ])('reports %s', (_, found, unitCostTier, upstreamMessage) => {
    expect(withProduct(added, found, { unitCostTier })).toMatchObject({
      action: 'report',
      whyNot: expect.stringContaining(upstreamMessage),
    });
  });

  it('omits services', () => {
    expect(withProduct(added, product({ type: 'service' }), policy)).toBeNull();
  });
});

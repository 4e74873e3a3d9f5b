import { describe, expect, it, type TestContext } from 'vitest';
import { NotInPlan, UpstreamError } from '../../lib/domain/errors.ts';
import type { StockReport } from '../../lib/domain/inventory/stock-sides.ts';
import {
  type ListsCatalogue,
  listsCatalogue,
  type ReportsStock,
  reportsStock,
} from '../../lib/providers/provider.ts';
import type { Capability } from '../../lib/providers/provider-definition.ts';
import {
  having,
  PAGE_SIZE,
  SEVERAL_PAGES,
  type ServiceUnderTest,
  submit,
  withCapability,
} from './service-under-test.ts';

/** Stock and catalogue, where they are declared. */
export function describeStock(service: () => ServiceUnderTest, capabilities: readonly Capability[]): void {
  if (capabilities.includes('stock'))
    describe('stock', () => {
      const reporting = (test: TestContext) => ({
        provider: withCapability(service().provider, reportsStock),
        putStock: having(service(), test, 'putStock').putStock,
      });

      it('reports the stock of each SKU, and 0 or nothing where it has run out', async (test) => {
        const { provider, putStock } = reporting(test);
        await putStock('CUP', 7);
        await putStock('BOWL', 3);
        await putStock('BOWL', 0);
        expect(await getOnHand(provider)).toEqual({ CUP: 7, BOWL: 0 });
        const [report] = await getStock(provider);
        const { takenAt: _, ...figure } = report!;
        expect(figure).toEqual({ sku: 'CUP', onHand: 7, batch: '', expiry: '' });
      });

      it('adds up all locations of its warehouse, and no other warehouse', async (test) => {
        const { provider, putStock } = reporting(test);
        await putStock('CUP', 7);
        await putStock('CUP', 5, 'second');
        await putStock('CUP', 100, 'elsewhere');
        await putStock('BOWL', 9, 'elsewhere');
        expect(await getOnHand(provider)).toEqual({ CUP: 12 });
      });

      it('reads every page', async (test) => {
        const { provider, putStock } = reporting(test);
        const put = await fill(putStock);
        expect(await getStock(provider)).toHaveLength(SEVERAL_PAGES);
        expect(await getOnHand(provider)).toEqual(put);
      });

      it('is empty without an error where there is no stock', async (test) => {
        expect(await getStock(reporting(test).provider)).toEqual([]);
      });

      it('throws where a page of the stock fails', async (test) => {
        const { failNextRead } = having(service(), test, 'failNextRead');
        const { provider, putStock } = reporting(test);
        await fill(putStock);
        const pages = provider.stock()[Symbol.asyncIterator]();
        expect((await pages.next()).value).toHaveLength(PAGE_SIZE);
        await failNextRead();
        await expect(pages.next()).rejects.toBeInstanceOf(UpstreamError);
        expect(await getStock(provider)).toHaveLength(SEVERAL_PAGES);
      });

      it('counts ordered goods until they leave, and again once their parcel is voided', async (test) => {
        const { provider, putStock } = reporting(test);
        await putStock('SHADE-LINEN', 10);
        const id = await submit(service(), 'SO-20417-1');
        expect(await getOnHand(provider)).toEqual({ 'SHADE-LINEN': 10 });
        const tracking = await service().ship(id);
        expect(await getOnHand(provider)).toEqual({ 'SHADE-LINEN': 8 });
        await having(service(), test, 'voidParcel').voidParcel(tracking);
        expect(await getOnHand(provider)).toEqual({ 'SHADE-LINEN': 10 });
      });

      it('distinguishes a plan without stock from refused credentials, and names what to do', async (test) => {
        const { provider, putStock } = reporting(test);
        await putStock('CUP', 7);
        await having(service(), test, 'closeStock').closeStock();
        const failure: unknown = await getStock(provider).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(NotInPlan);
        expect((failure as NotInPlan).details.upstreamMessage).toMatch(/add/i);
      });
    });

  if (capabilities.includes('catalogue'))
    describe('catalogue', () => {
      const listing = (test: TestContext) => ({
        provider: withCapability(service().provider, listsCatalogue),
        putProduct: having(service(), test, 'putProduct').putProduct,
      });

      it('lists every product of every page, also without stock', async (test) => {
        const { provider, putProduct } = listing(test);
        const put = await fill(putProduct);
        expect(await getSkus(provider)).toEqual(new Set(Object.keys(put)));
      });

      it('is empty without an error where there is no product', async (test) => {
        expect(await getSkus(listing(test).provider)).toEqual(new Set());
      });

      it('throws where a page of the catalogue fails', async (test) => {
        const { failNextRead } = having(service(), test, 'failNextRead');
        const { provider, putProduct } = listing(test);
        await fill(putProduct);
        const pages = provider.catalogue()[Symbol.asyncIterator]();
        await pages.next();
        await failNextRead();
        await expect(pages.next()).rejects.toBeInstanceOf(UpstreamError);
      });
    });
}

/** Stocks several pages of SKUs, the first of which has run out. @returns the quantities */
async function fill(put: (sku: string, quantity: number) => Promise<void>): Promise<Record<string, number>> {
  const quantities = Object.fromEntries(
    Array.from({ length: SEVERAL_PAGES }, (_, index) => [`SKU-${index}`, 3 * index]),
  );
  for (const [sku, quantity] of Object.entries(quantities)) await put(sku, quantity);
  return quantities;
}

export async function getStock(provider: ReportsStock): Promise<StockReport[]> {
  const reports: StockReport[] = [];
  for await (const page of provider.stock()) reports.push(...page);
  return reports;
}

/** By SKU, added up. */
async function getOnHand(provider: ReportsStock): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { sku, onHand } of await getStock(provider))
    sums[sku] = (sums[sku] ?? 0) + (onHand ?? Number.NaN);
  return sums;
}

export async function getSkus(provider: ListsCatalogue): Promise<Set<string>> {
  const skus = new Set<string>();
  for await (const page of provider.catalogue()) for (const { sku } of page) skus.add(sku);
  return skus;
}

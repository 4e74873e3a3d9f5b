import * as z from 'zod';
import type { StockedProduct } from '../domain/stocked-product.ts';
import type { DearCall } from './call.ts';
import { pageOf, readList } from './list.ts';
import type { Caller } from './transport.ts';
import { amount, folded, guid, text, toDearMoment } from './wire-values.ts';

export interface Product extends StockedProduct {
  readonly deprecated: boolean;
}

const TIERS = Array.from({ length: 10 }, (_, index) => `PriceTier${index + 1}`);

const row = z
  .looseObject({
    ID: guid,
    SKU: text,
    Name: text,
    UOM: text,
    Type: folded,
    CostingMethod: text,
    AverageCost: amount,
    /** Missing in an account that gave two of its tiers one name (per DEAR's blueprint). */
    PriceTiers: z.union([z.record(z.string(), z.number().nullish()), z.tuple([])]).nullish(),
    Status: folded,
  })
  .transform(
    (raw): Product => ({
      productId: raw.ID,
      sku: raw.SKU,
      name: raw.Name,
      unit: raw.UOM,
      type: raw.Type === 'STOCK' ? 'stock' : 'service',
      costingMethod: raw.CostingMethod,
      averageCost: raw.AverageCost,
      priceTiers: tiersOf([
        ...TIERS.map((tier) => [tier, raw[tier]] as const),
        ...Object.entries(raw.PriceTiers ?? {}),
      ]),
      deprecated: raw.Status === 'DEPRECATED',
    }),
  );
const page = pageOf(['Products'], row);

export interface ProductsWanted {
  /** Only those changed since, ISO UTC. */
  readonly modifiedSince?: string;
  readonly includeDeprecated?: boolean;
}

/**
 * Pages of the account's products: all of them cost ceil(products / 1000) calls.
 * @throws {Unavailable} the list shrank, or DEAR could not be reached
 * @throws {Throttled | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export function products(
  client: Caller,
  wanted: ProductsWanted = {},
): AsyncGenerator<readonly Product[], void, undefined> {
  const call: DearCall = {
    operation: 'list products',
    method: 'GET',
    path: 'product',
    query: {
      ...(wanted.modifiedSince !== undefined && { ModifiedSince: toDearMoment(wanted.modifiedSince) }),
      ...(wanted.includeDeprecated && { IncludeDeprecated: 'true' }),
    },
    reference: 'product',
  };
  return readList(client, call, page);
}

/**
 * The product whose SKU equals `sku` exactly, deprecated ones left out, at one call for a thousand that DEAR takes for alike.
 * @throws {Throttled | Unavailable | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export async function productBySku(client: Caller, sku: string): Promise<Product | undefined> {
  const call: DearCall = {
    operation: 'find product by SKU',
    method: 'GET',
    path: 'product',
    query: { Sku: sku },
    reference: sku,
  };
  for await (const rows of readList(client, call, page)) {
    // DEAR compares only the beginning, or any part.
    const exact = rows.find((product) => product.sku === sku);
    if (exact !== undefined) return exact;
  }
  return undefined;
}

function tiersOf(entries: ReadonlyArray<readonly [string, unknown]>): Record<string, number> {
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

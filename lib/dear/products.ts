import * as z from 'zod';
import { sumAll } from '../domain/decimal.ts';
import type { StockedProduct } from '../domain/inventory/stock-lots.ts';
import type { KitPart, ProductKind } from '../domain/sale/catalogue.ts';
import { type OnUnreadable, PAGE_LIMIT, readList, takeReadable, toPage, toWholeRowPage } from './list.ts';
import type { Caller, DearCall } from './transport.ts';
import { amount, guid, quantity, text, toContentsKey, toDearMoment, upperCased } from './wire-values.ts';

interface Product extends StockedProduct {
  readonly deprecated: boolean;
  /** `Stock` and `Service` are documented. Other types have been seen live; all of them are goods. */
  readonly kind: ProductKind;
}

const TIERS = Array.from({ length: 10 }, (_, index) => `PriceTier${index + 1}`);

const row = z
  .looseObject({
    ID: guid,
    SKU: text,
    Name: text,
    UOM: text,
    Type: upperCased,
    CostingMethod: text,
    AverageCost: amount,
    /** Missing in an account where two tiers have the same name (per DEAR's blueprint). */
    PriceTiers: z.union([z.record(z.string(), quantity.nullish()), z.tuple([])]).nullish(),
    Status: upperCased,
  })
  .transform(
    (raw): Product => ({
      productId: raw.ID,
      sku: raw.SKU,
      name: raw.Name,
      unit: raw.UOM,
      type: raw.Type === 'STOCK' ? 'stock' : 'service',
      kind: getKind(raw.Type),
      costingMethod: raw.CostingMethod,
      averageCost: raw.AverageCost,
      priceTiers: getTiers([
        ...TIERS.map((tier) => [tier, raw[tier]] as const),
        ...Object.entries(raw.PriceTiers ?? {}),
      ]),
      deprecated: raw.Status === 'DEPRECATED',
    }),
  );
const page = toWholeRowPage(['Products'], row);
/** Only what tells services from goods, so that an odd value elsewhere does not matter. */
const kindRow = z
  .looseObject({ ID: guid, Type: upperCased })
  .transform((raw) => ({ productId: raw.ID, kind: getKind(raw.Type) }));
const kindPage = toWholeRowPage(['Products'], kindRow);

interface ProductsWanted {
  /** Only products changed since this time, ISO UTC. */
  readonly modifiedSince?: string;
  readonly includeDeprecated?: boolean;
}

/**
 * Pages of the account's products: all of them cost ceil(products / 1000) calls.
 * @param onUnreadable called for each row that is left out
 * @throws {Unavailable} the list shrank, or DEAR could not be reached
 * @throws {Throttled | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export async function* products(
  client: Caller,
  wanted: ProductsWanted = {},
  onUnreadable: OnUnreadable = () => {},
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
  for await (const rows of readList(client, call, page)) yield takeReadable(rows, onUnreadable);
}

/**
 * The product whose SKU equals `sku` exactly, deprecated ones left out. One call for a thousand similar SKUs.
 * @param onUnreadable called for each row that is left out: it may be the one that was looked for
 * @throws {Throttled | Unavailable | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export async function productBySku(
  client: Caller,
  sku: string,
  onUnreadable: OnUnreadable = () => {},
): Promise<Product | undefined> {
  const call: DearCall = {
    operation: 'find product by SKU',
    method: 'GET',
    path: 'product',
    query: { Sku: sku },
    reference: sku,
  };
  for await (const rows of readList(client, call, page)) {
    // DEAR matches the beginning of a SKU, or any part of it.
    const exact = takeReadable(rows, onUnreadable).find((product) => product.sku === sku);
    if (exact !== undefined) return exact;
  }
  return undefined;
}

/**
 * Whether the product is a service, at one call; undefined where DEAR has no product of that id. A product's type cannot
 * change (per the blueprint).
 * @throws {Throttled | Unavailable | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export async function kindOfProduct(client: Caller, productId: string): Promise<ProductKind | undefined> {
  const call: DearCall = {
    operation: 'read product',
    method: 'GET',
    path: 'product',
    query: { ID: productId, IncludeDeprecated: 'true' },
    reference: productId,
  };
  for await (const rows of readList(client, call, toPage(['Products'], kindRow))) {
    const found = rows.find((product) => product.productId === productId);
    if (found !== undefined) return found.kind;
  }
  return undefined;
}

const withParts = toPage(
  ['Products'],
  z.looseObject({
    ID: guid,
    QuantityToProduce: amount,
    BillOfMaterialsProducts: toContentsKey(z.looseObject({ ComponentProductID: guid, Quantity: amount })),
  }),
);

/**
 * The bill of materials of a batch of the product, each part once, without wastage; empty where it has none. One call.
 * @throws {Throttled | Unavailable | OperatorActionNeeded | Rejected | UnexpectedAnswer}
 */
export async function partsOfKit(client: Caller, productId: string): Promise<KitPart[]> {
  const call: DearCall = {
    operation: 'read bill of materials',
    method: 'GET',
    path: 'product',
    query: { ID: productId, IncludeBOM: 'true', IncludeDeprecated: 'true', Page: '1', Limit: '1' },
    reference: productId,
  };
  const { rows } = await client.transport.send(call, withParts);
  const [kit] = rows.filter(({ ID }) => ID === productId);
  const made = kit?.QuantityToProduce ?? 0;
  const components = (kit?.BillOfMaterialsProducts ?? []).filter(({ Quantity }) => Quantity > 0);
  return [...Map.groupBy(components, (row) => row.ComponentProductID)].map(([productId, ofProduct]) => ({
    productId,
    quantity: sumAll(ofProduct.map(({ Quantity }) => Quantity)),
    quantityToProduce: made > 0 ? made : 1,
  }));
}

/**
 * One page of the account's products, deprecated ones too, for a reader that continues later. A list that changes meanwhile
 * may give a product twice or not at all.
 * @param number from 1
 */
export async function kindsOnPage(client: Caller, number: number): Promise<KindsOnPage> {
  const call: DearCall = {
    operation: 'list products',
    method: 'GET',
    path: 'product',
    query: { Page: String(number), Limit: String(PAGE_LIMIT), IncludeDeprecated: 'true' },
    reference: 'product',
  };
  const { rows } = await client.transport.send(call, kindPage);
  const kinds = new Map(takeReadable(rows, () => {}).map(({ productId, kind }) => [productId, kind]));
  return { kinds, isLast: rows.length < PAGE_LIMIT };
}

interface KindsOnPage {
  /** By product id. */
  readonly kinds: ReadonlyMap<string, ProductKind>;
  readonly isLast: boolean;
}

function getKind(type: string): ProductKind {
  return type === 'SERVICE' ? 'service' : 'goods';
}

function getTiers(entries: ReadonlyArray<readonly [string, unknown]>): Record<string, number> {
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

import type { KitPart, ProductKind } from '../sale/catalogue.ts';

/** The SKUs that each connection's provider knows. */
export interface CatalogueStore {
  /** @param skus none where the provider has no list, which counts as read @param at ISO UTC */
  replace(connection: string, skus: ReadonlySet<string>, at: string): Promise<void>;
  /** Those of the SKUs that the provider does not know; none where its catalogue was never read. */
  unknown(connection: string, skus: Iterable<string>): Promise<ReadonlySet<string>>;
  /** Whether it was ever read. */
  isRead(connection: string): Promise<boolean>;
}

/** Which of DEAR's products are services, by product id. */
export interface ProductKindStore {
  /** Of those products that are known. */
  read(ids: Iterable<string>): Promise<Map<string, ProductKind>>;
  save(kinds: ReadonlyMap<string, ProductKind>): Promise<void>;
}

/** DEAR's reference data: locations, products and bills of materials. */
export interface ReferenceInDear {
  /** Every warehouse and, with a `parentId`, every bin. */
  listLocations(): Promise<ReadonlyArray<{ id: string; name: string; parentId: string | null }>>;
  /** undefined where DEAR has no such product. */
  kindOfProduct(productId: string): Promise<ProductKind | undefined>;
  /** For one of it; none where it is no kit. */
  partsOfKit(productId: string): Promise<readonly KitPart[]>;
  /** A thousand products of DEAR's list, by id. @param page from 1 */
  kindsOnPage(page: number): Promise<{ kinds: ReadonlyMap<string, ProductKind>; isLast: boolean }>;
}

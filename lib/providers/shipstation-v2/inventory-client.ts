import type { Attempt } from '../../upstream/attempt.ts';
import { failureOfAnswer, failureOfInventory, isTheirRefusal } from './failures.ts';
import type { LinkedPage } from './linked-pages.ts';
import { parseAnswer } from './parse-answer.ts';
import { type InventoryLevel, inventoryPage, type ProductRow, productsPage } from './schemas.ts';
import type { Transport } from './transport.ts';

/** ShipStation's endpoints of stock and products that we use. All methods throw the classes of `domain/errors.ts`. */
export interface InventoryClient {
  /** `GET /v2/inventory`, with the first page's query or that of a page's `next`. */
  levels(query: string): Promise<LinkedPage<InventoryLevel>>;
  /** `GET /v2/products`, likewise; null where the account has no such list. */
  products(query: string): Promise<LinkedPage<ProductRow> | null>;
  /** `GET /v2/inventory_warehouses/{id}`: whether there is one. Not the same ids as those of `GET /v2/warehouses`. */
  hasWarehouse(id: string): Promise<boolean>;
}

/** No key is refused by them: what they refuse is the endpoint. */
const NO_SUCH_LIST = new Set([403, 404, 405]);

/** @param system whom errors name: the connection's id */
export function inventoryClient(transport: Transport, system: string): InventoryClient {
  return {
    async levels(query) {
      const attempt: Attempt = { system, operation: 'list inventory', writes: false };
      const answer = await transport.send({ method: 'GET', path: `/v2/inventory?${query}` }, attempt);
      if (answer.status !== 200) throw failureOfInventory(attempt, answer);
      const page = parseAnswer(answer, inventoryPage, attempt);
      return { total: page.total, rows: page.inventory, next: nextQuery(query, page) };
    },
    async products(query) {
      const attempt: Attempt = { system, operation: 'list products', writes: false };
      const answer = await transport.send({ method: 'GET', path: `/v2/products?${query}` }, attempt);
      if (NO_SUCH_LIST.has(answer.status) && isTheirRefusal(answer)) return null;
      if (answer.status !== 200) throw failureOfAnswer(attempt, answer);
      const page = parseAnswer(answer, productsPage, attempt);
      return { total: page.total, rows: page.products, next: nextQuery(query, page) };
    },
    async hasWarehouse(id) {
      const operation = 'read inventory warehouse';
      const attempt: Attempt = { system, operation, reference: id, writes: false };
      const path = `/v2/inventory_warehouses/${encodeURIComponent(id)}`;
      const answer = await transport.send({ method: 'GET', path }, attempt);
      if (answer.status === 200) return true;
      // An id of another form than theirs may be 400 rather than 404: that is not documented, and no more there.
      if (answer.status === 404 || answer.status === 400) return false;
      throw failureOfInventory(attempt, answer);
    },
  };
}

interface PageLinks {
  readonly page?: number | null | undefined;
  readonly pages?: number | null | undefined;
  readonly links?: { readonly next?: { readonly href: string } | null | undefined } | null | undefined;
}

/**
 * The next page's query; '' on the last. Of a link only its query is followed: the API key goes to our own address, whatever
 * host the link names. A numbered link keeps our page size, without which it would count pages of another length.
 */
function nextQuery(asked: string, { page, pages, links }: PageLinks): string {
  const query = new URLSearchParams(asked);
  const link = links?.next?.href.split('?')[1] ?? '';
  const linked = new URLSearchParams(link).get('page');
  if (link !== '' && linked === null) return link;
  const hasMore = links?.next != null ? link !== '' : (page ?? 1) < (pages ?? 1);
  if (!hasMore) return '';
  query.set('page', linked ?? String((page ?? 1) + 1));
  return query.toString();
}

import { type Attempt, failureOfInventory } from './failures.ts';
import type { LinkedPage } from './linked-pages.ts';
import { parseAnswer } from './parse-answer.ts';
import { type InventoryLevel, inventoryPage } from './schemas.ts';
import type { Transport } from './transport.ts';

/** ShipStation's endpoints of stock that we use. All methods throw the classes of `domain/errors.ts`. */
export interface InventoryClient {
  /** `GET /v2/inventory`, with the first page's query or that of a page's `next`. */
  levels(query: string): Promise<LinkedPage<InventoryLevel>>;
  /** `GET /v2/inventory_warehouses/{id}`: whether there is one. Not the same ids as those of `GET /v2/warehouses`. */
  hasWarehouse(id: string): Promise<boolean>;
}

/** @param system whom errors name: the connection's id */
export function inventoryClient(transport: Transport, system: string): InventoryClient {
  return {
    async levels(query) {
      const attempt: Attempt = { system, operation: 'list inventory', writes: false };
      const answer = await transport.send({ method: 'GET', path: `/v2/inventory?${query}` }, attempt);
      if (answer.status !== 200) throw failureOfInventory(attempt, answer);
      const { total, inventory, links } = parseAnswer(answer, inventoryPage, attempt);
      return { total, rows: inventory, next: queryOf(links.next?.href ?? '') };
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

/** Of a link only its query is followed: the API key goes to our own address, whatever host the link names. */
function queryOf(href: string): string {
  return href.split('?')[1] ?? '';
}

import { requestJson } from 'dear-sandbox/kit';
import * as z from 'zod';
import { fromDearSale } from '../../lib/dear/mapper.ts';
import { saleSchema } from '../../lib/dear/schemas.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';

const created = z.object({ ID: z.string(), SaleOrderNumber: z.string() });
const calls = z.array(z.object({ saleOrderNumber: z.string(), at: z.string() }));
const deliveries = z.array(z.object({ state: z.string() }));

interface NewSale {
  readonly location: string;
  readonly lines: ReadonlyArray<{ readonly sku: string; readonly quantity: number; readonly price?: number }>;
  /** Further fields of the screen. */
  readonly [field: string]: unknown;
}

/** A person's work in DEAR, through the sandbox's control API. It uses no call of DEAR's API. */
export class DearScreens {
  readonly #screens: string;

  /** @param origin of the sandbox, without a path */
  constructor(origin: string) {
    this.#screens = `${origin}/sandbox`;
  }

  /** @returns its id and sale order number */
  async authoriseSale(sale: NewSale): Promise<{ id: string; number: string }> {
    const body = { ...sale, authorise: true };
    const url = `${this.#screens}/sales`;
    const { ID, SaleOrderNumber } = await requestJson(url, created, { method: 'POST', body });
    return { id: ID.toLowerCase(), number: SaleOrderNumber };
  }

  /** A button on the sale's screen. */
  async click(
    number: string,
    button:
      | 'authorise'
      | 'void'
      | 'undo'
      | 'fulfilment'
      | 'invoice'
      | 'payment'
      | 'pick'
      | 'pack'
      | 'ship'
      | 'tracking',
    body: object = {},
  ): Promise<void> {
    await requestJson(`${this.#screens}/sales/${number}/${button}`, z.unknown(), { method: 'POST', body });
  }

  /** Edits a sale's fields or lines; DEAR allows lines only while the order is a draft. */
  async edit(number: string, changes: object): Promise<void> {
    await requestJson(`${this.#screens}/sales/${number}`, z.unknown(), { method: 'PATCH', body: changes });
  }

  /** @param fields others than the defaults: `{ costingMethod: 'FEFO - Batch' }` */
  async addProduct(sku: string, fields: object = {}): Promise<void> {
    const body = { sku, ...fields };
    await requestJson(`${this.#screens}/products`, z.unknown(), { method: 'POST', body });
  }

  /** Sets the stock on hand. Backordered sales get it at once. */
  async setStock(sku: string, location: string, onHand: number, batch: object = {}): Promise<void> {
    const body = { sku, location, onHand, ...batch };
    await requestJson(`${this.#screens}/stock`, z.unknown(), { method: 'PATCH', body });
  }

  async sale(number: string): Promise<Sale> {
    return fromDearSale(await requestJson(`${this.#screens}/sales/${number}`, saleSchema));
  }

  /** The sale order number of each call of DEAR's API since a time (ISO UTC), or ''. */
  async callsSince(moment: string): Promise<string[]> {
    const all = await requestJson(`${this.#screens}/calls`, calls);
    return all.filter(({ at }) => at >= moment).map(({ saleOrderNumber }) => saleOrderNumber);
  }

  async undeliveredWebhooks(): Promise<number> {
    const all = await requestJson(`${this.#screens}/webhook-deliveries`, deliveries);
    return all.filter(({ state }) => state === 'pending').length;
  }
}

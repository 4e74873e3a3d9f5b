import { requestJson } from 'dear-sandbox/kit';
import * as z from 'zod';

const line = z.object({ SKU: z.string(), Quantity: z.number() });
const stage = z.object({ Status: z.string(), Lines: z.array(line.extend({ Box: z.string().optional() })) });
const fulfilment = z.object({
  Pick: stage,
  Pack: stage,
  Ship: z.object({
    Status: z.string(),
    Lines: z.array(
      z.object({
        Boxes: z.string().nullish(),
        IsShipped: z.boolean(),
        TrackingNumber: z.string().nullish(),
      }),
    ),
  }),
});
const invoice = z.object({ Status: z.string(), Lines: z.array(line.extend({ Price: z.number() })) });
const sale = z.object({ Fulfilments: z.array(fulfilment), Invoices: z.array(invoice) });
const stockRows = z.array(z.object({ SKU: z.string(), Location: z.string(), OnHand: z.number() }));
const adjustments = z.object({ StockAdjustmentList: z.array(z.object({ TaskID: z.string() })) });
const adjusted = z.object({
  SKU: z.string(),
  Location: z.string(),
  QuantityOnHand: z.number(),
  Adjustment: z.number(),
});
const added = z.object({ SKU: z.string(), Location: z.string(), Quantity: z.number() });
const adjustment = z.object({ ExistingStockLines: z.array(adjusted), NewStockLines: z.array(added) });

/** Quantities by SKU. */
export type Goods = ReadonlyMap<string, number>;

export interface SaleRecords {
  /** In boxes of shipments. */
  readonly shipped: Goods;
  /** The same by the tracking number of their box. */
  readonly shippedWith: ReadonlyMap<string, Goods>;
  /** On authorised invoices. */
  readonly billed: Goods;
  /** On drafts of invoices. */
  readonly drafted: Goods;
  /** Of every line of an invoice. */
  readonly prices: readonly number[];
  /** Fulfilments beyond the first in which nothing was ever picked. */
  readonly empty: number;
}

/** What an adjustment made of a product's stock. */
interface Adjusted {
  readonly sku: string;
  readonly before: number;
  readonly quantity: number;
}

interface DearAccess {
  readonly origin: string;
  /** Of its API. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What DEAR's sandbox has stored, read without any code of the bridge. */
export class DearRecords {
  readonly #access: DearAccess;

  constructor(access: DearAccess) {
    this.#access = access;
  }

  async readSale(number: string): Promise<SaleRecords> {
    const { Fulfilments, Invoices } = await requestJson(
      `${this.#access.origin}/sandbox/sales/${number}`,
      sale,
    );
    const drafts = Invoices.filter(({ Status }) => Status === 'DRAFT');
    const authorised = Invoices.filter(({ Status }) => Status === 'AUTHORISED' || Status === 'PAID');
    const isEmpty = ({ Pick }: z.infer<typeof fulfilment>) => Pick.Lines.length === 0;
    return {
      shipped: addUp(Fulfilments.flatMap((one) => getShipped(one))),
      shippedWith: toShippedWith(Fulfilments),
      billed: addUp(authorised.flatMap(({ Lines }) => Lines)),
      drafted: addUp(drafts.flatMap(({ Lines }) => Lines)),
      prices: Invoices.flatMap(({ Lines }) => Lines.map(({ Price }) => Price)),
      empty: Fulfilments.slice(1).filter(isEmpty).length,
    };
  }

  async readStock(location: string): Promise<Goods> {
    const rows = await requestJson(`${this.#access.origin}/sandbox/stock`, stockRows);
    return new Map(rows.filter((row) => row.Location === location).map(({ SKU, OnHand }) => [SKU, OnHand]));
  }

  /** Every quantity that an adjustment wrote at the location. */
  async readAdjusted(location: string): Promise<Adjusted[]> {
    const { url, headers } = this.#access;
    const list = await requestJson(`${url}stockadjustmentlist?page=1&limit=1000`, adjustments, { headers });
    const found: Adjusted[] = [];
    for (const { TaskID } of list.StockAdjustmentList) {
      const { ExistingStockLines, NewStockLines } = await requestJson(
        `${url}stockadjustment?TaskID=${TaskID}`,
        adjustment,
        {
          headers,
        },
      );
      const rows = [
        ...ExistingStockLines.map(({ Adjustment, ...row }) => ({ ...row, Quantity: Adjustment })),
        ...NewStockLines.map((row) => ({ ...row, QuantityOnHand: 0 })),
      ];
      for (const { SKU, Location, QuantityOnHand, Quantity } of rows)
        if (Location === location) found.push({ sku: SKU, before: QuantityOnHand, quantity: Quantity });
    }
    return found;
  }
}

function toShippedWith(fulfilments: ReadonlyArray<z.infer<typeof fulfilment>>): Map<string, Goods> {
  const numbers = new Set(
    fulfilments.flatMap(({ Ship }) => Ship.Lines.map(({ TrackingNumber }) => TrackingNumber ?? '')),
  );
  return new Map(
    [...numbers].map((number) => [number, addUp(fulfilments.flatMap((one) => getShipped(one, number)))]),
  );
}

/** @param number of the boxes' tracking; left out: any */
function getShipped({ Pack, Ship }: z.infer<typeof fulfilment>, number?: string) {
  if (Ship.Status !== 'AUTHORISED' && Ship.Status !== 'PARTIALLY AUTHORISED') return [];
  const meant = Ship.Lines.filter(
    ({ IsShipped, TrackingNumber }) =>
      IsShipped && (number === undefined || (TrackingNumber ?? '') === number),
  );
  const boxes = new Set(meant.flatMap(({ Boxes }) => (Boxes ?? '').split(',')));
  return Pack.Lines.filter(({ Box = '' }) => boxes.has(Box));
}

/** Quantities by SKU of lines as DEAR has them. */
function addUp(lines: ReadonlyArray<z.infer<typeof line>>): Goods {
  const sums = new Map<string, number>();
  for (const { SKU, Quantity } of lines) sums.set(SKU, (sums.get(SKU) ?? 0) + Quantity);
  return sums;
}

import type { CreditNoteToWrite, InvoiceToWrite } from '../confirmation/billing.ts';
import type { PackedGoods, PickedGoods, ShippedBox } from '../confirmation/packing.ts';
import type { WaitedFor } from '../order/fulfillment-order.ts';
import type { ChangedSale } from '../sale/reasons-to-read.ts';
import type { Sale, SaleFulfilment } from '../sale/sale.ts';

/** What became of a sale that was read at least once. */
export interface SaleRecord {
  readonly saleId: string;
  readonly saleOrderNumber: string;
  /**
   * `ordered`: some fulfillment order was made for it, and all that are listed are stored. `planned`: they are listed, and
   * some of them may not be stored. `waiting`: none was made yet, because goods are on backorder. `ignored`: none is made.
   */
  readonly outcome: 'ordered' | 'planned' | 'waiting' | 'ignored';
  /** One sentence for a person. */
  readonly reason: string;
  /** References of its fulfillment orders, oldest first. */
  readonly references: readonly string[];
  /** The events that caused the latest reading, and its time (ISO UTC). */
  readonly by: string;
  readonly at: string;
  /** When the last read of it began that was carried out to its end (ISO UTC); '' where none was. */
  readonly readAt: string;
  /** Whether its order was authorised then, and not voided. */
  readonly isAuthorised: boolean;
  /** Whether it had fulfillment orders then, none of them still open, and DEAR showed all of it shipped. */
  readonly isComplete: boolean;
  /** Since when it waits for goods on backorder (ISO UTC); '' where it does not. */
  readonly goodsAwaitedSince: string;
  /** The goods on backorder; left out where there are none, and of a reading by an earlier version. */
  readonly waitsFor?: readonly WaitedFor[];
}

/** What a sale without an order asks for. Personal data. */
export interface SaleContent {
  readonly customer: string;
  /** Who receives the goods. */
  readonly contact: string;
  readonly email: string;
  /** The customer's own number of the sale; ''. */
  readonly customerReference: string;
  /** '' where DEAR has none. */
  readonly channel: string;
  /** Each once, as DEAR writes them. */
  readonly skus: readonly string[];
}

export interface SaleContentStore {
  /** Stores what the sale asks for, and makes it found by that. */
  save(saleId: string, content: SaleContent): Promise<void>;
}

export interface SaleStore {
  read(saleId: string): Promise<SaleRecord | null>;
  /** The same for work on many sales, which goes on without it: null, and reported, where the record cannot be read. */
  readListed(saleId: string): Promise<SaleRecord | null>;
  /** @param saleOrderNumber as DEAR shows it: `SO-00042` */
  findByNumber(saleOrderNumber: string): Promise<SaleRecord | null>;
  /** @param before the record as it was read; null where there is none */
  save(record: SaleRecord, before: SaleRecord | null): Promise<void>;
  /** The sales that wait for goods on backorder, longest first. */
  listAwaitingGoods(): AsyncIterable<SaleRecord>;
}

/** A sale event of DEAR's, as its webhook carries it. */
export interface DearSaleEvent {
  /** `Sale/OrderAuthorised` …; `webhook` where the body names a sale and no known type. */
  readonly type: string;
  /** Lower-case; '' where the event does not carry it. At least one of the three is set. */
  readonly saleId: string;
  readonly saleTaskId: string;
  readonly saleOrderNumber: string;
  /** Of `Sale/ShipmentTrackingNumberChanged`, in DEAR's order; none for the other types. */
  readonly trackingNumbers: readonly string[];
}

/** What the body of a webhook of DEAR's says. */
export type DearWebhookReading =
  /** At least one event, each once. `isSalvaged`: the body is no JSON, and the events were found in its text. */
  | { readonly kind: 'sales'; readonly events: readonly DearSaleEvent[]; readonly isSalvaged: boolean }
  /** An event of DEAR's that is not about a sale. */
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** DEAR's sales. All methods throw the classes of `domain/errors.ts`. */
export interface SalesInDear {
  readSale(saleId: string): Promise<Sale>;
  findSaleId(saleOrderNumber: string): Promise<string | null>;
  /** Pages of the sales that anything changed in since then (ISO UTC). */
  changedSales(since: string): AsyncIterable<readonly ChangedSale[]>;
}

/** What a confirmation writes to DEAR; `reference` names the order in errors. */
export interface FulfilmentsInDear {
  /** @returns all fulfilments of the sale */
  createFulfilment(saleId: string, reference: string): Promise<SaleFulfilment[]>;
  autoPick(taskId: string, reference: string): Promise<void>;
  authorisePick(taskId: string, lines: readonly PickedGoods[], reference: string): Promise<void>;
  /** @param replacesDraft whether DEAR has a draft whose lines these replace */
  authorisePack(
    taskId: string,
    lines: readonly PackedGoods[],
    reference: string,
    replacesDraft: boolean,
  ): Promise<void>;
  /** @param replacesDraft whether DEAR has a draft whose lines these replace */
  authoriseShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference: string,
    replacesDraft: boolean,
  ): Promise<void>;
  draftShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference: string,
    replacesDraft: boolean,
  ): Promise<void>;
  addTrackingNumbers(taskId: string, lines: readonly ShippedBox[], reference: string): Promise<void>;
  createInvoice(invoice: InvoiceToWrite, reference: string): Promise<void>;
  draftCreditNote(note: CreditNoteToWrite, reference: string): Promise<void>;
  setAdditionalAttribute(saleId: string, attribute: string, value: string, reference: string): Promise<void>;
}

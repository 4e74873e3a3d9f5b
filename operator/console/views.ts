import type { RecordedCall } from '../../lib/domain/call/recorded-call.ts';
import type { DriftReport } from '../../lib/domain/inventory/drift-report.ts';
import type { MappingKey } from '../../lib/domain/mapping.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { BulkAction, BulkSummary } from '../../lib/domain/order/bulk-act.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../lib/domain/order/order-content.ts';
import type { Pause } from '../../lib/domain/order/pause.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import type { ShippingCodes } from '../../lib/providers/provider-set-up.ts';
import type { ActionDetails } from '../../lib/workflows/act-on-order.ts';
import type { AuditPage, AuditQuery } from '../audit.ts';
import type { FiguresView } from '../figures.ts';
import type { JobView } from '../job-list.ts';
import type { MappingsView } from '../mappings.ts';
import type { BulkProgress, Chosen } from '../orders/bulk.ts';
import type { ExportKind } from '../orders/export.ts';
import type { LeftOutRows } from '../orders/left-out-rows.ts';
import type { OrderLinks } from '../orders/list-orders.ts';
import type { OrderQuery } from '../orders/order-query.ts';
import type { IgnoredSales } from '../orders/sale.ts';
import type { OrderPage } from '../orders/search-orders.ts';
import type { SaleRow } from '../orders/unordered-sales.ts';
import type { UnmappedMethod } from '../unmapped-methods.ts';
import type { BudgetState } from '../upstream-access.ts';

/**
 * What the console uses of a bridge, local or deployed. Times are ISO UTC, ages and durations ms. Pages call these every few
 * seconds, so no method reads more than it shows.
 */
export interface ConsoleDeps {
  /** The stack's name. */
  readonly name: string;
  /** The operator's name, as recorded on orders and in the audit. */
  readonly operator: string;
  readonly connections: ReadonlyArray<{ readonly id: string; readonly location: string }>;
  readonly now: () => number;
  /** Rows that are missing from the page of the request in progress, because they cannot be read. */
  readonly leftOut: LeftOutRows;

  /** Orders by what they wait for, and those on the way to the customer. */
  board(): Promise<readonly BoardRow[]>;
  /** A row of the board, or `recent`, counted to 10,000; null for an unknown key. */
  row(key: string): Promise<BoardRow | null>;
  /** 100 of them, with the words of refusals. @param page from 1 */
  listOrders(query: OrderQuery, page: number): Promise<OrderPage>;
  /** Stores what an act would do to many orders. @returns its id */
  planBulk(action: BulkAction, chosen: Chosen): Promise<string>;
  /** @throws {NotFound} */
  bulk(id: string): Promise<BulkProgress>;
  /** Starts it, or goes on where it stopped. @throws {NotFound} */
  startBulk(id: string, note: string): Promise<void>;
  /** The latest acts and previews, newest first. */
  bulkActs(): Promise<readonly BulkSummary[]>;
  /** The list as CSV, piece by piece. @param personal with names and addresses, which is recorded */
  exportOrders(kind: ExportKind, query: OrderQuery, personal: boolean): Promise<AsyncIterable<string>>;
  /** What of the orders has not expired, by reference. Personal data. */
  contentsOf(orders: readonly FulfillmentOrder[]): Promise<ReadonlyMap<string, OrderContent>>;
  /** 100 sales of a row of the board that counts sales; none for other rows. @param row `BoardRow.key` @param page from 1 */
  salesOn(row: string, page: number): Promise<readonly SaleRow[]>;
  /** The sales without an order that match. */
  unorderedSales(query: OrderQuery): Promise<readonly SaleRow[]>;
  /** The sales channels of orders that were made, for suggestions. */
  channels(): Promise<readonly string[]>;
  /** Newest first. */
  recentOrders(): Promise<readonly FulfillmentOrder[]>;
  /** By what names orders and sales, in any case and with blanks around it. */
  search(text: string): Promise<SearchResult>;

  order(reference: string): Promise<OrderView | null>;
  /**
   * What the functions logged about it, oldest first, as far back as the logs go; null while they are being read.
   * @throws {Error} where the logs cannot be read
   */
  calls(order: FulfillmentOrder): Promise<readonly CallView[] | null>;
  /** The calls for it and for its sale, masked, latest first; at most 100 rows of each. */
  keptCalls(order: FulfillmentOrder): Promise<readonly RecordedCall[]>;
  /** The same for a sale and all its orders. */
  callsOfSale(sale: SaleView): Promise<readonly CallView[] | null>;
  keptCallsOfSale(sale: SaleView): Promise<readonly RecordedCall[]>;
  /** @throws {ActionRefused} the order's status does not allow it now */
  act(reference: string, action: Action, details?: ActionDetails): Promise<void>;
  /** Reads the rates of an order from the shipping service and keeps them on it. @throws {Refused} */
  readRates(reference: string): Promise<void>;
  /** @param service '' for the rule of the connection @throws {Refused} */
  buyLabel(reference: string, service: string): Promise<void>;
  /** @throws {Refused} */
  voidLabel(reference: string): Promise<void>;
  /** The PDF of its label. @throws {NotFound} */
  labelDocument(reference: string): Promise<Uint8Array>;
  sale(saleId: string): Promise<SaleView | null>;
  /** Queues the sale to be read again, as a webhook does. */
  reconcile(saleId: string): Promise<void>;

  queues(): Promise<readonly QueueView[]>;
  parked(queue: string): Promise<readonly ParkedMessageView[]>;
  /** @param ids of the messages, at least one */
  redrive(queue: string, ids: readonly string[]): Promise<void>;

  jobs(): Promise<readonly JobView[]>;
  startJob(job: string, connection: string): Promise<void>;
  budgets(): Promise<readonly BudgetState[]>;
  /** That of DEAR alone, which needs no key of a service. */
  dearBudget(): Promise<BudgetState>;
  webhooks(): Promise<WebhooksView>;
  readonly mappings: MappingsDeps;
  /** 200 of the sales that were ignored, the latest first. @param days `yyyy-mm-dd` in UTC, both included */
  ignoredSales(days: { readonly since: string; readonly until: string }): Promise<IgnoredSales>;
  /** Of the last two weeks, at most a minute old. */
  figures(): Promise<FiguresView>;
  /** null where the stock was never compared. */
  drift(connection: string): Promise<DriftReport | null>;
  paused(): Promise<readonly Pause[]>;
  /** @param why shown beside the pause */
  pause(connection: string, paused: boolean, why: string): Promise<void>;
  /** 100 of those that match, the latest first. */
  audit(query: AuditQuery): Promise<AuditPage>;
}

/** What names are called on the other side. */
export interface MappingsDeps {
  read(): Promise<MappingsView>;
  /** Methods of late orders that nothing maps, as the sales name them, which is recorded. */
  unmapped(): Promise<readonly UnmappedMethod[]>;
  /** The codes that the service lists; null where it has no list, or does not answer. */
  codes(connection: string): Promise<ShippingCodes | null>;
  /** @param value '' leaves the name to the settings @throws {Refused} the service or DEAR does not know it */
  change(key: MappingKey, value: string, isChecked: boolean): Promise<void>;
}

export interface BoardRow {
  /** For addresses: `submission`, `shipped` … */
  readonly key: string;
  /** How far its orders have come, in people's words; `Backordered` of sales that wait for goods. */
  readonly status: string;
  /** What it waits for, as shown. */
  readonly what: string;
  readonly count: number;
  /** Counting stopped at `count`; there are more. */
  readonly more: boolean;
  /** ISO UTC; '' where there is none. */
  readonly oldest: string;
  /** Whether a person has to act. */
  readonly urgent: boolean;
}

export type SearchResult =
  | { readonly kind: 'order'; readonly reference: string }
  | { readonly kind: 'sale'; readonly saleId: string }
  /** Several orders, which the list finds by the same text. */
  | { readonly kind: 'orders' }
  | { readonly kind: 'nothing' };

export interface OrderView {
  readonly order: FulfillmentOrder;
  /** null once it has expired. */
  readonly content: OrderContent | null;
  readonly actions: readonly Action[];
  readonly links: OrderLinks;
  /** null where its connection buys no labels. */
  readonly labels: LabelChoices | null;
  /** Why its connection is paused, in the operator's words; '' where it is not, or none was given. */
  readonly whyPaused: string;
}

/** What a person may do about the label of an order. */
export interface LabelChoices {
  /** The end of a sentence; null if one can be bought. */
  readonly whyNoLabel: string | null;
  /** The same of voiding. */
  readonly whyNoVoid: string | null;
  /** Whether the connection has a rule that chooses a label. */
  readonly hasRule: boolean;
}

/** One step of a worker for the order, from its log. */
export interface CallView {
  readonly at: string;
  readonly service: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface SaleView {
  readonly saleId: string;
  readonly saleOrderNumber: string;
  readonly outcome: SaleRecord['outcome'];
  readonly waitsFor?: SaleRecord['waitsFor'];
  /** One sentence. */
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly orders: readonly FulfillmentOrder[];
}

export interface QueueView {
  readonly name: string;
  readonly waiting: number;
  readonly inWork: number;
  readonly parked: number;
  /** Whether redriving is safe, and why. */
  readonly redrive: { readonly safe: boolean; readonly why: string };
}

export interface ParkedMessageView {
  readonly id: string;
  /** The reference, sale or job in the message. */
  readonly about: string;
  readonly parkedAt: string;
}

export interface WebhooksView {
  /** `off` where the settings switch webhooks off. */
  readonly mode: 'on' | 'off';
  readonly rows: ReadonlyArray<{
    /** The sender: `DEAR`, or a connection's id. */
    readonly system: string;
    readonly event: string;
    readonly state: 'active' | 'missing' | 'wrong';
    /** What is wrong with it; '' where nothing is. */
    readonly sentence: string;
    /** The address that it should call. */
    readonly url: string;
  }>;
  /** Why they could not be read; null where they were. */
  readonly problem: string | null;
}

import type { DriftReport } from '../../lib/domain/inventory/drift-report.ts';
import type { JobRun } from '../../lib/domain/job/job-run.ts';
import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../lib/domain/order/order-content.ts';
import type { BudgetState } from '../upstream-access.ts';

/**
 * All that the console asks of a bridge, local or deployed. Times are ISO UTC, ages and durations ms. Every method may be
 * asked every few seconds, so none reads more than it shows.
 */
export interface ConsoleDeps {
  /** The stack's name. */
  readonly name: string;
  /** Who is at the keyboard, as it is written into orders and the audit. */
  readonly operator: string;
  readonly connections: ReadonlyArray<{ readonly id: string; readonly location: string }>;
  readonly now: () => number;

  /** What waits, by what it waits for, and what travels. */
  board(): Promise<readonly BoardRow[]>;
  /** @param row `BoardRow.key` */
  ordersOn(row: string): Promise<readonly FulfillmentOrder[]>;
  /** The sales of a row that is not of orders; none for the others. @param row `BoardRow.key` */
  salesOn(row: string): Promise<readonly AwaitingSale[]>;
  /** Made last, newest first. */
  recentOrders(): Promise<readonly FulfillmentOrder[]>;
  /** By order number, sale id, tracking number or reference, exactly as typed but for case and blanks. */
  search(text: string): Promise<SearchResult>;

  order(reference: string): Promise<OrderView | null>;
  /**
   * What the functions logged of it, oldest first, as far back as the logs go; null while they are still being read.
   * @throws {Error} where the logs cannot be read
   */
  calls(order: FulfillmentOrder): Promise<readonly CallView[] | null>;
  /** @throws {ActionRefused} where the order's status does not allow it by now */
  act(reference: string, action: Action, edit?: OrderEdit): Promise<void>;
  sale(saleId: string): Promise<SaleView | null>;
  /** Has the sale read again, as a webhook would. */
  reconcile(saleId: string): Promise<void>;

  queues(): Promise<readonly QueueView[]>;
  parked(queue: string): Promise<readonly ParkedMessageView[]>;
  /** @param ids of the messages, at least one */
  redrive(queue: string, ids: readonly string[]): Promise<void>;

  jobs(): Promise<readonly JobView[]>;
  startJob(job: string, connection: string): Promise<void>;
  budgets(): Promise<readonly BudgetState[]>;
  webhooks(): Promise<WebhooksView>;
  /** null where its stock was never compared. */
  drift(connection: string): Promise<DriftReport | null>;
  paused(): Promise<readonly string[]>;
  pause(connection: string, paused: boolean): Promise<void>;
  audit(): Promise<readonly AuditEntry[]>;
}

export interface BoardRow {
  /** For addresses: `submission`, `shipped` … */
  readonly key: string;
  /** One of DEAR's seven statuses; `Backordered` of sales that wait for goods. */
  readonly status: string;
  /** What it waits for, in words for a person. */
  readonly what: string;
  readonly count: number;
  /** The count stopped there: there are more. */
  readonly more: boolean;
  /** ISO UTC; '' where there is none. */
  readonly oldest: string;
  /** Whether somebody has to do something. */
  readonly urgent: boolean;
}

/** A sale of which something is on backorder. */
export interface AwaitingSale {
  readonly saleId: string;
  readonly saleOrderNumber: string;
  /** One sentence: what it waits for, and what was ordered of it. */
  readonly reason: string;
  /** Of the orders that were made of it so far. */
  readonly references: readonly string[];
  /** Since when, ISO UTC. */
  readonly goodsAwaitedSince: string;
}

export type SearchResult =
  | { readonly kind: 'order'; readonly reference: string }
  | { readonly kind: 'sale'; readonly saleId: string }
  | { readonly kind: 'nothing' };

export interface OrderView {
  readonly order: FulfillmentOrder;
  /** null once it has expired. */
  readonly content: OrderContent | null;
  readonly actions: readonly Action[];
}

export interface JobView {
  readonly job: string;
  /** '' for a job of the whole account. */
  readonly connection: string;
  /** null where it never ran. */
  readonly run: JobRun | null;
}

/** One step that a worker took for the order, from its log. */
export interface CallView {
  readonly at: string;
  readonly service: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface SaleView {
  readonly saleId: string;
  readonly saleOrderNumber: string;
  readonly outcome: string;
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
  /** Why redriving is harmless, or what to look at before. */
  readonly redrive: { readonly safe: boolean; readonly why: string };
}

export interface ParkedMessageView {
  readonly id: string;
  /** What it names: a reference, a sale, a job. */
  readonly about: string;
  readonly parkedAt: string;
}

export interface WebhooksView {
  /** `off` where the settings do without. */
  readonly mode: 'on' | 'off';
  readonly rows: ReadonlyArray<{
    /** Who sends it: `DEAR`, or a connection's id. */
    readonly system: string;
    readonly event: string;
    readonly state: 'active' | 'missing' | 'wrong';
    /** What is wrong with it; ''. */
    readonly sentence: string;
    /** Where it is to call. */
    readonly url: string;
  }>;
  /** Why they could not be read; ''. */
  readonly problem: string;
}

export interface AuditEntry {
  readonly at: string;
  readonly by: string;
  readonly what: string;
  /** What it was done to: an order, a queue, a connection. */
  readonly subject: string;
}

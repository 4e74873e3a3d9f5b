import type { Connection } from '../connection.ts';
import type { ReferenceBooks } from '../sale/catalogue.ts';
import type { Sale } from '../sale/sale.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { OrderContent } from './order-content.ts';
import type { UnknownSkus } from './unknown-skus.ts';

export interface PlanningInput {
  readonly sale: Sale;
  readonly connections: readonly Connection[];
  /** Every fulfillment order made for this sale so far, oldest first. */
  readonly orders: readonly FulfillmentOrder[];
  /** Reference → the stored content of an order that a person edited, or that has left. */
  readonly stored?: ReadonlyMap<string, OrderContent>;
  /** SKUs that providers do not know; left out without a catalogue. */
  readonly unknownSkus?: UnknownSkus;
  /** DEAR's reference data for the sale; left out where none is needed. */
  readonly books?: ReferenceBooks;
  /** What caused the reading: `DEAR Sale/OrderAuthorised`. */
  readonly by: string;
  /** ms since the epoch. */
  readonly now: number;
}

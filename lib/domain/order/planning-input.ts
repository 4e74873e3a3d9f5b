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
  /** By reference: the contents of orders that a person edited before they left. */
  readonly edited?: ReadonlyMap<string, OrderContent>;
  /** What providers do not know of the goods; left out where no catalogue is kept. */
  readonly unknownSkus?: UnknownSkus;
  /** What DEAR says of what the sale names; left out where there is no doubt. */
  readonly books?: ReferenceBooks;
  /** What made us look: `DEAR Sale/OrderAuthorised`. */
  readonly by: string;
  /** ms since the epoch. */
  readonly now: number;
}

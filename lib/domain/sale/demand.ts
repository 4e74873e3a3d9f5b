import type { Connection } from '../connection.ts';
import type { AwaitedGoods, WaitedFor } from '../order/fulfillment-order.ts';
import type { DemandedLine } from './deliverable-lines.ts';
import type { PickedKit } from './kits.ts';
import type { SaleCharge, SaleLine } from './sale.ts';

/** What one connection has to ship for a sale: the whole sale, or one of its fulfilments, by the connection's trigger. */
export interface Demand {
  /** Constant for the same demand. */
  readonly key: string;
  readonly connection: Connection;
  /** The fulfilment in DEAR that it is confirmed in; '' if one has to be created. */
  readonly taskId: string;
  /** As chosen in DEAR. */
  readonly shippingMethod: string;
  readonly lines: readonly DemandedLine[];
  /** Freight and the like; billed with one order of the sale. */
  readonly charges: readonly SaleCharge[];
  /** Services, which are billed with the charges. */
  readonly services: readonly SaleLine[];
  /** Kits that are shipped as their parts, and billed once all of those have left. */
  readonly kits?: readonly PickedKit[];
  /** Goods of the sale on backorder that no order ships. */
  readonly awaited: readonly AwaitedGoods[];
  /** Which rule of the location chose the connection, as a sentence; ''. */
  readonly chosenBy: string;
  /** Connections that the rules would choose now, while the connection keeps the order. */
  readonly keptFrom: readonly string[];
  /** Earlier orders of the sale whose rest this demand is; empty for a first demand. */
  readonly completes: readonly string[];
  /** Sentences about lines that are not shipped, or not yet. */
  readonly remarks: readonly string[];
}

export interface Demands {
  readonly demands: readonly Demand[];
  /** Why connections of the sale ship nothing of it, as sentences. */
  readonly reasons: readonly string[];
  /** Goods on backorder that have to come in first; left out where there are none. */
  readonly waitsFor?: readonly WaitedFor[];
}

/** The charges and services of a demand before they are assigned to one of the sale's demands. */
export const BILLED_ELSEWHERE = { charges: [], services: [] } as const;

/** A demand before the rules of its location are considered. */
export const NOT_CHOSEN = { chosenBy: '', keptFrom: [] } as const;

import type { Connection } from '../connection.ts';
import type { AwaitedGoods } from '../order/fulfillment-order.ts';
import type { DemandedLine } from './deliverable-lines.ts';
import type { PickedKit } from './kits.ts';
import type { SaleCharge, SaleLine } from './sale.ts';

/** What a sale asks one connection to ship: the whole sale, or one of its fulfilments, by the connection's trigger. */
export interface Demand {
  /** Stays the same for as long as it is the same demand. */
  readonly key: string;
  readonly connection: Connection;
  /** DEAR's fulfilment that it is confirmed into; '' where one has to be made. */
  readonly taskId: string;
  /** As chosen in DEAR. */
  readonly shippingMethod: string;
  readonly lines: readonly DemandedLine[];
  /** Freight and the like: with one order of the sale alone. */
  readonly charges: readonly SaleCharge[];
  /** Lines that nobody ships, and that are billed with the charges. */
  readonly services: readonly SaleLine[];
  /** Kits that are shipped as their parts, and billed once all of those have left. */
  readonly kits?: readonly PickedKit[];
  /** What of the sale is on backorder, and no order ships. */
  readonly awaited: readonly AwaitedGoods[];
  /** The orders of the sale that this one completes, for which it was admitted: none for a demand of its own. */
  readonly completes: readonly string[];
  /** Sentences about lines that are not shipped, or not yet. */
  readonly remarks: readonly string[];
}

export interface Demands {
  readonly demands: readonly Demand[];
  /** Sentences: why connections that the sale might concern ship nothing of it. */
  readonly reasons: readonly string[];
  /** Whether something will be shipped once goods that are on backorder have come in. */
  readonly waitsForGoods?: boolean;
}

/** What a demand bears until it is said which one of the sale's bears it. */
export const BILLED_ELSEWHERE = { charges: [], services: [] } as const;

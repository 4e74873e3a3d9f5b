import type { Connection, UnitRatio } from '../connection.ts';
import type { PartOfKit } from '../sale/deliverable-lines.ts';
import type { Package, PackedLine } from '../shipment/package.ts';

/** DEAR's seven statuses of an external fulfillment order, with DEAR's meanings. */
export const STATUSES = [
  /** Created here, not yet accepted by the service: may be voided, edited, processed. */
  'Queued',
  /** Held here or at the service: may be cancelled, edited, released. */
  'On Hold',
  /** The service accepted it and is processing it. Stays until the customer has it. */
  'Shipped',
  /** No delivery news came within the estimated arrival window. */
  'Completed',
  'Delivered',
  'Cancelled',
  /** The service refused it; its words are in the log. */
  'Failed',
] as const;
export type Status = (typeof STATUSES)[number];

/** What the sale asks for now; `status` says how far the world has come. */
export type Desired = 'fulfilled' | 'held' | 'cancelled';

/**
 * `address` incomplete or contradictory, `payment` not in, `shipping-method` not mapped, `unknown-sku` at the provider;
 * `unreadable`: DEAR gives a part of the sale in a form that nobody knows; `person`: an operator wants it to wait; `service`: people at the provider hold it there.
 */
export const HOLDS = [
  '',
  'address',
  'payment',
  'shipping-method',
  'unknown-sku',
  'unreadable',
  'person',
  'service',
] as const;
export type Hold = (typeof HOLDS)[number];

/**
 * Why nothing more of the order will leave although the sale wants it, as people at the provider left it: all of it is
 * `cancelled` there, it is `deleted`, or it is `incomplete`: a part has left and the provider holds no rest. '' where the
 * provider goes on with it, as far as is known.
 */
export const STANDSTILLS = ['', 'cancelled', 'deleted', 'incomplete'] as const;
export type Standstill = (typeof STANDSTILLS)[number];

/** What becomes of the goods that will not leave with an order. `reorder`: the sale's next order takes them. */
export const REMAINDER_ACTIONS = ['reorder', 'drop'] as const;
export type RemainderAction = (typeof REMAINDER_ACTIONS)[number];

/** A person's decision that nothing more leaves with an order. */
export interface ClosedShort {
  readonly rest: RemainderAction;
  /** What had not left then. */
  readonly lines: readonly OrderedLine[];
}

/**
 * What one connection is asked to ship for one sale: the state half. It holds no personal data, so it is kept for
 * as long as the order matters; `OrderContent` holds the rest and expires.
 */
export interface FulfillmentOrder {
  /** `<SaleOrderNumber>-<n>`: our key with every provider. */
  readonly reference: string;
  readonly saleId: string;
  readonly saleOrderNumber: string;
  readonly saleType: 'simple' | 'advanced';
  readonly connection: string;
  /** Which of the sale's demands it answers: the connection, or the connection and a fulfilment of DEAR's. */
  readonly demand: string;
  /** The connection's rule for packages when the order was planned; says whether a part of it waits to be confirmed. */
  readonly partialShipments: Connection['partialShipments'];
  /** Name of the DEAR location that the goods leave from. */
  readonly location: string;
  /** DEAR's id of the fulfilment we confirm into; '' until an advanced sale's is known. */
  readonly taskId: string;
  readonly status: Status;
  /** One sentence for a person: why the order is where it is. */
  readonly reason: string;
  readonly desired: Desired;
  /** What keeps it On Hold; '' where nothing does. */
  readonly hold: Hold;
  /** Whether it may be sent: at once, or because a person said so. */
  readonly released: boolean;
  /** The sale does not want it any more: voided, undone, moved, or its lines gone. */
  readonly withdrawn: boolean;
  /** Of the content; the content item is stored under it. */
  readonly fingerprint: string;
  /** Of the content as the sale last gave it; another than `fingerprint` where a person edited the order. */
  readonly planned: string;
  readonly lines: readonly OrderedLine[];
  /** Whether what is billed of it holds charges or services of the sale: one order of a sale bears them. */
  readonly bearsCharges: boolean;
  /** What of the sale no order shipped yet when this one was last planned; it is ordered as it comes in. */
  readonly awaited: readonly AwaitedGoods[];
  readonly submission: Submission;
  readonly cancellation: Cancellation;
  readonly standstill: Standstill;
  /** null for as long as all of it is to leave. */
  readonly closedShort: ClosedShort | null;
  readonly packages: readonly Package[];
  readonly confirmation: Confirmation;
  readonly returns: readonly ReturnedGoods[];
  /** The short status that DEAR's staff were last shown; ''. */
  readonly shownStatus: string;
  readonly log: readonly LogEntry[];
  /** ISO UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it began to wait for what it waits for now, or to travel; `waiting.ts` says which. */
  readonly waitingSince: string;
  /** Every write is conditional on it and adds one. */
  readonly version: number;
}

export interface OrderedLine {
  /** Tells apart lines of the same SKU; echoed by providers that can. DEAR has no line id. */
  readonly key: string;
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  /** In DEAR's units. */
  readonly quantity: number;
  /** How the service counts it; left out where it counts as DEAR does. */
  readonly units?: UnitRatio;
  /** Of a kit that DEAR has picked as its parts: what all of it is packed as there. */
  readonly parts?: readonly PartOfKit[];
}

/** Goods on backorder. */
export interface AwaitedGoods {
  readonly productId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** The submission ledger: what we know about the order at the provider. */
interface Submission {
  readonly state: 'none' | 'claimed' | 'submitted' | 'rejected' | 'unknown';
  /** How often a submit was begun. */
  readonly attempt: number;
  /** The provider's own id; '' until it answered. */
  readonly providerOrderId: string;
  /** Fingerprint of the content that the provider last accepted; ''. */
  readonly acceptedFingerprint: string;
  /** Fingerprint of a later content that it refused to take; ''. */
  readonly refusedFingerprint: string;
  /** Fingerprints of contents that were sent since and whose answer is not known, oldest first: it may hold any of them. */
  readonly sentFingerprints: readonly string[];
  /** ISO UTC since when the provider says that it has the order and does not show it; absent otherwise. */
  readonly takenSince?: string;
  /** The provider's ids of orders of others that have our reference, as last seen; absent where none was. */
  readonly takenBy?: readonly string[];
  /** An attempt whose answer is not known was followed by another: it may have arrived whatever became of the later ones. */
  readonly answerLost?: true;
  /** ISO UTC of the last change; '' while `none`. */
  readonly at: string;
}

/**
 * How far the order's withdrawal from the provider has come. While `claimed`, the answer decides whether the goods
 * leave, so nothing else may be planned for the sale. `unknown`: whether the provider has it is not known after all that time;
 * it is still looked for, and a person is asked.
 */
interface Cancellation {
  readonly state: 'none' | 'claimed' | 'done' | 'refused' | 'unknown';
  readonly at: string;
  /** The sentence that says why it is cancelled; absent while `none`. */
  readonly why?: string;
}

/** What of the order has been written to DEAR as pick, pack and ship. `locked`: a stock take there keeps it from being written. */
export interface Confirmation {
  readonly state: 'none' | 'claimed' | 'confirmed' | 'refused' | 'locked' | 'abandoned';
  readonly attempt: number;
  /** Ids of the packages that DEAR shows. */
  readonly packages: readonly string[];
  /** The fulfilment they were last written into; ''. */
  readonly taskId: string;
  /** What has changed about packages that DEAR shows, and that it is still to be told. */
  readonly corrections: readonly PackageCorrection[];
  readonly at: string;
}

/** A package of which DEAR shows something else than is true by now. */
export interface PackageCorrection {
  /** `Package.id` */
  readonly id: string;
  /** Tracking numbers that DEAR was told, and by which nothing of it travels. */
  readonly staleNumbers: readonly string[];
  /** By which the table finds those that are no codes, as they expire. */
  readonly textsKey?: string;
}

/** Goods that a customer sent back. */
export interface ReturnedGoods {
  /** The provider's id of the return. */
  readonly id: string;
  /** What is known to come back; none where that is not known. */
  readonly contents: readonly PackedLine[];
  /**
   * `announced`: it has not begun. `logged`: nothing is to be written. `due`: a credit note is. `drafted` and `refused`: it
   * was tried.
   */
  readonly creditNote: 'announced' | 'logged' | 'due' | 'drafted' | 'refused';
}

export interface LogEntry {
  /** ISO UTC. */
  readonly at: string;
  /** `DEAR Sale/OrderAuthorised`, a connection's id, `schedule`, or an operator's name. */
  readonly by: string;
  /** A sentence. */
  readonly what: string;
  /** The other side's own words, where it refused something. They may quote personal data: they expire. */
  readonly upstreamMessage?: string;
  /** Its code for the refusal, or the HTTP status. */
  readonly code?: string;
  /** By which the table finds the words. */
  readonly upstreamMessageKey?: string;
}

import type { Connection, UnitRatio } from '../connection.ts';
import type { PartOfKit } from '../sale/deliverable-lines.ts';
import type { Package, PackedLine } from '../shipment/package.ts';

/** The method of an order is none of those that are mapped: a name of the sale's, or what a person typed. */
export const UNMAPPED_METHOD = 'unmapped';

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
  /** The service refused it; its message is in the log. */
  'Failed',
] as const;
export type Status = (typeof STATUSES)[number];

/** What the sale asks for now; `status` is how far the order has come. */
export type Desired = 'fulfilled' | 'held' | 'cancelled';

/**
 * `address` incomplete or contradictory, `payment` not in, `shipping-method` not mapped, `unknown-sku` at the provider;
 * `unreadable`: DEAR returned a part of the sale in an unknown form; `edited`: an operator corrected what it was held for, and
 * has to release it; `person`: an operator holds it; `service`: staff of the provider hold it there; `test`: its sale is the
 * test sale; `shadow`: another connector ships the sale; `takeover`: that connector may have sent it, and a person decides.
 */
export const HOLDS = [
  '',
  'shadow',
  'takeover',
  'address',
  'payment',
  'shipping-method',
  'unknown-sku',
  'unreadable',
  'edited',
  'person',
  'service',
  'test',
] as const;
export type Hold = (typeof HOLDS)[number];

/** One cause of a hold. Several can stand at once, and each ends by itself. */
export interface HoldCause {
  readonly kind: Exclude<Hold, ''>;
  /** A sentence; `NEXT_STEPS` says what ends it. No personal data. */
  readonly why: string;
}

/**
 * Why nothing more of the order will leave although the sale asks for it: staff of the provider `cancelled` or `deleted` it, or
 * it is `incomplete`, because a part has left and the provider has no rest of it. '' while the provider processes it.
 */
export const STANDSTILLS = ['', 'cancelled', 'deleted', 'incomplete'] as const;
export type Standstill = (typeof STANDSTILLS)[number];

/** What happens to the goods that will not leave with an order. `reorder`: the sale's next order takes them. */
export const REMAINDER_ACTIONS = ['reorder', 'drop'] as const;
export type RemainderAction = (typeof REMAINDER_ACTIONS)[number];

export const TAKEOVER_STATES = [
  /** It was planned in shadow mode: the connector before may have sent it. */
  'possible',
  /** The connector before shipped it, and DEAR shows all of it. */
  'shipped',
  /** The order of the connector before is this one. */
  'adopted',
  /** A person has to decide. */
  'unclear',
  /** A person decided that the bridge sends it. */
  'overruled',
] as const;

/** What is known of the order that the connector before may have made for the same goods. */
export interface Takeover {
  readonly state: (typeof TAKEOVER_STATES)[number];
  /** Of `adopted`: the number with which the provider reports it; '' otherwise. */
  readonly number: string;
  /** Whether DEAR showed a part of the goods as shipped when the connection was cut over. */
  readonly isPartlyShipped: boolean;
}

/** A person's decision that nothing more leaves with an order. */
export interface ClosedShort {
  readonly rest: RemainderAction;
  /** What had not left then. */
  readonly lines: readonly OrderedLine[];
}

/**
 * The state of an order: what one connection has to ship for one sale. It holds no personal data and is kept for as long as
 * the order matters; `OrderContent` holds the rest, and expires.
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
  /** Which rule of the location chose the connection, as a sentence; '' or left out where there are no rules. */
  readonly chosenBy?: string;
  /** The connection's rule when the order was planned: whether partial shipments are confirmed. */
  readonly partialShipments: Connection['partialShipments'];
  /** Name of the DEAR location that the goods leave from. */
  readonly location: string;
  /** DEAR's id of the fulfilment we confirm into; '' until an advanced sale's is known. */
  readonly taskId: string;
  readonly status: Status;
  /** One sentence for a person: why the order is where it is. */
  readonly reason: string;
  readonly desired: Desired;
  /** Why it is On Hold, or the first of several causes; '' otherwise. */
  readonly hold: Hold;
  /** All its causes; read them with `listHolds`. Left out of older orders, whose one cause is `hold` with `reason`. */
  readonly holds?: readonly HoldCause[];
  /** Whether it may be sent: by the settings, or because a person released it. */
  readonly released: boolean;
  /** The sale no longer asks for it: voided, undone, moved, or its lines are gone. */
  readonly withdrawn: boolean;
  /** Of the content; the content item is stored under it. */
  readonly fingerprint: string;
  /** Of the content as the sale last gave it; another than `fingerprint` where a person edited the order. */
  readonly planned: string;
  readonly lines: readonly OrderedLine[];
  /**
   * The service that its shipping method is mapped to, or `UNMAPPED_METHOD`; '' or left out where the sale names none, and of
   * orders that were made before this was kept. Never the sale's own words, which may name the customer.
   */
  readonly method?: string;
  /** The sales channel of its sale in DEAR; '' or left out where there is none. */
  readonly channel?: string;
  /** The date by which it has to leave, `yyyy-mm-dd`; '' or left out where there is none. */
  readonly shipBy?: string;
  /** Whether it bills the charges and services of the sale: one order of a sale does. */
  readonly bearsCharges: boolean;
  /** Goods on backorder that no order shipped when this one was last planned; they are ordered when they come in. */
  readonly awaited: readonly AwaitedGoods[];
  readonly submission: Submission;
  /** Left out of orders that were made after the cut-over. */
  readonly takeover?: Takeover;
  readonly cancellation: Cancellation;
  readonly standstill: Standstill;
  /** null for as long as all of it is to leave. */
  readonly closedShort: ClosedShort | null;
  readonly packages: readonly Package[];
  readonly confirmation: Confirmation;
  readonly returns: readonly ReturnedGoods[];
  /** Rates and a label of the shipping service; left out until one was asked for. */
  readonly postage?: Postage;
  /** The short status that DEAR's staff were last shown; ''. */
  readonly shownStatus: string;
  readonly log: readonly LogEntry[];
  /**
   * When its sale was authorised, as well as is known: when the webhook came, or when DEAR says that the sale last changed, where
   * a sweep found it (ISO UTC). Left out where an operator asked, where goods came in that the sale waited for, and of orders
   * that were made before this was kept.
   */
  readonly authorisedAt?: string;
  /** ISO UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Since when it waits for what `waitingFor` returns, or travels. */
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
  /** Of a kit that DEAR has picked as its parts: all the parts that are packed there. */
  readonly parts?: readonly PartOfKit[];
}

/** Goods on backorder. */
export interface AwaitedGoods {
  readonly productId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** Goods that a sale waits for, over all its lines of a SKU. */
export interface WaitedFor {
  readonly sku: string;
  /** What the sale asks for, in DEAR's units. */
  readonly wanted: number;
  /** What of it DEAR has allotted from stock. */
  readonly allotted: number;
}

/** What is known about the order at the provider. */
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
  /** Fingerprints of contents that were sent since without a known answer, oldest first: the provider may have any of them. */
  readonly sentFingerprints: readonly string[];
  /** Since when the provider reports that the order exists but does not list it, ISO UTC; absent otherwise. */
  readonly takenSince?: string;
  /** The provider's ids of orders from elsewhere under our reference, as last seen; absent if there were none. */
  readonly takenBy?: readonly string[];
  /** An attempt without a known answer was followed by another: the first may have arrived, whatever the later ones did. */
  readonly answerLost?: true;
  /** ISO UTC of the last change; '' while `none`. */
  readonly at: string;
}

/**
 * The state of the cancellation at the provider. While `claimed`, nothing else may be planned for the sale, because the answer
 * decides whether the goods leave. `unknown`: after an hour it is still not known whether the provider has the order; the
 * bridge keeps looking, and a person has to look too.
 */
interface Cancellation {
  readonly state: 'none' | 'claimed' | 'done' | 'refused' | 'unknown';
  readonly at: string;
  /** Why it is cancelled, as a sentence; absent while `none`. */
  readonly why?: string;
}

/** What of the order has been written to DEAR as pick, pack and ship. `locked`: a stock take there prevents writing. */
export interface Confirmation {
  readonly state: 'none' | 'claimed' | 'confirmed' | 'refused' | 'locked' | 'abandoned';
  readonly attempt: number;
  /** Ids of the packages that DEAR shows. */
  readonly packages: readonly string[];
  /** The fulfilment they were last written into; ''. */
  readonly taskId: string;
  /** Changes of packages that DEAR shows and that are not written to it yet. */
  readonly corrections: readonly PackageCorrection[];
  readonly at: string;
}

/** A package that DEAR shows with outdated data. */
export interface PackageCorrection {
  /** `Package.id` */
  readonly id: string;
  /** Tracking numbers that DEAR shows and that the package no longer has. */
  readonly staleNumbers: readonly string[];
  /** Key of the stored texts that are no tracking codes; they expire. */
  readonly textsKey?: string;
}

/** Goods that a customer sent back. */
export interface ReturnedGoods {
  /** The provider's id of the return. */
  readonly id: string;
  /** The returned goods; empty if not known. */
  readonly contents: readonly PackedLine[];
  /**
   * `announced`: the return has not begun. `logged`: nothing has to be written. `due`: a credit note has to be drafted.
   * `drafted` and `refused`: the outcome of drafting it.
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
  /** The other system's message, if it refused something. It may hold personal data, so it expires. */
  readonly upstreamMessage?: string;
  /** Its code for the refusal, or the HTTP status. */
  readonly code?: string;
  /** Key of the stored message. */
  readonly upstreamMessageKey?: string;
}

/** What a shipping service would charge now for a label of an order. */
export interface Rate {
  /** The service's id of the offer; a label is bought with it soon after. */
  readonly id: string;
  /** As the service names them. */
  readonly carrier: string;
  readonly service: string;
  /** With all surcharges, in major units. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** null where the carrier gives no estimate. */
  readonly deliveryDays: number | null;
}

/** The rates of an order, the cheapest first, as they were when they were asked for. */
export interface QuotedRates {
  /** ISO UTC. */
  readonly at: string;
  readonly rates: readonly Rate[];
}

/** What the shipping service offered for an order, and the label that was bought of it. */
export interface Postage {
  /** null until they were asked for. */
  readonly quoted: QuotedRates | null;
  /** The rates that DEAR's staff were last shown; ''. */
  readonly shownRates: string;
  /** null until one was requested. */
  readonly label: OrderLabel | null;
}

export const LABEL_STATES = [
  /** A person or a rule asked for it. */
  'requested',
  /** It is being bought: the call may have reached the service. */
  'claimed',
  /** The answer was lost. */
  'unknown',
  /** The service refused it, or no rate fits; a person decides. */
  'refused',
  'bought',
  /** A person asked to void it. */
  'void-requested',
  'voided',
] as const;

export const DOCUMENT_STATES = [
  'none',
  'stored',
  'attaching',
  'attached',
  'unattached',
  'to-remove',
] as const;

/** The latest label of an order that was bought here; those of the service's staff are only packages. */
export interface OrderLabel {
  readonly state: (typeof LABEL_STATES)[number];
  /** Counts the purchases that may have reached the service. */
  readonly attempt: number;
  /** Code of the shipping service that a person chose; '' where the rule of the connection chooses. */
  readonly service: string;
  /** An operator's name; `rule`. */
  readonly by: string;
  /** The offer of the last attempt; ''. */
  readonly rateId: string;
  /** The service's id of the label; '' until it is bought. */
  readonly labelId: string;
  /** `Package.id` of its parcel; ''. */
  readonly packageId: string;
  /** The service's ids of earlier labels of the order that were voided. */
  readonly voidedIds: readonly string[];
  /**
   * Of its PDF: kept in the bucket, being attached to the sale in DEAR, attached, not attached for good, or to be removed there
   * because the label was voided.
   */
  readonly document: (typeof DOCUMENT_STATES)[number];
  /** ISO UTC of the last change. */
  readonly at: string;
}

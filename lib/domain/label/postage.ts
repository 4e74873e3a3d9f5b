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

export const DOCUMENT_STATES = ['none', 'stored', 'attaching', 'attached', 'unattached'] as const;

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
   * Of its PDF: kept in the bucket, being attached to the sale in DEAR, attached, or refused there.
   */
  readonly document: (typeof DOCUMENT_STATES)[number];
  /** ISO UTC of the last change. */
  readonly at: string;
}

/** How a label is chosen where no person chooses. */
export type LabelRule = 'by-hand' | 'cheapest' | 'fastest' | 'mapped';

/** The settings of a connection that buys labels. */
export interface ShippingService {
  /** The connection whose provider sells the labels; '': its own. */
  readonly from: string;
  readonly buy: LabelRule;
  /** `cheapest` and `fastest` choose only what arrives within so many days; null: whatever its estimate. */
  readonly withinDays: number | null;
  /** Codes of the services that a rule may choose; none: any. */
  readonly services: readonly string[];
  /** `automatic`: rates are asked for as soon as the order is accepted. */
  readonly rates: 'on-request' | 'automatic';
  /** `AdditionalAttribute1` … `10` in which DEAR's staff see the rates; ''. */
  readonly ratesAttribute: `AdditionalAttribute${number}` | '';
  /** Whether the label's PDF is attached to the sale in DEAR. */
  readonly attachLabel: boolean;
}

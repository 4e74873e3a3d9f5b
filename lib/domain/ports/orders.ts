import type { RecordedCall } from '../call/recorded-call.ts';
import type { FulfillmentOrder, OrderedLine } from '../order/fulfillment-order.ts';
import type { OrderContent } from '../order/order-content.ts';
import type { Pause } from '../order/pause.ts';
import type { WaitingFor } from '../order/transitions.ts';

/** Receives the reference of an order that a list leaves out, because this version cannot read it. */
export type OnLeftOut = (reference: string) => void;

/** Fulfillment orders, and apart from each the content that it was made with, which expires. */
export interface OrderStore {
  read(reference: string): Promise<FulfillmentOrder | null>;
  /** The same for work on many orders, which goes on without it: null, and reported, where the order cannot be read. */
  readListed(reference: string): Promise<FulfillmentOrder | null>;
  /**
   * The restore of the table that is under way, or was finished lately: orders, labels and confirmations may exist outside that
   * the table does not have. null for all other times.
   */
  readRestore(): Promise<Restore | null>;
  /** null once it has expired. */
  readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
  /**
   * Stores an order that is one version ahead of the stored one, or new.
   * @param content null where it is unchanged
   * @throws {VersionConflict} where the stored order is not the one that was read
   */
  save(order: FulfillmentOrder, content?: OrderContent | null): Promise<void>;
  saveContent(order: FulfillmentOrder, content: OrderContent): Promise<void>;
  /**
   * Applies a pure change to the order as it is stored now.
   * @param change returns the order it was given where there is nothing to do; nothing is written then
   * @returns the order as stored afterwards
   */
  update(
    order: FulfillmentOrder,
    change: (order: FulfillmentOrder) => FulfillmentOrder,
  ): Promise<FulfillmentOrder>;
  /** The connection's orders that are Shipped, oldest first. @param madeFrom ISO UTC: only those made since then; '': all */
  listShipped(connection: string, madeFrom?: string, onLeftOut?: OnLeftOut): AsyncIterable<FulfillmentOrder>;
  /** The orders of all connections that wait for something, longest first. */
  listWaiting(
    what: WaitingFor,
    until?: string,
    skip?: number,
    onLeftOut?: OnLeftOut,
  ): AsyncIterable<FulfillmentOrder>;
  /** @param until ISO UTC: only those that have waited since then or longer */
  countWaiting(what: WaitingFor, atMost: number, until?: string): Promise<number>;
}

/**
 * `made`: the order was made, since the event that told of its sale. `sent`: its provider accepted it, since it was ready to be
 * sent. `authorisedToSent`: its provider accepted it, since its sale was authorised; only of orders that waited for nothing else.
 * `confirmed`: DEAR shows what left, since the first label of it, or since the bridge knew of it where the service tells only
 * the day.
 */
export type Figure = 'made' | 'sent' | 'authorisedToSent' | 'confirmed';

/** Figures that one event adds to, each with how long it took, in ms; null where that is not known. */
export type CountedFigures = Partial<Readonly<Record<Figure, number | null>>>;

/** Counts what happened to orders, for charts. A count that is lost changes nothing else, so it never throws. */
export interface FigureCounter {
  /** One write, however many figures. */
  count(connection: string, figures: CountedFigures): Promise<void>;
}

/** That the table was restored to an earlier moment. All times are ISO UTC. */
export interface Restore {
  /** The moment that the table showed then. */
  readonly to: string;
  readonly begunAt: string;
  /** When all that happened since was read; ''. */
  readonly finishedAt: string;
  /** Until when what may exist outside is looked up before it is made. */
  readonly until: string;
  /** Connection → the cursor of its shipments at that moment. */
  readonly cursors: Readonly<Record<string, string>>;
}

/** Which connections an operator has paused. */
export interface PauseStore {
  /** null where the connection works. */
  read(connection: string): Promise<Pause | null>;
}

/** SKU as `foldSku` has it → the latest amount that is no whole number at the provider, and when it was sent (ISO UTC). */
export type SentFractions = ReadonlyMap<string, { readonly quantity: number; readonly at: string }>;

/** SKUs that were sent in amounts that are no whole numbers at the provider, whose stock figure of them stays wrong. */
export interface FractionStore {
  note(connection: string, lines: readonly OrderedLine[]): Promise<void>;
  list(connection: string): Promise<SentFractions>;
}
/** The moment from which the bridge ships the sales of a connection, and no other connector does. */
export interface Cutover {
  readonly connection: string;
  /** ISO UTC. */
  readonly at: string;
  /** The operator's name. */
  readonly by: string;
  /** When the oldest order was made that another connector may have sent, ISO UTC: parcels are collected from then on. */
  readonly since: string;
}

export interface TakeoverStore {
  /** null while the connection was not cut over. */
  readCutover(connection: string): Promise<Cutover | null>;
  /** @returns the cut-over that was begun first */
  begin(cutover: Cutover): Promise<Cutover>;
  /** Our order that adopted what the provider has under a number of the connector before; null where none did. */
  findAdopted(connection: string, number: string): Promise<string | null>;
  saveAdopted(connection: string, number: string, reference: string): Promise<void>;
}

/** Calls that were made for an order or a sale, masked. */
export interface CallStore {
  /** One write. @param owner the reference of an order, or the id of a sale */
  add(owner: string, calls: readonly RecordedCall[]): Promise<void>;
}

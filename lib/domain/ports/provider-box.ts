/**
 * What a provider keeps of one connection for a service that calls us: orders that the service fetches, and payloads that it
 * sends. Everything in it may be personal data and expires.
 */
export interface ProviderBox {
  readonly outbox: Outbox;
  readonly inbox: Inbox;
}

/** An order that the service fetches, in its current version. */
export interface OutboxEntry {
  readonly reference: string;
  /** The order in the provider's own form. */
  readonly body: string;
  readonly isCancelled: boolean;
  /** The service is told not to ship it until it is released. */
  readonly isHeld: boolean;
  /** When this version was made, ISO UTC. Never earlier than the end of a window that was fetched without it. */
  readonly changedAt: string;
  /** When the service first fetched the order, ISO UTC; ''. */
  readonly fetchedAt: string;
  /** When the service fetched this version, ISO UTC; ''. */
  readonly versionFetchedAt: string;
  /** When the service first reported a parcel of it, ISO UTC; ''. */
  readonly leftAt: string;
}

/** What a provider writes of an entry. */
export type OutboxContent = Pick<OutboxEntry, 'body' | 'isCancelled' | 'isHeld'>;

/** A page of a time window, as a service asks for it. */
export interface OutboxRequest {
  /** ISO UTC, both included. The service's next window begins at `until` or before. */
  readonly from: string;
  readonly until: string;
  /** In which the service counts, in ms: with minutes all of the last minute is in the window. */
  readonly precisionMs: number;
  /** The first is 1. */
  readonly page: number;
  /** Entries that the service must not receive. */
  readonly isWithheld: (entry: OutboxEntry) => boolean;
}

export interface OutboxPage {
  /** Number of pages of the window; 0 for an empty one. It may grow while orders change, and no change moves from a page to an earlier one. */
  readonly pages: number;
  /** At most 50, in order of their changes. */
  readonly entries: readonly OutboxEntry[];
}

/** Orders of a connection in order of their changes. */
export interface Outbox {
  /** null where there is none, or it has expired. */
  read(reference: string): Promise<OutboxEntry | null>;
  /**
   * Writes a new version of an entry, which is the latest change from then on.
   * @param decide receives the current entry and returns what to write, null for nothing; it may throw, and may be called again
   * @returns the entry as it is afterwards; null where there is none
   */
  change(
    reference: string,
    decide: (current: OutboxEntry | null) => OutboxContent | null,
  ): Promise<OutboxEntry | null>;
  /** Notes that the service reported a parcel of the order. No new version. @returns null where there is no such entry */
  noteLeft(reference: string): Promise<OutboxEntry | null>;
  /**
   * One page of the orders whose latest change is in the window. Each is noted as fetched before it is returned, so an order
   * that is not noted as fetched was certainly never sent. An order that changes during the reading is in the next window.
   */
  fetch(request: OutboxRequest): Promise<OutboxPage>;
  /** When the service last fetched a window that reached into the last day, ISO UTC; null: never. */
  lastFetchedAt(): Promise<string | null>;
}

export interface InboxPayload {
  /** The provider's name of it: the same payload always has the same. */
  readonly id: string;
  /** ISO UTC. */
  readonly receivedAt: string;
  /** As it was received, in the provider's own form. */
  readonly body: string;
}

/** A payload that a person has to look at. */
export interface InboxProblem {
  /** Of the payload, or of what it is about, so that a later payload can settle it. */
  readonly id: string;
  /** ISO UTC. */
  readonly since: string;
  /** What is wrong and what to do. */
  readonly problem: string;
}

/** Payloads of a connection in order of arrival, each once. */
export interface Inbox {
  /**
   * Keeps a payload. Repeating is harmless.
   * @returns false where it was kept before; one that an earlier call failed to keep is new
   */
  keep(id: string, body: string): Promise<boolean>;
  /**
   * Pages of the payloads that arrived after the cursor, to the last one or an error; none where nothing arrived.
   * @param cursor of the last page of an earlier reading; null: from the beginning
   * @param pageSize @default 25
   */
  after(cursor: string | null, pageSize?: number): AsyncIterable<InboxPage>;
  /** Puts a problem on the list for people; again with the same id: changes it. */
  addProblem(id: string, problem: string): Promise<void>;
  /** Takes a problem off the list. */
  settleProblem(id: string): Promise<void>;
  /** The newest 100, in no order. */
  problems(): Promise<readonly InboxProblem[]>;
}

export interface InboxPage {
  readonly payloads: readonly InboxPayload[];
  readonly cursor: string;
}

import type { ExpectedSince, JobRun } from '../job/job-run.ts';
import type { RegisteredWebhook } from '../job/webhook-drift.ts';
import type { NewsSetAside } from '../shipment/package.ts';

/** The latest run of each job. */
export interface JobRunStore {
  /** @param connection '' for a job of the whole account */
  read(job: string, connection: string): Promise<JobRun | null>;
  save(run: JobRun): Promise<void>;
  readExpected(): Promise<ExpectedSince>;
  saveExpected(since: ExpectedSince): Promise<void>;
}

/** How far each job has come. Only the job reads what its cursor says. */
export interface CursorStore {
  /** @param connection '' for a job of the whole account */
  read(job: string, connection: string): Promise<string | null>;
  save(job: string, connection: string, cursor: string): Promise<void>;
}

/** Reports of each connection's provider that could not be recorded on their orders. */
export interface SetAsideStore {
  /** By the order's reference. */
  read(connection: string): Promise<{ entries: Map<string, NewsSetAside>; version: number }>;
  /**
   * @param version the one that was read
   * @returns the version that is stored now
   */
  save(connection: string, entries: Iterable<NewsSetAside>, version: number): Promise<number>;
}

export interface WebhookToHold {
  readonly type: string;
  readonly url: string;
  readonly bearerToken: string;
}

/** The subscriptions of webhooks in DEAR. */
export interface WebhooksInDear<Held extends RegisteredWebhook> {
  listSubscriptions(): Promise<readonly Held[]>;
  /** @returns its id */
  createSubscription(wanted: WebhookToHold): Promise<string>;
  /** Switches it on, with its whole body: DEAR wipes what is not sent, the token first of all. */
  replaceSubscription(existing: Held, wanted: WebhookToHold): Promise<void>;
}

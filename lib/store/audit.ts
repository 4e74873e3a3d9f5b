import { DuplicateItemException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ExecuteStatementCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { DAY_MS } from '../domain/clock.ts';
import { ItemKind, type OnUnreadable, type Versioned } from './item-kinds.ts';
import type { ItemKey } from './large-items.ts';
import { putRecord } from './put-record.ts';
import { type Table, VersionConflict } from './table.ts';

export const AUDIT_ENTRY = new ItemKind(
  'audit entry',
  z.object({
    at: z.string(),
    by: z.string(),
    identity: z.string(),
    what: z.string(),
    about: z.string(),
    id: z.string(),
  }),
  // Version 2 added `identity`.
  [(entry) => ({ ...entry, identity: '' })],
);

/** Something that an operator changed, or personal data that was read. */
export interface AuditEntry {
  /** ISO UTC. */
  readonly at: string;
  /** Who did it, as people call them: the name that was given, and the end of the identity. */
  readonly by: string;
  /** Who AWS says it was: an ARN; on the local system the user of the machine. '' of entries before version 2. */
  readonly identity: string;
  /** A sentence. */
  readonly what: string;
  /** The order, sale, connection or queue that it was done to. */
  readonly about: string;
  /** Tells apart what was done in the same millisecond. */
  readonly id: string;
}

/** Whose words an entry is in: `ours`, or of free text that an operator typed, which may name a customer. */
export type AuditWording = 'ours' | 'typed';

/** A year, and a month in which to look back at it. */
const KEPT_DAYS = 400;

/** The part of a table that the audit uses. */
type AuditTable = Pick<Table, 'put' | 'read' | 'items'>;

/**
 * A table whose policy lets entries of the audit be inserted and never put, which could replace one: IAM tells an insertion of
 * PartiQL apart from every other write (decision 0078).
 */
export class InsertOnlyTable implements AuditTable {
  readonly #documents: DynamoDBDocumentClient;
  readonly #name: string;
  readonly #table: AuditTable;

  /** @param table for reading */
  constructor(client: DynamoDBClient, name: string, table: AuditTable) {
    this.#documents = DynamoDBDocumentClient.from(client);
    this.#name = name;
    this.#table = table;
  }

  /** @throws {VersionConflict} there is an item under the key, whatever the condition says */
  async put(key: ItemKey, item: Versioned): Promise<void> {
    const fields = Object.entries({ ...key, ...item });
    const names = fields.map(([name]) => `'${name}': ?`).join(', ');
    try {
      await this.#documents.send(
        new ExecuteStatementCommand({
          Statement: `INSERT INTO "${this.#name}" VALUE {${names}}`,
          Parameters: fields.map(([, value]) => value),
        }),
      );
    } catch (error) {
      throw error instanceof DuplicateItemException ? new VersionConflict(key) : error;
    }
  }

  read(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    return this.#table.read(key);
  }

  items(partition: string): AsyncIterable<ReadonlyArray<Record<string, unknown>>> {
    return this.#table.items(partition);
  }
}

/** What operators did, newest first, for 400 days; what they typed for as long as personal data is kept. */
export class AuditTrail {
  readonly #table: AuditTable;
  readonly #personalDataDays: number;
  readonly #onUnreadable: OnUnreadable;

  /** @param onUnreadable receives each entry that a list leaves out */
  constructor(table: AuditTable, personalDataDays = 90, onUnreadable: OnUnreadable = () => {}) {
    this.#table = table;
    this.#personalDataDays = personalDataDays;
    this.#onUnreadable = onUnreadable;
  }

  /** Entries are only ever added: an entry under a key that is taken is refused. */
  async add(entry: AuditEntry, wording: AuditWording = 'ours'): Promise<void> {
    const days = wording === 'ours' ? KEPT_DAYS : Math.min(KEPT_DAYS, this.#personalDataDays);
    const expiresAt = Math.floor((Date.parse(entry.at) + days * DAY_MS) / 1000);
    const key = { pk: toPartition(entry.at), sk: `${entry.at}#${entry.id}` };
    await putRecord(this.#table, AUDIT_ENTRY, key, { ...entry, expiresAt }, { kind: 'absent' });
  }

  /** Entries of the months that lie between the two moments (ISO UTC), newest first. */
  async *list(since: string, until: string): AsyncIterable<AuditEntry> {
    for (const month of monthsDown(since, until)) {
      for await (const items of this.#table.items(`AUDIT#${month}`)) {
        for (const item of items) {
          const entry = AUDIT_ENTRY.parseRow(item, this.#onUnreadable);
          if (entry !== null && entry.at >= since && entry.at <= until) yield entry;
        }
      }
    }
  }
}

function toPartition(at: string): string {
  return `AUDIT#${at.slice(0, 7)}`;
}

/** `yyyy-mm` of each month that the two moments touch, the last one first. */
function monthsDown(since: string, until: string): string[] {
  const months: string[] = [];
  const month = new Date(`${until.slice(0, 7)}-01T00:00:00Z`);
  while (month.toISOString().slice(0, 7) >= since.slice(0, 7)) {
    months.push(month.toISOString().slice(0, 7));
    month.setUTCMonth(month.getUTCMonth() - 1);
  }
  return months;
}

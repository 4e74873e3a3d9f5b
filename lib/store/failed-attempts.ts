import * as z from 'zod';
import type { Clock } from '../domain/clock.ts';
import { ItemKind } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

/** As long as a queue keeps a message. */
const DAYS = 14;
export const FAILED_ATTEMPTS = new ItemKind('failed attempts', z.object({ failures: z.number() }));

/**
 * How often the work on a message failed. SQS counts how often a message was received, and one that waits for the call
 * budget, or for another call to end, is received many times without any failure. Written only when something fails.
 */
export class FailedAttempts {
  readonly #table: Table;
  readonly #now: Clock;

  constructor(table: Table, now: Clock) {
    this.#table = table;
    this.#now = now;
  }

  /**
   * Counts one more. A group's messages are with one worker at a time, so no other worker counts the same one.
   * @returns how many there are now, 1 for the first
   */
  async add(messageId: string): Promise<number> {
    const key = { pk: `FAILED#${messageId}`, sk: 'ATTEMPTS' };
    const item = await this.#table.read(key);
    const failures = (item === undefined ? 0 : FAILED_ATTEMPTS.parse(item).failures) + 1;
    const expiresAt = Math.floor(this.#now() / 1000) + DAYS * 86_400;
    await putRecord(this.#table, FAILED_ATTEMPTS, key, { failures, expiresAt });
    return failures;
  }
}

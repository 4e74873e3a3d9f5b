import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';

const rows = z.array(z.object({ queue_name: z.string(), body: z.string() }));

/** A message of a queue, whether it waits or is in work. */
export interface StoredMessage {
  /** Without the stack's name and `.fifo`: `sale-events`, `sale-events-dead-letter`. */
  readonly queue: string;
  readonly body: string;
}

/** Reads the queues' file, beside the process that has it open. */
export function readStoredMessages(directory: string, stackName: string): StoredMessage[] {
  return withStore(directory, (store) =>
    rows.parse(store.prepare('SELECT queue_name, body FROM sqs_messages').all()).map((row) => ({
      queue: row.queue_name.replace(`${stackName}-`, '').replace(/\.fifo$/, ''),
      body: row.body,
    })),
  );
}

/** What SQLite finds wrong with the file; `ok` where nothing is. */
export function checkStoredMessages(directory: string): string {
  return withStore(directory, (store) =>
    String(Object.values(store.prepare('PRAGMA integrity_check').get() ?? {})),
  );
}

function withStore<Result>(directory: string, read: (store: DatabaseSync) => Result): Result {
  const store = new DatabaseSync(join(directory, 'sqs', 'fauxqs.db'), { readOnly: true, timeout: 5_000 });
  try {
    return read(store);
  } finally {
    store.close();
  }
}

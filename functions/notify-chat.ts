import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { DAY_MS, isoTime } from '../lib/domain/clock.ts';
import { createDynamoDbClient } from '../lib/runtime/aws-clients.ts';
import { readEnvironment } from '../lib/runtime/environment.ts';
import { createObservability } from '../lib/runtime/logger.ts';
import { readSecret } from '../lib/runtime/secrets.ts';
import { readDay, readWaiting, sumUp } from '../lib/store/figures.ts';
import { DynamoDbTable } from '../lib/store/table.ts';
import {
  chatSecret,
  type DayInNumbers,
  postNotice,
  toDigest,
  toNotice,
} from '../lib/workflows/notify-chat.ts';

// Once, at cold start.
const { log } = createObservability();
const environment = readEnvironment('notify-chat');

const notifications = z.object({ Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })) });

/** Called by SNS with alarms, and by a schedule for the digest. A failure is tried twice more by Lambda. */
export async function handler(event: unknown): Promise<void> {
  const { data } = notifications.safeParse(event);
  const notices =
    data === undefined
      ? [toDigest(await readYesterday(), environment.STACK_NAME)]
      : data.Records.flatMap(({ Sns }) => toNotice(Sns.Message) ?? []);
  const addresses = await readSecret(environment.CHAT_SECRET_ID, chatSecret);
  for (const notice of notices) {
    await postNotice(notice, addresses, { fetch, wait });
    log.event('chat.notified', { tone: notice.tone });
  }
}

async function readYesterday(): Promise<DayInNumbers> {
  const table = new DynamoDbTable(createDynamoDbClient(), environment.TABLE_NAME);
  const now = Date.now();
  const day = isoTime(now - DAY_MS).slice(0, 10);
  const figures = await readDay(table, day);
  const hours = (await readWaiting(table, isoTime(now).slice(0, 10)))?.hours ?? {};
  const { dearBookedSeconds: _, ...waiting } = Object.entries(hours).sort().at(-1)?.[1] ?? {};
  return { day, ...sumUp(figures), waiting };
}

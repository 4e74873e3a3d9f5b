import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { VirtualQueues } from '../../flow/virtual/queues.ts';
import { QUEUES } from '../../flow/virtual/workers.ts';

const message = z.looseObject({ job: z.string().optional(), reference: z.string().optional() });

/** An operator puts every parked message back into the queue that it came from, once everything works again. */
export async function redrive(queues: Pick<VirtualQueues, 'sqs' | 'takeAll'>): Promise<void> {
  for (const { body, group } of queues.takeAll(QUEUES.dead))
    for (const QueueUrl of getSources(body))
      await queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group }));
}

/** One queue holds what all others parked, and a message of an order may come from either of two. */
function getSources(body: string): string[] {
  const { job, reference } = message.parse(JSON.parse(body));
  if (job !== undefined) return [QUEUES.jobs];
  return reference === undefined ? [QUEUES.saleEvents] : [QUEUES.fulfillment, QUEUES.confirmations];
}

import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Host } from '../../local/host.ts';

/** Sends a message to the dead-letter queue, as SQS does after four failures. */
export async function parkMessage(host: Host, queue: string, message: object): Promise<void> {
  const body = JSON.stringify(message);
  await host.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: host.queues[queue]?.deadLetterUrl,
      MessageBody: body,
      MessageGroupId: queue,
      MessageDeduplicationId: String(Date.now()),
    }),
  );
}

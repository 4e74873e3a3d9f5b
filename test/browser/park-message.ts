import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Host } from '../../local/host.ts';

/** As a worker puts aside a message that it failed of four times. */
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

import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** What a webhook costs without any rules: its body becomes one message. */
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
let sent = 0;

export async function handler({ body }: { readonly body: string }): Promise<{ readonly statusCode: number }> {
  sent += 1;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: process.env.SALE_EVENTS_QUEUE_URL,
      MessageBody: body,
      MessageGroupId: `floor-${sent}`,
      MessageDeduplicationId: `floor-${sent}`,
    }),
  );
  return { statusCode: 202 };
}

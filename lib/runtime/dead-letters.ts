import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';

const count = z.coerce.number().int().min(0);
const attributes = z.object({
  ApproximateNumberOfMessages: count,
  /** Somebody is looking at these; that does not make them fewer. */
  ApproximateNumberOfMessagesNotVisible: count,
});

/** How many messages lie in the queues. SQS counts about right at once and exactly after a minute. */
export async function countMessages(sqs: SQSClient, queueUrls: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    queueUrls.map(async (QueueUrl) => {
      const answer = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      const found = attributes.parse(answer.Attributes);
      return found.ApproximateNumberOfMessages + found.ApproximateNumberOfMessagesNotVisible;
    }),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}

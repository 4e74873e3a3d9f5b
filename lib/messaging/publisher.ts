import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/**
 * Sends one message to a FIFO queue and resolves only when SQS holds it.
 *
 * The de-duplication id is a new one unless the sender gives one: a message is a hint to look again, and two equal hints
 * minutes apart (authorised, undone, authorised) mean two looks. SQS would drop the second for five minutes if the id came
 * from the body.
 */
export class Publisher<Message> {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #groupOf: (message: Message) => string;

  constructor(client: SQSClient, queueUrl: string, groupOf: (message: Message) => string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#groupOf = groupOf;
  }

  async publish(message: Message): Promise<void> {
    await this.#send(message, randomUUID());
  }

  /** The same, but SQS drops it where one with this key came within the last five minutes. */
  async publishOnce(message: Message, key: string): Promise<void> {
    await this.#send(message, toGroupId(key));
  }

  async #send(message: Message, deduplicationId: string): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: toSqsText(JSON.stringify(message)),
        MessageGroupId: toGroupId(this.#groupOf(message)),
        MessageDeduplicationId: deduplicationId,
      }),
    );
  }
}

/**
 * The same JSON in characters that SQS takes. JSON escapes control characters and halves of surrogate pairs itself, which
 * leaves the two that are no characters; a sale order number may hold anything a person pasted.
 */
function toSqsText(json: string): string {
  return json.replaceAll(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
}

/** SQS takes 1 to 128 letters, digits and punctuation; a sale order number may hold anything a person typed. */
export function toGroupId(text: string): string {
  return text.replaceAll(/[^\w\-#.:]/gu, '_').slice(0, 128) || '_';
}

import type { DeduplicatingPublisher } from '../../lib/domain/ports/queues.ts';

/** A queue that records its messages, or fails as a stopped one does. */
export class RecordingQueue<Message> implements DeduplicatingPublisher<Message> {
  readonly messages: Message[] = [];
  stopped = false;
  readonly #keys = new Set<string>();

  async publish(message: Message): Promise<void> {
    if (this.stopped) throw new Error('connect ECONNREFUSED');
    this.messages.push(message);
  }

  async publishOnce(message: Message, key: string): Promise<void> {
    if (this.#keys.has(key)) return;
    await this.publish(message);
    this.#keys.add(key);
  }
}

/** A queue that messages are sent to. */
export interface Publisher<Message> {
  /** Resolves once the queue holds the message. */
  publish(message: Message): Promise<void>;
}

/** A queue that drops a message whose key came within the last five minutes. */
export interface DeduplicatingPublisher<Message> extends Publisher<Message> {
  publishOnce(message: Message, key: string): Promise<void>;
}

/** A queue that keeps what was published, or fails as a stopped one does. */
export class RecordingQueue<Message> {
  readonly messages: Message[] = [];
  stopped = false;

  async publish(message: Message): Promise<void> {
    if (this.stopped) throw new Error('connect ECONNREFUSED');
    this.messages.push(message);
  }
}

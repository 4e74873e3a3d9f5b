import { randomUUID } from 'node:crypto';
import type { Timeline } from '../kit/timeline.ts';
import { toJson } from './api.ts';
import { signedHeaders } from './signature.ts';
import type { Warehouse, WarehouseState } from './state.ts';

const TIMEOUT_MS = 15_000;
/** After an attempt without success, ms. */
const RETRY_WAITS = [5_000, 60_000, 600_000];

interface SenderOptions {
  readonly warehouse: Warehouse;
  readonly timeline: Timeline;
  readonly secret: string;
  /** Where the bridge takes messages. */
  readonly url: string;
}

/** Sends messages to the bridge, in their order, and again where one was not accepted. */
export class MessageSender {
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async send(type: string, data: object): Promise<void> {
    const { warehouse, timeline } = this.#options;
    const id = `msg_${randomUUID()}`;
    const timestamp = new Date(timeline.now()).toISOString();
    const body = JSON.stringify({ type, timestamp, data: toJson(data) });
    warehouse.change((state) => void state.messages.push({ id, body, attempts: 0, status: null }));
    await this.#attempt(id);
  }

  /** Sends every message again, the latest first. */
  async repeatAll(): Promise<void> {
    const { messages } = this.#options.warehouse.state();
    for (const { id } of messages.toReversed()) await this.#attempt(id);
  }

  /** Sends what was not accepted before the sandbox was stopped. */
  async resume(): Promise<void> {
    const { messages } = this.#options.warehouse.state();
    for (const { id, status } of messages) if (status !== 200) await this.#attempt(id);
  }

  async #attempt(id: string): Promise<void> {
    const { warehouse, timeline, secret, url } = this.#options;
    const message = findMessage(warehouse.state(), id);
    if (message === undefined) return;
    const { body, attempts } = message;
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders(body, secret, { id, now: timeline.now() }),
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const status = await fetch(url, { method: 'POST', headers, body, signal }).then(
      (answer) => answer.status,
      () => null,
    );
    warehouse.change((state) => {
      Object.assign(findMessage(state, id) ?? {}, { status, attempts: attempts + 1 });
    });
    const wait = RETRY_WAITS[attempts];
    if (status !== 200 && wait !== undefined) timeline.after(wait, () => this.#attempt(id));
  }
}

function findMessage({ messages }: WarehouseState, id: string) {
  return messages.find((message) => message.id === id);
}

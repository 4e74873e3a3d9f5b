import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import type { SetAsideStore } from '../domain/ports/jobs.ts';
import { joinNews, type NewsSetAside, type OrderNews } from '../domain/shipment/order-news.ts';

export interface SetAsideDeps {
  readonly setAside: SetAsideStore;
  readonly connection: Connection;
  readonly now: Clock;
}

/** The news of a connection that could not be recorded yet, during one run of `collect-shipments`. */
export class SetAside {
  readonly #deps: SetAsideDeps;
  readonly #entries: Map<string, NewsSetAside>;
  #version: number;
  #changed = false;

  static async read(deps: SetAsideDeps): Promise<SetAside> {
    const { entries, version } = await deps.setAside.read(deps.connection.id);
    return new SetAside(deps, entries, version);
  }

  private constructor(deps: SetAsideDeps, entries: Map<string, NewsSetAside>, version: number) {
    this.#deps = deps;
    this.#entries = entries;
    this.#version = version;
  }

  get size(): number {
    return this.#entries.size;
  }

  entries(): readonly NewsSetAside[] {
    return [...this.#entries.values()];
  }

  /** Joins news with earlier news of the order, so that a voided label is recorded after its parcel. */
  joinWith(news: OrderNews): OrderNews {
    return joinNews(this.#entries.get(news.reference)?.news, news);
  }

  /** @param failure name of the error's class */
  add(news: OrderNews, failure: string): void {
    const { reference } = news;
    const known = this.#entries.get(reference);
    const since = known?.since ?? isoTime(this.#deps.now());
    const reason = `What ${this.#deps.connection.id} shipped of ${reference} could not be recorded (${failure}), so it is not confirmed in DEAR. It is tried again at each run of collect-shipments.`;
    this.#entries.set(reference, { news, since, reason });
    this.#changed ||= JSON.stringify(known?.news) !== JSON.stringify(news);
  }

  remove(reference: string): void {
    this.#changed = this.#entries.delete(reference) || this.#changed;
  }

  /** Writes only if something changed. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    const { setAside, connection } = this.#deps;
    this.#version = await setAside.save(connection.id, this.#entries.values(), this.#version);
    this.#changed = false;
  }
}

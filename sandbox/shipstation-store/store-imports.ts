import type { Timeline } from '../kit/timeline.ts';
import { importOrder, type Page, RejectedPage, readPage, type StatusLists } from './import-orders.ts';
import type { ImportRow, Store } from './state.ts';
import type { StoreCaller } from './store-caller.ts';

const MINUTE_MS = 60_000;
/** Of a store that is new. */
const FIRST_WINDOW_MS = 14 * 24 * 60 * MINUTE_MS;
const MAX_IMPORTS = 100;
const TRIES = 3;

interface ImportDeps {
  readonly store: Store;
  readonly caller: StoreCaller;
  readonly statuses: StatusLists;
  readonly timeline: Timeline;
}

/**
 * Imports changed orders: a window from the end of the last one, to the minute, in pages until the number that the store says. A
 * page that fails is asked for again; if one stays unread, or breaks a rule, the window is asked for again next time.
 */
export class StoreImports {
  readonly #deps: ImportDeps;
  #last: Promise<unknown> = Promise.resolve();
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(deps: ImportDeps) {
    this.#deps = deps;
  }

  /** One after the other: an import that is asked for during another begins after it. */
  run(): Promise<ImportRow> {
    const next = this.#last.then(() => this.#run());
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Runs an import after each interval of the settings, as they are then. */
  schedule(): void {
    const { store, timeline } = this.#deps;
    const every = store.state().settings.importEveryMs;
    this.#cancel();
    if (this.#isStopped || every === null) return;
    this.#cancel = timeline.after(every, async () => {
      await this.run();
      this.schedule();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #run(): Promise<ImportRow> {
    const { store, timeline } = this.#deps;
    const { importedUntil, settings } = store.state();
    const until = Math.floor(timeline.now() / MINUTE_MS) * MINUTE_MS;
    const from =
      importedUntil === null ? until - FIRST_WINDOW_MS : importedUntil - settings.overlapMinutes * MINUTE_MS;
    const row = { at: iso(timeline.now()), from: iso(from), until: iso(until), pages: 0, orders: 0 };
    const done = await this.#importWindow(from, until, row);
    store.change((state) => {
      state.imports = [...state.imports, done].slice(-MAX_IMPORTS);
      if (done.failure === '') state.importedUntil = until;
    });
    return done;
  }

  async #importWindow(
    from: number,
    until: number,
    row: Omit<ImportRow, 'failure' | 'dropped'>,
  ): Promise<ImportRow> {
    const { store, statuses, timeline } = this.#deps;
    const result: ImportRow = { ...row, failure: '', dropped: [] };
    try {
      for (let page = 1; page === 1 || page <= result.pages; page += 1) {
        const { pages, orders } = await this.#readPage(from, until, page);
        result.pages = pages;
        result.orders += orders.length;
        store.change((state) => {
          for (const order of orders) {
            const why = importOrder(state, order, statuses, timeline.now());
            if (why !== null) result.dropped.push(why);
          }
        });
      }
    } catch (error) {
      if (!(error instanceof RejectedPage)) throw error;
      result.failure = error.message;
    }
    return result;
  }

  async #readPage(from: number, until: number, page: number): Promise<Page> {
    const { caller, statuses } = this.#deps;
    for (let tries = 1; ; tries += 1) {
      const { status, body } = await caller.exportOrders(from, until, page);
      if (status === 200) return readPage(body, statuses);
      const isTemporary = status === null || status >= 500 || status === 429;
      if (!isTemporary || tries === TRIES)
        throw new RejectedPage(`The store answered ${status ?? 'nothing'}.`);
    }
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

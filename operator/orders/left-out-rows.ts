import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Rows that were left out of lists because they cannot be read, as one sentence each. A command reads the rows of the whole
 * process; a request of the console only its own, so a row that was mended is not named again.
 */
export class LeftOutRows {
  readonly #ofProcess = new Set<string>();
  readonly #ofRequest = new AsyncLocalStorage<Set<string>>();

  /** @param why a sentence without values of the row */
  note(why: string): void {
    this.#current().add(why);
  }

  /** In the order in which they were found; the same sentence once. */
  list(): readonly string[] {
    return [...this.#current()];
  }

  /** Runs work with a list of its own, which begins empty. */
  collect<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#ofRequest.run(new Set(), work);
  }

  #current(): Set<string> {
    return this.#ofRequest.getStore() ?? this.#ofProcess;
  }
}

/** For a list of DEAR's. @param list for example `products` */
export function toRowNote(list: string, leftOut: LeftOutRows): (paths: readonly string[]) => void {
  return (paths) => leftOut.note(`A row of DEAR’s ${list} cannot be read: ${paths.slice(0, 3).join(', ')}`);
}

/** What was opened, to be closed in the reverse order; closing goes on where one fails. */
export interface ClosingList {
  add(close: () => Promise<void> | void): void;
  /** Once; later calls wait for the first. */
  closeAll(): Promise<void>;
}

export function createClosingList(): ClosingList {
  const closes: Array<() => Promise<void> | void> = [];
  let closed: Promise<void> | null = null;

  async function run(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of closes.reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed');
  }

  return {
    add: (close) => {
      closes.push(close);
    },
    closeAll: () => {
      closed ??= run();
      return closed;
    },
  };
}

import {
  AmbiguousWrite,
  OperatorActionNeeded,
  REFERENCE_TAKEN,
  Rejected,
  Unavailable,
} from '../../domain/errors.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';

export interface FoundFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ms since the epoch, by the server's clock. */
  readonly changedAt: number;
}

export interface OutgoingFile {
  /** Of the order, for errors; '' of a batch. */
  readonly reference: string;
  readonly folder: string;
  readonly name: string;
  /** Under which it is written before it is renamed, where the place can rename. */
  readonly temporaryName: string;
  /** To which the warehouse may have moved it. */
  readonly takenFolders: readonly string[];
}

/** A connection to the place of the files. All methods throw the classes of `domain/errors.ts`. */
export interface Transfer {
  /**
   * All files of a folder, in no order.
   * @throws {NoSuchFolder}
   */
  list(folder: string): Promise<readonly FoundFile[]>;
  read(path: string): Promise<Buffer>;
  /** Prepares the file, so that only `release` is left. Nothing appears under its name, and repeating is harmless. */
  upload(file: OutgoingFile, bytes: Buffer): Promise<void>;
  /**
   * Makes the file appear under its name, at once and whole, and not over another.
   * @throws {AmbiguousWrite} it may have appeared
   * @throws {Rejected} with the code `REFERENCE_TAKEN` where there is another file of that name
   */
  release(file: OutgoingFile, bytes: Buffer): Promise<void>;
  /** Whether a file that was uploaded was released as well. */
  wasReleased(file: OutgoingFile): Promise<boolean>;
  /** Moves a file that was read. Repeating is harmless, and a file that was moved there before is the same. */
  move(folder: string, name: string, to: { readonly folder: string; readonly name: string }): Promise<void>;
  close(): Promise<void>;
}

export class NoSuchFolder extends OperatorActionNeeded {
  constructor(attempt: Attempt, path: string) {
    super(toErrorDetails(attempt), `has no ${path}`);
  }
}

/** Whether a file is in one of the folders, some of which may not exist. */
export async function isInAny(
  transfer: Transfer,
  folders: readonly string[],
  name: string,
): Promise<boolean> {
  for (const folder of folders) {
    const files = await transfer.list(folder).catch((error: unknown) => {
      if (error instanceof NoSuchFolder) return [];
      throw error;
    });
    if (files.some((file) => file.name === name)) return true;
  }
  return false;
}

export function joinPath(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** The error for a name that another file has. */
export function nameTaken(attempt: Attempt): Rejected {
  const upstreamMessage = 'There is another file with the name of the order file.';
  return new Rejected({ ...toErrorDetails(attempt, { upstreamMessage }), code: REFERENCE_TAKEN });
}

/** A connection that nothing has used for so long is closed, ms. */
const IDLE_MS = 3_000;

interface Connection {
  readonly transfer: Promise<Transfer>;
  users: number;
  /** When the last work with it ended, ms since the epoch. */
  usedAt: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * One connection for all who work at about the same time: many servers accept only a few, and opening one takes a second. It is
 * never used after a pause, in which a function may have been frozen and the connection cut off unseen.
 */
export class SharedTransfer {
  readonly #open: () => Promise<Transfer>;
  #current: Connection | null = null;

  constructor(open: () => Promise<Transfer>) {
    this.#open = open;
  }

  async use<Result>(work: (transfer: Transfer) => Promise<Result>): Promise<Result> {
    const current = this.#take();
    try {
      return await work(await current.transfer);
    } catch (error) {
      const mayBeBroken = error instanceof Unavailable || error instanceof AmbiguousWrite;
      if (mayBeBroken || !(await isOpen(current))) this.#drop(current);
      throw error;
    } finally {
      current.users -= 1;
      current.usedAt = Date.now();
      if (current.users === 0) {
        if (this.#current === current) current.timer = setTimeout(() => this.#drop(current), IDLE_MS).unref();
        else await end(current);
      }
    }
  }

  async close(): Promise<void> {
    const current = this.#current;
    if (current === null) return;
    this.#drop(current);
    await end(current);
  }

  #take(): Connection {
    const known = this.#current;
    if (known !== null && known.users === 0 && Date.now() - known.usedAt > IDLE_MS) this.#drop(known);
    this.#current ??= { transfer: this.#open(), users: 0, usedAt: 0, timer: undefined };
    clearTimeout(this.#current.timer);
    this.#current.users += 1;
    return this.#current;
  }

  /** Nothing new begins with it, and it ends with its last user. */
  #drop(connection: Connection): void {
    clearTimeout(connection.timer);
    if (this.#current === connection) this.#current = null;
    if (connection.users === 0) void end(connection);
  }
}

async function isOpen({ transfer }: Connection): Promise<boolean> {
  return await transfer.then(
    () => true,
    () => false,
  );
}

async function end({ transfer }: Connection): Promise<void> {
  await transfer.then(
    (open) => open.close(),
    () => undefined,
  );
}

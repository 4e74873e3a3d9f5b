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

/**
 * One connection for all who work at the same time, which ends with the last of them: between two runs of a function it would be
 * cut off unseen, and many servers accept only a few.
 */
export class SharedTransfer {
  readonly #open: () => Promise<Transfer>;
  #current: { readonly transfer: Promise<Transfer>; users: number } | null = null;

  constructor(open: () => Promise<Transfer>) {
    this.#open = open;
  }

  async use<Result>(work: (transfer: Transfer) => Promise<Result>): Promise<Result> {
    this.#current ??= { transfer: this.#open(), users: 0 };
    const current = this.#current;
    current.users += 1;
    try {
      return await work(await current.transfer);
    } catch (error) {
      // It may be broken, so that the next work opens another.
      const mayBeBroken = error instanceof Unavailable || error instanceof AmbiguousWrite;
      if (mayBeBroken && this.#current === current) this.#current = null;
      throw error;
    } finally {
      current.users -= 1;
      if (current.users === 0) {
        if (this.#current === current) this.#current = null;
        await current.transfer.then(
          (transfer) => transfer.close(),
          () => undefined,
        );
      }
    }
  }
}

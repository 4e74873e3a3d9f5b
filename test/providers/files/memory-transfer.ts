import { AmbiguousWrite, Unavailable } from '../../../lib/domain/errors.ts';
import {
  type FoundFile,
  joinPath,
  NoSuchFolder,
  type OutgoingFile,
  type Transfer,
} from '../../../lib/providers/files/transfer.ts';

interface StoredFile {
  readonly bytes: Buffer;
  readonly changedAt: number;
}

/** A server of files in memory, whose steps can be made to fail. */
export class MemoryServer {
  readonly files = new Map<string, StoredFile>();
  /** Names of every order file that ever appeared. */
  readonly appeared: string[] = [];
  /** Whether the warehouse takes and deletes an order file as soon as it appears. */
  takesAtOnce = false;
  now = Date.UTC(2026, 0, 5);
  #steps = 0;
  #fault: { readonly step: number; readonly isDone: boolean } | null = null;

  /** The so-manieth step from now gets no answer. @param isDone whether it is carried out */
  failStep(step: number, isDone: boolean): void {
    this.#steps = 0;
    this.#fault = { step, isDone };
  }

  put(path: string, content: string | Buffer): void {
    this.files.set(path, { bytes: Buffer.from(content), changedAt: this.now });
  }

  names(folder: string): string[] {
    return this.#in(folder).map(({ name }) => name);
  }

  open(): Transfer {
    return {
      list: (folder) => this.#step(false, () => this.#list(folder)),
      read: (path) => this.#step(false, () => this.files.get(path)?.bytes ?? Buffer.alloc(0)),
      upload: ({ folder, temporaryName }, bytes) =>
        this.#step(false, () => this.put(joinPath(folder, temporaryName), bytes)),
      release: (file) => this.#step(true, () => this.#release(file)),
      wasReleased: ({ folder, temporaryName }) =>
        this.#step(false, () => !this.names(folder).includes(temporaryName)),
      move: (folder, name, to) =>
        this.#step(false, () => this.#rename(joinPath(folder, name), joinPath(to.folder, to.name))),
      close: async () => undefined,
    };
  }

  async #step<Result>(writes: boolean, act: () => Result): Promise<Result> {
    this.#steps += 1;
    const fault = this.#steps === this.#fault?.step ? this.#fault : null;
    if (fault === null) return act();
    this.#fault = null;
    if (fault.isDone) act();
    const details = { system: 'warehouse', operation: 'step' };
    throw writes ? new AmbiguousWrite(details) : new Unavailable(details);
  }

  #release({ folder, name, temporaryName }: OutgoingFile): void {
    this.#rename(joinPath(folder, temporaryName), joinPath(folder, name));
    this.appeared.push(name);
    if (this.takesAtOnce) this.files.delete(joinPath(folder, name));
  }

  #rename(from: string, to: string): void {
    const file = this.files.get(from);
    if (file === undefined) return;
    this.files.delete(from);
    this.files.set(to, file);
  }

  #list(folder: string): FoundFile[] {
    if (folder === 'nowhere')
      throw new NoSuchFolder({ system: 'warehouse', operation: 'list', writes: false }, folder);
    return this.#in(folder);
  }

  #in(folder: string): FoundFile[] {
    return [...this.files].flatMap(([path, { bytes, changedAt }]) => {
      const name = path.slice(folder.length + 1);
      return path.startsWith(`${folder}/`) && !name.includes('/')
        ? [{ name, size: bytes.length, changedAt }]
        : [];
    });
  }
}

import { createHash } from 'node:crypto';
import {
  Client,
  type ConnectError,
  type Done,
  type FileStats,
  type ListedFile,
  type SFTPWrapper,
  type SftpError,
} from 'ssh2';
import { AmbiguousWrite, OperatorActionNeeded, Unavailable } from '../../domain/errors.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';
import type { FilesSecret, Place } from './settings.ts';
import {
  type FoundFile,
  joinPath,
  NoSuchFolder,
  nameTaken,
  type OutgoingFile,
  type Transfer,
} from './transfer.ts';

export interface SftpOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly place: Extract<Place, { readonly kind: 'sftp' }>;
  readonly secret: FilesSecret;
  /** Fingerprints that are trusted. */
  readonly hostKey: string;
  /** Of connecting, and of each step after it, ms. @default 20 s */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;

/** Status codes of SFTP, version 3. */
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

/**
 * Opens a connection and trusts no other host key than the given: the server would receive the password otherwise.
 * @throws {OperatorActionNeeded} the host key is another, or the credentials are refused
 * @throws {Unavailable}
 */
export async function openSftp(options: SftpOptions): Promise<Transfer> {
  const attempt = { system: options.system, operation: 'connect', writes: false };
  const client = await connect(options, attempt);
  const calls = new SftpCalls(client, options.timeoutMs ?? TIMEOUT_MS);
  try {
    const sftp = await calls.call<SFTPWrapper>((done) => client.sftp(done), attempt);
    return new SftpTransfer(options.system, calls, sftp);
  } catch (error) {
    client.destroy();
    throw new Unavailable(toErrorDetails(attempt, { cause: error }));
  }
}

/** The fingerprint of the server's host key; no credential is sent. @throws {Unavailable} */
export async function readHostKey(options: Omit<SftpOptions, 'hostKey' | 'secret'>): Promise<string> {
  const secret = { password: '', privateKey: '', passphrase: '' };
  const attempt = { system: options.system, operation: 'read the host key', writes: false };
  try {
    const client = await connect({ ...options, secret, hostKey: '' }, attempt);
    client.end();
  } catch (error) {
    if (error instanceof UntrustedHost) return error.fingerprint;
    throw error;
  }
  throw new Unavailable(toErrorDetails(attempt));
}

class UntrustedHost extends OperatorActionNeeded {
  readonly fingerprint: string;

  constructor(attempt: Attempt, fingerprint: string, hostKey: string) {
    const is = hostKey === '' ? 'the setting hostKey is empty' : 'the setting hostKey names another';
    const upstreamMessage =
      'Ask the owner of the server for the fingerprint of its host key. Only where it is this one, put it into the setting hostKey.';
    super(toErrorDetails(attempt, { upstreamMessage }), `shows the host key ${fingerprint}, and ${is}`);
    this.fingerprint = fingerprint;
  }
}

async function connect(
  { place, secret, hostKey, timeoutMs = TIMEOUT_MS }: SftpOptions,
  attempt: Attempt,
): Promise<Client> {
  const { host, port, username } = place;
  const { password, privateKey, passphrase } = secret;
  const trusted = hostKey.split(/\s+/).filter((one) => one !== '');
  const client = new Client();
  let seen = '';
  const hostVerifier = (key: Buffer) => {
    seen = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
    return trusted.includes(seen);
  };
  const credentials = {
    ...(password !== '' && { password }),
    ...(privateKey !== '' && { privateKey }),
    ...(passphrase !== '' && { passphrase }),
  };
  const tryKeyboard = password !== '';
  const wrong = await new Promise<ConnectError | null>((resolve) => {
    client.on('ready', () => resolve(null));
    client.on('error', resolve);
    client.on('close', () => resolve(new Error('the connection ended')));
    client.on('keyboard-interactive', (_, __, ___, prompts, finish) => finish(prompts.map(() => password)));
    try {
      client.connect({
        host,
        port,
        username,
        ...credentials,
        tryKeyboard,
        readyTimeout: timeoutMs,
        hostVerifier,
      });
    } catch (error) {
      resolve(Object.assign(new Error(String(error)), { level: KEY_UNREADABLE }));
    }
  });
  if (wrong === null) {
    // Else each of its many small packets waits 40 ms for the acknowledgement of the one before.
    client.setNoDelay(true);
    return client;
  }
  client.destroy();
  if (seen !== '' && !trusted.includes(seen)) throw new UntrustedHost(attempt, seen, hostKey);
  if (wrong.level === KEY_UNREADABLE)
    throw new OperatorActionNeeded(toErrorDetails(attempt), 'has a private key that cannot be read');
  if (wrong.level === 'client-authentication') throw new OperatorActionNeeded(toErrorDetails(attempt));
  throw new Unavailable(toErrorDetails(attempt, { cause: wrong }));
}

const KEY_UNREADABLE = 'key';

/** The server answered that it did not do it. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: number;

  constructor(code: number) {
    super(`The server answered with status ${code}`);
    this.code = code;
  }
}

/** The calls of one connection, each of which ends: by an answer, with the connection, or after a time. */
class SftpCalls {
  readonly #client: Client;
  readonly #timeoutMs: number;
  readonly #waiting = new Set<(cause: Error) => void>();

  constructor(client: Client, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    client.on('close', () => {
      for (const fail of this.#waiting) fail(new Error('the connection ended'));
    });
  }

  /**
   * @throws {Refused}
   * @throws {Unavailable | AmbiguousWrite} there was no answer
   */
  async call<Result>(send: (done: Done<Result>) => void, attempt: Attempt): Promise<Result> {
    return await new Promise<Result>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(fail);
      };
      const fail = (cause: SftpError) => {
        settle();
        reject(toError(cause, attempt));
      };
      const timer = setTimeout(() => {
        fail(new Error(`no answer within ${this.#timeoutMs} ms`));
        this.#client.destroy();
      }, this.#timeoutMs);
      this.#waiting.add(fail);
      const done: Done<Result> = (error, result) => {
        if (error) return fail(error);
        settle();
        resolve(result);
      };
      try {
        send(done);
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  end(): void {
    this.#client.end();
  }
}

function toError(cause: SftpError, attempt: Attempt): Error {
  if (typeof cause.code === 'number') return new Refused(cause.code);
  const details = toErrorDetails(attempt, { cause });
  return attempt.writes ? new AmbiguousWrite(details) : new Unavailable(details);
}

class SftpTransfer implements Transfer {
  readonly #system: string;
  readonly #calls: SftpCalls;
  readonly #sftp: SFTPWrapper;

  constructor(system: string, calls: SftpCalls, sftp: SFTPWrapper) {
    this.#system = system;
    this.#calls = calls;
    this.#sftp = sftp;
  }

  async list(folder: string): Promise<readonly FoundFile[]> {
    const attempt = this.#attempt(`list the folder ${folder}`);
    try {
      const all = await this.#calls.call<ListedFile[]>((done) => this.#sftp.readdir(folder, done), attempt);
      const files = all.filter(({ attrs }) => !attrs.isDirectory());
      const found: FoundFile[] = [];
      for (const { filename, attrs } of files) {
        const file = await this.#look(folder, filename, attrs, attempt);
        if (file !== null) found.push(file);
      }
      return found;
    } catch (error) {
      throw this.#translate(error, attempt, folder);
    }
  }

  /** Asks for what some servers do not list. @returns null where the file has gone meanwhile */
  async #look(folder: string, name: string, listed: FileStats, attempt: Attempt): Promise<FoundFile | null> {
    const isWhole = listed.size !== undefined && listed.mtime !== undefined;
    const path = joinPath(folder, name);
    const stats = isWhole ? listed : await this.#stat(path, attempt);
    if (stats === null) return null;
    const { size, mtime } = stats;
    if (size !== undefined && mtime !== undefined) return { name, size, changedAt: mtime * 1000 };
    throw new OperatorActionNeeded(toErrorDetails(attempt), `tells neither the size nor the time of ${path}`);
  }

  async #stat(path: string, attempt: Attempt): Promise<FileStats | null> {
    try {
      return await this.#calls.call<FileStats>((done) => this.#sftp.stat(path, done), attempt);
    } catch (error) {
      if (error instanceof Refused && error.code === NO_SUCH_FILE) return null;
      throw error;
    }
  }

  async read(path: string): Promise<Buffer> {
    const attempt = this.#attempt('read a file');
    try {
      return await this.#calls.call<Buffer>((done) => this.#sftp.readFile(path, done), attempt);
    } catch (error) {
      throw this.#translate(error, attempt, path);
    }
  }

  async upload({ folder, temporaryName, reference }: OutgoingFile, bytes: Buffer): Promise<void> {
    const attempt = this.#attempt('upload an order file', reference);
    const path = joinPath(folder, temporaryName);
    try {
      await this.#calls.call<undefined>((done) => this.#sftp.writeFile(path, bytes, done), attempt);
    } catch (error) {
      throw this.#translate(error, attempt, folder);
    }
  }

  async release({ folder, name, temporaryName, reference }: OutgoingFile): Promise<void> {
    const attempt = { ...this.#attempt('send an order file', reference), writes: true };
    const [from, to] = [joinPath(folder, temporaryName), joinPath(folder, name)];
    try {
      await this.#calls.call<undefined>((done) => this.#sftp.rename(from, to, done), attempt);
    } catch (error) {
      const isTaken = error instanceof Refused && (await this.#has(folder, name));
      throw isTaken ? nameTaken(attempt) : this.#translate(error, attempt, folder);
    }
  }

  /** The rename alone removes the temporary name, whatever the warehouse does with the file afterwards. */
  async wasReleased({ folder, temporaryName }: OutgoingFile): Promise<boolean> {
    return !(await this.#has(folder, temporaryName));
  }

  async move(
    folder: string,
    name: string,
    to: { readonly folder: string; readonly name: string },
  ): Promise<void> {
    const attempt = this.#attempt('move a file that was read');
    const rename = () =>
      this.#calls.call<undefined>(
        (done) => this.#sftp.rename(joinPath(folder, name), joinPath(to.folder, to.name), done),
        attempt,
      );
    try {
      await rename();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!(await this.#has(folder, name))) return;
      await this.#makeFolder(to.folder, attempt);
      if (await this.#has(to.folder, to.name)) return await this.#remove(joinPath(folder, name), attempt);
      await rename().catch((second: unknown) => {
        throw this.#translate(second, attempt, to.folder);
      });
    }
  }

  async close(): Promise<void> {
    this.#calls.end();
  }

  async #has(folder: string, name: string): Promise<boolean> {
    return (await this.list(folder)).some((file) => file.name === name);
  }

  async #remove(path: string, attempt: Attempt): Promise<void> {
    try {
      await this.#calls.call<undefined>((done) => this.#sftp.unlink(path, done), attempt);
    } catch (error) {
      throw this.#translate(error, attempt, path);
    }
  }

  /** A folder that is there is refused, which is as good. */
  async #makeFolder(folder: string, attempt: Attempt): Promise<void> {
    const parts = folder.split('/');
    for (const index of parts.keys()) {
      const path = parts.slice(0, index + 1).join('/');
      if (path === '') continue;
      await this.#calls
        .call<undefined>((done) => this.#sftp.mkdir(path, done), attempt)
        .catch((error: unknown) => {
          if (!(error instanceof Refused)) throw error;
        });
    }
  }

  #attempt(operation: string, reference = ''): Attempt {
    return { system: this.#system, operation, writes: false, ...(reference !== '' && { reference }) };
  }

  /** A refusal was no write, so that all but a missing right may be repeated. */
  #translate(error: unknown, attempt: Attempt, path: string): unknown {
    if (!(error instanceof Refused)) return error;
    const details = toErrorDetails(attempt, { code: String(error.code) });
    if (error.code === NO_SUCH_FILE) return new NoSuchFolder(attempt, path);
    if (error.code === PERMISSION_DENIED)
      return new OperatorActionNeeded(details, `does not allow us to use ${path}`);
    return new Unavailable(details);
  }
}

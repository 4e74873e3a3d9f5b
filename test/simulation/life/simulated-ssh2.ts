import { EventEmitter } from 'node:events';
import type { ConnectError, ConnectOptions, Done, ListedFile, SFTPWrapper, SftpError } from 'ssh2';
import { sendThroughGateway } from './network.ts';
import type { SftpAnswer, SftpCall } from './simulated-sftp-server.ts';

const FAILURE = 4;
const CHUNK_BYTES = 512;

/**
 * In place of ssh2's client: SFTP over the network in this process. Each call is one exchange that the network may refuse, lose or
 * carry out late; a file is written in pieces, so that half of it may be left where its connection ends.
 */
export class Client extends EventEmitter {
  #origin = '';
  #isOpen = false;

  connect({ host, port, username, password = '', hostVerifier }: ConnectOptions): this {
    this.#origin = `http://${host}:${port}`;
    const connect = async () => {
      const hello = await this.exchange({ call: 'CONNECT' });
      if (!hostVerifier(Buffer.from(hello.base64, 'base64'))) throw fail('Host denied', 'handshake');
      const admitted = await this.exchange({ call: 'LOGIN', username, password });
      if (admitted.status !== 0) throw fail('No authentication method is left', 'client-authentication');
      this.#isOpen = true;
      this.emit('ready');
    };
    connect().catch((error: unknown) => this.emit('error', error));
    return this;
  }

  sftp(done: Done<SFTPWrapper>): void {
    queueMicrotask(() =>
      done(
        null,
        openCalls((call) => this.#call(call)),
      ),
    );
  }

  setNoDelay(): this {
    return this;
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.emit('close');
  }

  /** @throws {SftpError} with a status of the protocol, or without one where the connection ended */
  async #call(call: SftpCall): Promise<SftpAnswer> {
    if (!this.#isOpen) throw new Error('Not connected');
    const answer = await this.exchange(call).catch((error: unknown) => {
      this.destroy();
      throw error;
    });
    if (answer.status !== 0) throw Object.assign(new Error('Refused'), { code: answer.status });
    return answer;
  }

  private async exchange(call: SftpCall): Promise<SftpAnswer> {
    const body = JSON.stringify(call);
    const response = await sendThroughGateway(
      new Request(`${this.#origin}/${call.call}`, { method: 'POST', body }),
    );
    if (response.status === 429) return { status: FAILURE, base64: '', files: [] };
    const text = await response.text();
    if (!text.startsWith('{')) throw new Error('The connection ended');
    return JSON.parse(text) as SftpAnswer;
  }
}

function openCalls(call: (call: SftpCall) => Promise<SftpAnswer>): SFTPWrapper {
  const answer = <Result>(made: Promise<Result>, done: Done<Result>) => {
    made.then(
      (result) => done(null, result),
      (error: SftpError) => done(error, undefined as Result),
    );
  };
  const nothing = async (made: Promise<unknown>): Promise<undefined> => {
    await made;
  };
  return {
    readdir: (path, done) => answer(call({ call: 'READDIR', path }).then(toListed), done),
    // Its folders tell size and time of every file.
    stat: (_, done) => done(new Error('There is no call for it'), { isDirectory: () => false }),
    readFile: (path, done) =>
      answer(
        call({ call: 'READ', path }).then(({ base64 }) => Buffer.from(base64, 'base64')),
        done,
      ),
    writeFile: (path, bytes, done) => answer(nothing(writeInPieces(path, bytes, call)), done),
    rename: (path, to, done) => answer(nothing(call({ call: 'RENAME', path, to })), done),
    unlink: (path, done) => answer(nothing(call({ call: 'REMOVE', path })), done),
    mkdir: (path, done) => answer(nothing(call({ call: 'MKDIR', path })), done),
  };
}

async function writeInPieces(
  path: string,
  bytes: Buffer,
  call: (call: SftpCall) => Promise<SftpAnswer>,
): Promise<void> {
  await call({ call: 'OPEN', path });
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    const base64 = bytes.subarray(from, from + CHUNK_BYTES).toString('base64');
    await call({ call: 'WRITE', path, from, base64 });
  }
}

function toListed({ files }: SftpAnswer): ListedFile[] {
  return files.map(({ filename, isDirectory, ...attrs }) => ({
    filename,
    attrs: { ...attrs, isDirectory: () => isDirectory },
  }));
}

function fail(message: string, level: string): ConnectError {
  return Object.assign(new Error(message), { level });
}

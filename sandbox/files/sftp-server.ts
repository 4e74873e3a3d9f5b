import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import ssh2, { type FileAttributes, type ServerConnection, type ServerSftp } from 'ssh2';
import type { FaultQueue } from '../kit/fault-queue.ts';
import type { Fault } from './faults.ts';

export interface SftpServerOptions {
  /** The folder that the user sees. */
  readonly root: string;
  readonly hostKey: string;
  readonly username: string;
  /** '': the user needs none. */
  readonly password: string;
  readonly faults: FaultQueue<Fault>;
  /** Called after a file was renamed, before the client is told. */
  readonly onRenamed: () => void;
}

export interface RunningSftpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A server of SFTP, version 3, for one user and one folder, on the loopback interface. */
export async function startSftpServer(options: SftpServerOptions): Promise<RunningSftpServer> {
  const open = new Set<ServerConnection>();
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => {
    open.add(connection);
    connection.setNoDelay(true);
    connection.on('error', () => undefined);
    connection.on('close', () => open.delete(connection));
    if (options.faults.take('CONNECT', '') !== null) return connection.end();
    connection.on('authentication', (context) => {
      const { method, username, password } = context;
      const isRight =
        options.password === '' ? method === 'none' : method === 'password' && password === options.password;
      if (username === options.username && isRight) context.accept();
      else context.reject(['password']);
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serve(acceptSftp(), connection, options));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: server.address().port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(resolve));
      for (const connection of open) connection.end();
      await closed;
    },
  };
}

const { STATUS_CODE, flagsToString } = ssh2.utils.sftp;

/** What a call is answered with; undefined: that it was done. */
type Reply = (() => void) | undefined;

/** What a client has opened. */
class Handles {
  readonly #files = new Map<number, number>();
  readonly #folders = new Map<number, readonly string[]>();
  #last = 0;

  openFile(path: string, flags: number): Buffer {
    const handle = this.#next();
    this.#files.set(this.#last, openSync(path, flagsToString(flags) ?? 'r'));
    return handle;
  }

  openFolder(path: string): Buffer {
    const paths = readdirSync(path).map((name) => join(path, name));
    const handle = this.#next();
    this.#folders.set(this.#last, paths);
    return handle;
  }

  file(handle: Buffer): number {
    return this.#files.get(handle.readUInt32BE(0)) ?? -1;
  }

  /** Each path is taken once. */
  takePaths(handle: Buffer): readonly string[] {
    const paths = this.#folders.get(handle.readUInt32BE(0)) ?? [];
    this.#folders.set(handle.readUInt32BE(0), []);
    return paths.filter((path) => existsSync(path));
  }

  close(handle: Buffer): void {
    const number = handle.readUInt32BE(0);
    const file = this.#files.get(number);
    if (file !== undefined) closeSync(file);
    this.#files.delete(number);
    this.#folders.delete(number);
  }

  #next(): Buffer {
    this.#last += 1;
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(this.#last);
    return handle;
  }
}

function serve(sftp: ServerSftp, connection: ServerConnection, options: SftpServerOptions): void {
  const handles = new Handles();
  const run = (name: string, id: number, path: string, act: () => Reply) => {
    const fault = options.faults.take(name, path);
    if (fault?.kind === 'timeout-before') return connection.end();
    if (fault?.kind === 'status') return sftp.status(id, fault.status);
    try {
      const reply = act();
      if (fault?.kind === 'timeout-after') return connection.end();
      if (reply === undefined) sftp.status(id, STATUS_CODE.OK);
      else reply();
    } catch (error) {
      sftp.status(id, toStatus(error));
    }
  };
  serveFiles(sftp, handles, run, options);
  serveFolders(sftp, handles, run, options);
}

type Run = (name: string, id: number, path: string, act: () => Reply) => void;

function toRealPath(root: string, path: string): string {
  return join(root, posix.resolve('/', path));
}

function serveFiles(sftp: ServerSftp, handles: Handles, run: Run, { root }: SftpServerOptions): void {
  sftp
    .on('OPEN', (id, path, flags) =>
      run('OPEN', id, path, () => {
        const handle = handles.openFile(toRealPath(root, path), flags);
        return () => sftp.handle(id, handle);
      }),
    )
    .on('READ', (id, handle, offset, length) =>
      run('READ', id, '', () => {
        const data = Buffer.alloc(length);
        const read = readSync(handles.file(handle), data, 0, length, offset);
        if (read === 0) return () => sftp.status(id, STATUS_CODE.EOF);
        return () => sftp.data(id, data.subarray(0, read));
      }),
    )
    .on('WRITE', (id, handle, offset, data) =>
      run('WRITE', id, '', () => {
        writeSync(handles.file(handle), data, 0, data.length, offset);
        return undefined;
      }),
    )
    .on('FSTAT', (id, handle) =>
      run('FSTAT', id, '', () => {
        const attributes = toAttributes(fstatSync(handles.file(handle)));
        return () => sftp.attrs(id, attributes);
      }),
    )
    .on('FSETSTAT', (id) => run('FSETSTAT', id, '', () => undefined))
    .on('CLOSE', (id, handle) =>
      run('CLOSE', id, '', () => {
        handles.close(handle);
        return undefined;
      }),
    );
}

function serveFolders(
  sftp: ServerSftp,
  handles: Handles,
  run: Run,
  { root, onRenamed }: SftpServerOptions,
): void {
  const toPath = (path: string) => toRealPath(root, path);
  sftp
    .on('REALPATH', (id, path) =>
      run('REALPATH', id, path, () => {
        const filename = posix.resolve('/', path);
        return () => sftp.name(id, [{ filename, longname: filename, attrs: NOTHING }]);
      }),
    )
    .on('STAT', (id, path) =>
      run('STAT', id, path, () => {
        const attributes = toAttributes(statSync(toPath(path)));
        return () => sftp.attrs(id, attributes);
      }),
    )
    .on('OPENDIR', (id, path) =>
      run('OPENDIR', id, path, () => {
        const handle = handles.openFolder(toPath(path));
        return () => sftp.handle(id, handle);
      }),
    )
    .on('READDIR', (id, handle) =>
      run('READDIR', id, '', () => {
        const paths = handles.takePaths(handle);
        if (paths.length === 0) return () => sftp.status(id, STATUS_CODE.EOF);
        return () => sftp.name(id, paths.map(toListed));
      }),
    )
    .on('RENAME', (id, from, to) =>
      run('RENAME', id, to, () => {
        if (existsSync(toPath(to))) return () => sftp.status(id, STATUS_CODE.FAILURE);
        renameSync(toPath(from), toPath(to));
        onRenamed();
        return undefined;
      }),
    )
    .on('REMOVE', (id, path) =>
      run('REMOVE', id, path, () => {
        unlinkSync(toPath(path));
        return undefined;
      }),
    )
    .on('MKDIR', (id, path) =>
      run('MKDIR', id, path, () => {
        mkdirSync(toPath(path));
        return undefined;
      }),
    );
}

const NOTHING: FileAttributes = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

function toAttributes({ mode, size, atimeMs, mtimeMs }: Stats): FileAttributes {
  return {
    mode,
    uid: 0,
    gid: 0,
    size,
    atime: Math.floor(atimeMs / 1000),
    mtime: Math.floor(mtimeMs / 1000),
  };
}

/** As servers list that tell size and time of a file only where they are asked for it. */
function toListed(path: string) {
  const stats = statSync(path);
  const filename = posix.basename(path);
  return {
    filename,
    longname: `${stats.isDirectory() ? 'd' : '-'}rw-r--r-- ${filename}`,
    attrs: { mode: stats.mode },
  };
}

function toStatus(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}

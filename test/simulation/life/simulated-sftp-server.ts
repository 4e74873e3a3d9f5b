import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import ssh2 from 'ssh2';
import { closeHost, openHost } from './network.ts';

export interface SftpCall {
  readonly call: string;
  readonly path?: string;
  readonly to?: string;
  readonly from?: number;
  readonly base64?: string;
  readonly username?: string;
  readonly password?: string;
}

export interface SftpAnswer {
  /** Of the protocol; 0: done. */
  readonly status: number;
  readonly base64: string;
  readonly files: ReadonlyArray<{
    readonly filename: string;
    readonly size: number;
    readonly mtime: number;
    readonly isDirectory: boolean;
  }>;
}

interface ServerOptions {
  readonly root: string;
  readonly hostKey: string;
  readonly username: string;
  readonly password: string;
  readonly onRenamed: () => void;
}

const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const DONE: SftpAnswer = { status: 0, base64: '', files: [] };

/** In place of `sandbox/files/sftp-server.ts`: the same folder, offered by a host of the network in this process. */
export async function startSftpServer(options: ServerOptions) {
  const origin = openHost(async (request) => {
    const call = (await request.json()) as SftpCall;
    return Response.json(carryOut(call, options));
  });
  return { port: Number(new URL(origin).port), close: async () => closeHost(origin) };
}

function carryOut(call: SftpCall, options: ServerOptions): SftpAnswer {
  try {
    return answer(call, options);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { ...DONE, status: isMissing ? NO_SUCH_FILE : FAILURE };
  }
}

function answer(asked: SftpCall, { root, hostKey, ...options }: ServerOptions): SftpAnswer {
  const { call, path = '', to = '', from = 0, base64 = '' } = asked;
  const toPath = (name: string) => join(root, posix.resolve('/', name));
  switch (call) {
    case 'CONNECT':
      return { ...DONE, base64: ssh2.utils.parseKey(hostKey).getPublicSSH().toString('base64') };
    case 'LOGIN': {
      const isRight = asked.username === options.username && asked.password === options.password;
      return { ...DONE, status: isRight ? 0 : PERMISSION_DENIED };
    }
    case 'READDIR':
      return { ...DONE, files: list(toPath(path)) };
    case 'READ':
      return { ...DONE, base64: readFileSync(toPath(path)).toString('base64') };
    case 'OPEN':
      writeFileSync(toPath(path), '');
      return DONE;
    case 'WRITE':
      writeAt(toPath(path), Buffer.from(base64, 'base64'), from);
      return DONE;
    case 'RENAME':
      if (existsSync(toPath(to))) return { ...DONE, status: FAILURE };
      renameSync(toPath(path), toPath(to));
      options.onRenamed();
      return DONE;
    case 'REMOVE':
      unlinkSync(toPath(path));
      return DONE;
    case 'MKDIR':
      mkdirSync(toPath(path));
      return DONE;
    default:
      return { ...DONE, status: FAILURE };
  }
}

function writeAt(path: string, bytes: Buffer, from: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, from);
  closeSync(file);
}

/** In the order of the names: that of a disk differs from run to run. */
function list(path: string): SftpAnswer['files'] {
  return readdirSync(path)
    .sort()
    .map((filename) => {
      const stats = statSync(join(path, filename));
      const mtime = Math.floor(stats.mtimeMs / 1000);
      return { filename, size: stats.size, mtime, isDirectory: stats.isDirectory() };
    });
}

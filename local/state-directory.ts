import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { UserError } from '../lib/domain/errors.ts';
import { LOCAL_STAGE } from '../lib/infra/deployable-settings.ts';
import { toStackName } from '../lib/infra/stack-name.ts';
import { settingsSchema } from '../lib/settings/schema.ts';

/** The directory belongs to something else, or another local system uses it. */
export class StateDirectoryError extends UserError {
  readonly kind = 'usage';
}

/** Files of the state cannot be read, which no end of the process explains: the disk, or another program. */
export class DamagedStateError extends StateDirectoryError {
  constructor(folder: string, detail: string) {
    super(
      `The files in ${folder} are damaged: ${detail}`,
      'Put a copy of the whole state directory in its place, or begin with an empty one: npm start -- --reset',
    );
  }
}

/** The state of a local system, locked by one process at a time. */
export interface StateDirectory {
  readonly path: string;
  /** Unlocks it; removes an ephemeral one. */
  release(): void;
}

/** Marks a directory of the local system, so that no other is written to or removed. */
const MARKER = 'dear-fulfillment-bridge.json';
const LOCK = 'lock';

/** The directories that this process has locked: a lock with its process id may also be left from before a reboot. */
const ownedPaths = new Set<string>();

/**
 * Locks the directory, creating it where needed. The lock of an ended process is taken over.
 * @throws {StateDirectoryError} where the directory holds something else or a running process has locked it
 */
export function takeStateDirectory(directory: string): StateDirectory {
  const path = useStateDirectory(directory);
  lock(path);
  const release = () => {
    ownedPaths.delete(path);
    rmSync(join(path, LOCK), { force: true });
  };
  return { path, release };
}

/**
 * Creates the directory where needed, without locking it: for uses that a running local system allows.
 * @returns its absolute path
 * @throws {StateDirectoryError} where the directory holds something else
 */
export function useStateDirectory(directory: string): string {
  const path = resolve(directory);
  requireOwnDirectory(path);
  // Orders of a real account hold personal data.
  mkdirSync(path, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(path, MARKER),
    `${JSON.stringify({ whose: 'the local system of dear-fulfillment-bridge' })}\n`,
  );
  return path;
}

/** A temporary directory that is removed when it is released or the process exits. */
export function ephemeralStateDirectory(): StateDirectory {
  const path = mkdtempSync(join(tmpdir(), 'dear-fulfillment-bridge-'));
  const remove = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  const release = () => {
    process.off('exit', remove);
    remove();
  };
  return { path, release };
}

/**
 * Removes the directory with its content. A missing directory is no error.
 * @throws {StateDirectoryError} where the directory holds something else or a running process has locked it
 */
export function resetStateDirectory(directory: string): void {
  const path = resolve(directory);
  requireOwnDirectory(path);
  if (!existsSync(path)) return;
  lock(path);
  ownedPaths.delete(path);
  rmSync(path, { recursive: true, force: true });
}

function requireOwnDirectory(path: string): void {
  if (!existsSync(path) || existsSync(join(path, MARKER)) || readdirSync(path).length === 0) return;
  throw new StateDirectoryError(
    `${path} holds something other than the state of a local system`,
    'Move it away, or name another directory: --state DIR',
  );
}

function lock(path: string): void {
  const file = join(path, LOCK);
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (ownedPaths.has(path) || (holder !== process.pid && isRunning(holder))) {
    throw new StateDirectoryError(
      `${path} is in use by the local system with process id ${holder}`,
      `Stop that one first, or add --ephemeral; if no such program runs, delete ${file}`,
    );
  }
  rmSync(file, { force: true });
  writeLock(file, path);
  ownedPaths.add(path);
}

/** Created only if absent, so that one of two processes that start at once fails. */
function writeLock(file: string, path: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  } catch {
    throw new StateDirectoryError(`${path} was taken by another local system at the same moment`);
  }
}

/** EPERM means that the process of another user is running. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const FILE = 'running.json';

const runningSchema = z.object({
  pid: z.number(),
  stackName: z.string(),
  /** With the sandboxes' addresses in place of `sandbox`. */
  settings: settingsSchema,
  endpoints: z.object({ sqsUrl: z.url(), dynamoDbUrl: z.url(), secretsManagerUrl: z.url() }),
  /** The stack's outputs. */
  outputs: z.record(z.string(), z.string()),
});

/** What another process needs to know of a running local system. It holds no secret. */
export type Running = z.infer<typeof runningSchema>;

/** Records in the state directory that a system is running, until the returned function is called. */
export function announceRunning(directory: string, running: Omit<Running, 'pid'>): () => void {
  const file = join(directory, FILE);
  writeFileSync(file, `${JSON.stringify({ pid: process.pid, ...running }, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** null where no system runs in the directory. */
export function readRunning(directory: string): Running | null {
  const file = join(directory, FILE);
  if (!existsSync(file)) return null;
  const result = runningSchema.safeParse(parse(readFileSync(file, 'utf8')));
  return result.success && isRunning(result.data.pid) ? result.data : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The default state directory. */
export const DEFAULT_STATE_DIRECTORY = '.local';

/** @param name without the stage */
export function localStackName(name?: string): string {
  return toStackName(name, LOCAL_STAGE);
}

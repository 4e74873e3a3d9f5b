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
import { toStackName } from '../lib/infra/stack-name.ts';
import { settingsSchema } from '../lib/settings/schema.ts';

/** The folder cannot be used: it is another's, or another local system runs on it. */
export class StateDirectoryError extends UserError {
  readonly kind = 'usage';
}

/** Where the local system keeps what outlives a restart, held by one process at a time. */
export interface StateDirectory {
  readonly path: string;
  /** Lets another process have it; an ephemeral one is removed. */
  release(): void;
}

/** Tells our folder from any other, so that nothing else is ever written into or removed. */
const MARKER = 'dear-fulfillment-bridge.json';
const LOCK = 'lock';

/** The folders this very process holds: a lock with our own process id may also be left over from before a reboot. */
const held = new Set<string>();

/**
 * Takes the folder, creating it where needed. A lock whose process has ended is taken over.
 * @throws {StateDirectoryError} where the folder holds something else, or a running process holds it
 */
export function takeStateDirectory(directory: string): StateDirectory {
  const path = useStateDirectory(directory);
  lock(path);
  const release = () => {
    held.delete(path);
    rmSync(join(path, LOCK), { force: true });
  };
  return { path, release };
}

/**
 * Makes the folder where it is not there, without holding it: for what may be done while a local system runs on it.
 * @returns its absolute path
 * @throws {StateDirectoryError} where the folder holds something else
 */
export function useStateDirectory(directory: string): string {
  const path = resolve(directory);
  requireOurs(path);
  // What a real account's orders hold is nobody else's business.
  mkdirSync(path, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(path, MARKER),
    `${JSON.stringify({ whose: 'the local system of dear-fulfillment-bridge' })}\n`,
  );
  return path;
}

/** A folder of the operating system's that is gone when it is released, or when the process ends without releasing it. */
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
 * Removes the folder with everything in it; no folder is no error.
 * @throws {StateDirectoryError} where the folder is not ours, or a running process holds it
 */
export function resetStateDirectory(directory: string): void {
  const path = resolve(directory);
  requireOurs(path);
  if (!existsSync(path)) return;
  lock(path);
  held.delete(path);
  rmSync(path, { recursive: true, force: true });
}

function requireOurs(path: string): void {
  if (!existsSync(path) || existsSync(join(path, MARKER)) || readdirSync(path).length === 0) return;
  throw new StateDirectoryError(
    `${path} holds something other than the state of a local system, so it is left alone`,
    'Move it away, or name another folder: --state DIR',
  );
}

function lock(path: string): void {
  const file = join(path, LOCK);
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (held.has(path) || (holder !== process.pid && isRunning(holder))) {
    throw new StateDirectoryError(
      `${path} is in use by the local system with process id ${holder}`,
      `Stop that one first; if no such program runs, delete ${file}`,
    );
  }
  rmSync(file, { force: true });
  writeLock(file, path);
  held.add(path);
}

/** Created only if absent, so that of two processes that start at once one fails. */
function writeLock(file: string, path: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  } catch {
    throw new StateDirectoryError(`${path} was taken by another local system at the same moment`);
  }
}

/** A process of another user answers a signal with EPERM, so it runs too. */
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
  /** With the sandboxes' addresses in place of the word. */
  settings: settingsSchema,
  endpoints: z.object({ sqsUrl: z.url(), dynamoDbUrl: z.url(), secretsManagerUrl: z.url() }),
  /** As a deployment would print them. */
  outputs: z.record(z.string(), z.string()),
});

/** What another process has to know of a local system that runs. Holds no secret. */
export type Running = z.infer<typeof runningSchema>;

/** Says in the state directory that a system runs there, until the returned function is called. */
export function announceRunning(directory: string, running: Omit<Running, 'pid'>): () => void {
  const file = join(directory, FILE);
  writeFileSync(file, `${JSON.stringify({ pid: process.pid, ...running }, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** null where nothing runs there: nothing was announced, or the process that announced it is gone. */
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

/** Where the local system keeps its state unless another folder is named. */
export const DEFAULT_STATE_DIRECTORY = '.local';

/** Apart from any stage that may be deployed. */
export const LOCAL_STAGE = 'local';

/** @param name without the stage */
export function localStackName(name?: string): string {
  return toStackName(name, LOCAL_STAGE);
}

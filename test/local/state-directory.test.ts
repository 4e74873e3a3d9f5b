import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ephemeralStateDirectory,
  resetStateDirectory,
  takeStateDirectory,
} from '../../local/state-directory.ts';

let parent: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'state-'));
  path = join(parent, '.local');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** A process that runs until it is ended, to hold a lock. */
async function otherProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const end = async () => {
    child.kill();
    await once(child, 'exit');
  };
  return { pid: child.pid, end };
}

describe('takeStateDirectory', () => {
  it('creates the directory and can lock it again after a release', () => {
    const first = takeStateDirectory(path);
    writeFileSync(join(first.path, 'kept'), 'yes');
    first.release();
    const second = takeStateDirectory(path);
    expect(readFileSync(join(second.path, 'kept'), 'utf8')).toBe('yes');
    second.release();
  });

  it('refuses a directory that this process has locked', () => {
    const first = takeStateDirectory(path);
    expect(() => takeStateDirectory(path)).toThrow(`${path} is in use`);
    first.release();
  });

  it('refuses a directory that a running process has locked, and takes it over after the process ends', async () => {
    takeStateDirectory(path).release();
    const other = await otherProcess();
    writeFileSync(join(path, 'lock'), `${other.pid}\n`);
    expect(() => takeStateDirectory(path)).toThrow(`process id ${other.pid}`);
    await other.end();
    const taken = takeStateDirectory(path);
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
    taken.release();
  });

  it('takes over a lock with its own process id, as after a reboot', () => {
    takeStateDirectory(path).release();
    writeFileSync(join(path, 'lock'), `${process.pid}\n`);
    expect(() => takeStateDirectory(path).release()).not.toThrow();
  });

  it('takes over a lock without a process id', () => {
    takeStateDirectory(path).release();
    writeFileSync(join(path, 'lock'), '');
    expect(() => takeStateDirectory(path).release()).not.toThrow();
  });

  it('refuses a directory with other content', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'years of work');
    expect(() => takeStateDirectory(path)).toThrow('something other than the state');
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });
});

describe('resetStateDirectory', () => {
  it('removes the directory', () => {
    takeStateDirectory(path).release();
    resetStateDirectory(path);
    expect(existsSync(path)).toBe(false);
    expect(() => takeStateDirectory(path).release()).not.toThrow();
  });

  it('does nothing for a missing directory', () => {
    expect(() => resetStateDirectory(path)).not.toThrow();
  });

  it('refuses a directory with other content', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'years of work');
    expect(() => resetStateDirectory(path)).toThrow('something other than the state');
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });

  it('refuses a directory that is in use', async () => {
    const first = takeStateDirectory(path);
    expect(() => resetStateDirectory(path)).toThrow('is in use');
    expect(existsSync(path)).toBe(true);
    first.release();
  });
});

it('an ephemeral directory is removed when it is released', () => {
  const folder = ephemeralStateDirectory();
  writeFileSync(join(folder.path, 'file'), 'x');
  folder.release();
  expect(existsSync(folder.path)).toBe(false);
});

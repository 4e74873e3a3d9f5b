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
  it('creates the folder, and gives it to the next one once released', () => {
    const first = takeStateDirectory(path);
    writeFileSync(join(first.path, 'kept'), 'yes');
    first.release();
    const second = takeStateDirectory(path);
    expect(readFileSync(join(second.path, 'kept'), 'utf8')).toBe('yes');
    second.release();
  });

  it('refuses a folder that this process holds already', () => {
    const first = takeStateDirectory(path);
    expect(() => takeStateDirectory(path)).toThrow(`${path} is in use`);
    first.release();
  });

  it('refuses a folder that a running process holds, and takes it over once that has ended', async () => {
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

  it('takes over a lock that holds no process id', () => {
    takeStateDirectory(path).release();
    writeFileSync(join(path, 'lock'), '');
    expect(() => takeStateDirectory(path).release()).not.toThrow();
  });

  it('leaves a folder of anything else alone', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'years of work');
    expect(() => takeStateDirectory(path)).toThrow('something other than the state');
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });
});

describe('resetStateDirectory', () => {
  it('removes the folder', () => {
    takeStateDirectory(path).release();
    resetStateDirectory(path);
    expect(existsSync(path)).toBe(false);
    expect(() => takeStateDirectory(path).release()).not.toThrow();
  });

  it('has nothing to do where there is none', () => {
    expect(() => resetStateDirectory(path)).not.toThrow();
  });

  it('leaves a folder of anything else alone', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'years of work');
    expect(() => resetStateDirectory(path)).toThrow('something other than the state');
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });

  it('leaves a folder alone that is in use', async () => {
    const first = takeStateDirectory(path);
    expect(() => resetStateDirectory(path)).toThrow('is in use');
    expect(existsSync(path)).toBe(true);
    first.release();
  });
});

it('an ephemeral folder goes with its release', () => {
  const folder = ephemeralStateDirectory();
  writeFileSync(join(folder.path, 'file'), 'x');
  folder.release();
  expect(existsSync(folder.path)).toBe(false);
});

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../../lib/settings/schema.ts';
import type { Ports } from '../../local/command-line.ts';
import type { BuiltStack } from '../../local/template/build-bridge.ts';

/** What the process of the local system is started with. */
export interface HostOrder {
  readonly settings: Settings;
  readonly stateDirectory: string;
  readonly ports: Ports;
  /** A finished build, which saves 10 s of CPU time; null: the process builds. */
  readonly built: BuiltStack | null;
}

const PROCESS = fileURLToPath(new URL('./host-process.ts', import.meta.url));
/** A start on a busy machine takes half a minute, and with a build more. */
const START_LIMIT_MS = 180_000;
/** How long a host may take to stop when it is asked to: ms. */
const STOP_LIMIT_MS = 20_000;

/** The local system, which is started again and again on one state directory. */
export class KilledHost {
  /** What a start said that failed by itself. */
  readonly failedStarts: string[] = [];
  /** How long the starts took that were not killed: ms. */
  readonly startTimes: number[] = [];
  kills = 0;
  #child: ChildProcess | null = null;
  readonly #order: HostOrder;
  readonly #folder: string;

  /** @param folder for the output of its processes */
  constructor(order: HostOrder, folder: string) {
    this.#order = order;
    this.#folder = folder;
  }

  /**
   * Starts it, and kills it if it was not ready by then.
   * @param byMs null: it is waited for
   * @returns whether it is ready
   */
  async start(byMs: number | null, builds = false): Promise<boolean> {
    const begun = performance.now();
    const child = this.#spawn(builds);
    this.#child = child;
    let complaint = '';
    child.stderr?.on('data', (text) => {
      complaint = `${complaint}${text}`.slice(-2000);
    });
    const ready = once(child, 'message').then(() => 'ready' as const);
    const ended = once(child, 'exit').then(() => 'ended' as const);
    const timer = new AbortController();
    const late = delay(byMs ?? START_LIMIT_MS, 'late' as const, { signal: timer.signal }).catch(
      () => 'late' as const,
    );
    const result = await Promise.race([ready, ended, late]);
    timer.abort();
    if (result === 'ready') {
      this.startTimes.push(Math.round(performance.now() - begun));
      return true;
    }
    if (result === 'ended' || byMs === null) this.failedStarts.push(complaint || `It was ${result}.`);
    await this.kill();
    return false;
  }

  /** With SIGKILL: it notices nothing of it. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    this.kills += 1;
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ended = once(child, 'exit');
    child.send('stop');
    await Promise.race([ended, delay(STOP_LIMIT_MS, undefined, { ref: false })]);
    this.#child = null;
    child.kill('SIGKILL');
  }

  #spawn(builds: boolean): ChildProcess {
    const order = join(this.#folder, 'order.json');
    writeFileSync(order, JSON.stringify({ ...this.#order, built: builds ? null : this.#order.built }));
    const child = fork(PROCESS, [order], {
      execArgv: ['--max-semi-space-size=4', '--no-warnings'],
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = createWriteStream(join(this.#folder, 'output.log'), { flags: 'a' });
    child.stdout?.pipe(output);
    return child;
  }
}

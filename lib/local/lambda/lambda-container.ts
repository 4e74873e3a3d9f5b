import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { ContainerStart, Invocation, Report, ReportedError } from './lambda-protocol.ts';

/** Lambda gives a function's own start so long. */
const INIT_LIMIT_MS = 10_000;

/** The invocation failed: the handler threw, ran out of time or memory, or ended its process. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** `Sandbox.Timedout`, `Runtime.ExitError`, or the name of what the handler threw. */
  readonly type: string;
  constructor(functionName: string, type: string, message: string, options?: ErrorOptions) {
    super(`${functionName}: ${type}: ${message}`, options);
    this.type = type;
  }
}

export interface ContainerOptions extends ContainerStart {
  /** The whole environment: nothing of this process's own gets in. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every line the function writes, to stdout or stderr. */
  readonly onLine: (line: string) => void;
}

interface Running {
  readonly requestId: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
  timer: NodeJS.Timeout;
}

/** One container: a thread with an environment of its own that answers one invocation at a time. */
export class LambdaContainer {
  readonly #options: ContainerOptions;
  readonly #worker: Worker;
  #running: Running | null = null;
  #ready = false;
  #waiting: Invocation | null = null;
  #alive = true;

  constructor(options: ContainerOptions) {
    this.#options = options;
    const { environment, onLine, ...start } = options;
    this.#worker = new Worker(new URL('./lambda-runtime.ts', import.meta.url), {
      workerData: start satisfies ContainerStart,
      env: { ...environment },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes },
      stdout: true,
      stderr: true,
    });
    readLines(this.#worker.stdout, onLine);
    readLines(this.#worker.stderr, onLine);
    this.#worker.on('message', (report: Report) => this.#hear(report));
    this.#worker.on('error', (error) => this.#die('Runtime.ExitError', error));
    this.#worker.on('exit', () =>
      this.#die('Runtime.ExitError', new Error('The function ended its process')),
    );
  }

  /** False once it timed out, crashed or was stopped; then another is needed. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * @param event anything that JSON can carry
   * @returns what the handler returned, after a trip through JSON
   * @throws {FunctionError}
   */
  invoke(event: unknown): Promise<unknown> {
    if (this.#running !== null) throw new Error('A container answers one invocation at a time');
    const invocation = { requestId: randomUUID(), event: JSON.stringify(event) };
    return new Promise((resolve, reject) => {
      const timer = this.#limit(INIT_LIMIT_MS);
      this.#running = { requestId: invocation.requestId, resolve, reject, timer };
      if (this.#ready) this.#worker.postMessage(invocation);
      else this.#waiting = invocation;
    });
  }

  /** What it was doing fails. */
  async stop(): Promise<void> {
    this.#die('Runtime.ExitError', new Error('The local system is stopping'));
    await this.#worker.terminate();
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case 'ready':
        this.#ready = true;
        if (this.#waiting !== null) this.#worker.postMessage(this.#waiting);
        this.#waiting = null;
        return;
      case 'broken':
        this.#die('Runtime.ImportModuleError', revived(report.error));
        void this.#worker.terminate();
        return;
      case 'started':
        this.#restartTimer();
        return;
      case 'succeeded':
        this.#finish()?.resolve(JSON.parse(report.result));
        return;
      case 'failed':
        this.#finish()?.reject(this.#error(report.error.name, revived(report.error)));
    }
  }

  /** Loading does not count towards the function's time-out, as in Lambda. */
  #restartTimer(): void {
    if (this.#running === null) return;
    clearTimeout(this.#running.timer);
    this.#running.timer = this.#limit(this.#options.timeoutMs);
  }

  #limit(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const seconds = (milliseconds / 1000).toFixed(2);
      this.#die('Sandbox.Timedout', new Error(`Task timed out after ${seconds} seconds`));
      void this.#worker.terminate();
    }, milliseconds);
  }

  #finish(): Running | null {
    const running = this.#running;
    if (running !== null) clearTimeout(running.timer);
    this.#running = null;
    return running;
  }

  #die(type: string, cause: Error): void {
    this.#alive = false;
    this.#finish()?.reject(this.#error(type, cause));
  }

  #error(type: string, cause: Error): FunctionError {
    return new FunctionError(this.#options.functionName, type, cause.message, { cause });
  }
}

function revived(reported: ReportedError): Error {
  const error = new Error(reported.message);
  error.name = reported.name;
  error.stack = reported.stack;
  return error;
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream }).on('line', onLine);
}

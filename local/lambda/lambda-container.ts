import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type {
  ContainerStart,
  Invocation,
  InvocationReport,
  Report,
  ReportedError,
} from './lambda-protocol.ts';

/** Lambda gives a function's own start so long, and the whole time-out of the function to a start that is tried again. */
export const INIT_LIMIT_MS = 10_000;
/**
 * V8 gives the young objects of each thread up to 48 MB, which with a container for each function is most of what the host
 * holds. With 4 a container took 27 MB in place of 34 after loading its bundle.
 */
const YOUNG_GENERATION_MB = 4;

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
  /** The whole environment; nothing is inherited from this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** The JavaScript that the thread runs. @default this project's TypeScript */
  readonly runtimeFile?: string | undefined;
  /** Receives every line that the function writes to stdout or stderr. */
  readonly onLine: (line: string) => void;
  /** Receives the CPU time of each invocation. */
  readonly onReport?: (report: InvocationReport) => void;
}

interface PendingInvocation {
  readonly requestId: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A container: a thread with its own environment that handles one invocation at a time. */
export class LambdaContainer {
  readonly #options: ContainerOptions;
  readonly #worker: Worker;
  readonly #loading = Promise.withResolvers<void>();
  readonly #initTimer: NodeJS.Timeout;
  #running: PendingInvocation | null = null;
  #alive = true;

  /** @param initLimitMs how long loading the bundle may take */
  constructor(options: ContainerOptions, initLimitMs = INIT_LIMIT_MS) {
    this.#options = options;
    const { environment, runtimeFile, onLine, onReport: _, ...start } = options;
    this.#worker = new Worker(runtimeFile ?? new URL('./lambda-runtime.ts', import.meta.url), {
      workerData: start satisfies ContainerStart,
      env: { ...environment },
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: options.memoryMegabytes,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
      stdout: true,
      stderr: true,
    });
    this.#initTimer = this.#limit(initLimitMs);
    // Callers that await `ready` get the failure; without a caller it is ignored.
    this.#loading.promise.catch(() => {});
    readLines(this.#worker.stdout, onLine);
    readLines(this.#worker.stderr, onLine);
    this.#worker.on('message', (report: Report) => this.#hear(report));
    this.#worker.on('error', (error) => this.#die('Runtime.ExitError', error));
    this.#worker.on('exit', () =>
      this.#die('Runtime.ExitError', new Error('The function ended its process')),
    );
  }

  /** False after a time-out, a crash or a stop. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Resolves once the bundle is loaded.
   * @throws {FunctionError} where loading fails or times out: `Sandbox.Timedout`
   */
  get ready(): Promise<void> {
    return this.#loading.promise;
  }

  /**
   * @param event a JSON value
   * @returns the handler's result as JSON carries it
   * @throws {FunctionError}
   */
  async invoke(event: unknown): Promise<unknown> {
    await this.ready;
    if (!this.#alive) throw this.#error('Runtime.ExitError', new Error('The container has ended'));
    if (this.#running !== null) throw new Error('A container answers one invocation at a time');
    const invocation: Invocation = { requestId: randomUUID(), event: JSON.stringify(event) };
    return await new Promise((resolve, reject) => {
      const timer = this.#limit(this.#options.timeoutMs);
      this.#running = { requestId: invocation.requestId, resolve, reject, timer };
      this.#worker.postMessage(invocation);
    });
  }

  /** Fails the invocation in progress. */
  async stop(): Promise<void> {
    this.#die('Runtime.ExitError', new Error('The local system is stopping'));
    await this.#worker.terminate();
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case 'ready':
        clearTimeout(this.#initTimer);
        this.#loading.resolve();
        return;
      case 'broken':
        this.#die('Runtime.ImportModuleError', toError(report.error));
        void this.#worker.terminate();
        return;
      case 'succeeded':
        this.#options.onReport?.(report);
        this.#finish()?.resolve(JSON.parse(report.result));
        return;
      case 'failed':
        this.#options.onReport?.(report);
        this.#finish()?.reject(this.#error(report.error.name, toError(report.error)));
    }
  }

  #limit(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const seconds = (milliseconds / 1000).toFixed(2);
      this.#die('Sandbox.Timedout', new Error(`Task timed out after ${seconds} seconds`));
      void this.#worker.terminate();
    }, milliseconds);
  }

  #finish(): PendingInvocation | null {
    const running = this.#running;
    if (running !== null) clearTimeout(running.timer);
    this.#running = null;
    return running;
  }

  #die(type: string, cause: Error): void {
    this.#alive = false;
    clearTimeout(this.#initTimer);
    const error = this.#error(type, cause);
    this.#loading.reject(error);
    this.#finish()?.reject(error);
  }

  #error(type: string, cause: Error): FunctionError {
    return new FunctionError(this.#options.functionName, type, cause.message, { cause });
  }
}

function toError(reported: ReportedError): Error {
  const error = new Error(reported.message);
  error.name = reported.name;
  error.stack = reported.stack;
  return error;
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream }).on('line', onLine);
}

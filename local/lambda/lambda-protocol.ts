/** What a container's thread is started with. */
export interface ContainerStart {
  readonly functionName: string;
  readonly functionArn: string;
  /** Holds the bundle. */
  readonly directory: string;
  /** `index.handler` */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMegabytes: number;
  /** Hosts beside this machine that it may connect to. */
  readonly allowedHosts: readonly string[];
}

/** To the thread. The event is JSON text, because that is all that reaches a Lambda function. */
export interface Invocation {
  readonly requestId: string;
  readonly event: string;
}

export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What an invocation took of its thread, as the REPORT line of Lambda's log says of a function. */
export interface InvocationReport {
  /** CPU time of the thread, in ms. */
  readonly cpuMs: number;
  /** CPU time of loading the bundle, in ms; only with a container's first invocation. */
  readonly initCpuMs?: number;
}

/** From the thread. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: ReportedError }
  | ({ readonly kind: 'succeeded'; readonly requestId: string; readonly result: string } & InvocationReport)
  | ({
      readonly kind: 'failed';
      readonly requestId: string;
      readonly error: ReportedError;
    } & InvocationReport);

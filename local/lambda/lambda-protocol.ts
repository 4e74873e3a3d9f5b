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
  /** Further hosts that it may connect to. */
  readonly allowedHosts: readonly string[];
}

/** Sent to the thread. The event is JSON text, as in Lambda. */
export interface Invocation {
  readonly requestId: string;
  readonly event: string;
}

export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** The CPU time of an invocation, as in the REPORT line of Lambda's log. */
export interface InvocationReport {
  /** CPU time of the thread, in ms. */
  readonly cpuMs: number;
  /** CPU time of loading the bundle, in ms; only with a container's first invocation. */
  readonly initCpuMs?: number;
}

/** Sent by the thread. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: ReportedError }
  | ({ readonly kind: 'succeeded'; readonly requestId: string; readonly result: string } & InvocationReport)
  | ({
      readonly kind: 'failed';
      readonly requestId: string;
      readonly error: ReportedError;
    } & InvocationReport);

import { type ContainerOptions, LambdaContainer } from './lambda-container.ts';

/** One Lambda function with as many containers as its load asked for so far, up to a limit. */
export interface LambdaFunction {
  readonly name: string;
  /**
   * Waits for a free container where the limit is reached.
   * @throws {FunctionError}
   */
  invoke(event: unknown): Promise<unknown>;
  /** What is running fails. */
  stop(): Promise<void>;
}

/** @param concurrency most containers at once */
export function createLambdaFunction(options: ContainerOptions, concurrency: number): LambdaFunction {
  const containers = new Set<LambdaContainer>();
  /** The last one used is used first, so that one container stays warm rather than all of them lukewarm. */
  const idle: LambdaContainer[] = [];
  let stopped = false;
  const queue: Array<(container: LambdaContainer) => void> = [];

  function acquire(): Promise<LambdaContainer> {
    if (stopped) return Promise.reject(new Error(`${options.functionName} was stopped`));
    const free = idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (containers.size < concurrency) return Promise.resolve(create());
    return new Promise((resolve) => queue.push(resolve));
  }

  function create(): LambdaContainer {
    const container = new LambdaContainer(options);
    containers.add(container);
    return container;
  }

  function release(container: LambdaContainer): void {
    if (!container.alive) containers.delete(container);
    const next = queue.shift();
    if (next !== undefined) next(container.alive ? container : create());
    else if (container.alive) idle.push(container);
  }

  return {
    name: options.functionName,
    invoke: async (event) => {
      const container = await acquire();
      try {
        return await container.invoke(event);
      } finally {
        release(container);
      }
    },
    stop: async () => {
      stopped = true;
      queue.length = 0;
      await Promise.all([...containers].map((container) => container.stop()));
    },
  };
}

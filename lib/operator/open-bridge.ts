import type { Bridge } from './bridge.ts';

/** Which bridge: the one that runs on this machine, or one that is deployed. */
export type Target = LocalTarget | StackTarget;

export interface LocalTarget {
  readonly kind: 'local';
  /** @default '.local' */
  readonly stateDirectory?: string;
}

export interface StackTarget {
  readonly kind: 'stack';
  readonly stackName: string;
  /** As the AWS SDK finds them where they are left out. */
  readonly profile?: string;
  readonly region?: string;
}

/**
 * Opens the bridge; whoever opens it closes it.
 * @throws {NotRunning} there is no such bridge
 * @throws {ConfigurationError} `bridge.config.ts` cannot be used
 */
export async function openBridge(target: Target): Promise<Bridge> {
  if (target.kind === 'local') return (await import('./open-local.ts')).openLocal(target);
  return (await import('./open-stack.ts')).openStack(target);
}

import type { Bridge, Target } from './bridge.ts';

/**
 * Opens the bridge; whoever opens it closes it.
 * @throws {NotRunning} there is no such bridge
 * @throws {ConfigurationError} `bridge.config.ts` cannot be used
 */
export async function openBridge(target: Target): Promise<Bridge> {
  if (target.kind === 'local') return (await import('./open-local.ts')).openLocal(target);
  return (await import('./open-stack.ts')).openStack(target);
}

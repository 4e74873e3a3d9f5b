import type { Settings } from '../lib/settings/schema.ts';
import type { Bridge, SecretStore, Target } from './bridge.ts';

/** The system that runs on this machine, as its operator uses it. `local/` implements it; `bin/bridge.ts` passes it in. */
export interface LocalSystem {
  /**
   * @param stateDirectory of the local system; undefined for the default
   * @throws {NotRunning} nothing runs on that state directory
   */
  openBridge(stateDirectory: string | undefined): Promise<Bridge>;
  /**
   * Where its credentials are stored, whether it runs or not.
   * @throws {UserError} the state directory holds something else
   */
  openSecrets(stateDirectory: string | undefined): NamedSecrets;
  /** The template of the stack that the settings would deploy, as parsed JSON. Takes about three seconds. */
  synthesise(settings: Settings): Promise<unknown>;
}

/** The secrets of a bridge, whose names begin with its stack's. */
export interface NamedSecrets {
  readonly stackName: string;
  readonly store: SecretStore;
}

/** Loads the local system: half of the commands never use it. */
export type LoadLocalSystem = () => Promise<LocalSystem>;

/**
 * Opens the bridge. The caller closes it.
 * @throws {NotRunning} there is no such bridge
 * @throws {ConfigurationError} `bridge.config.ts` cannot be used
 */
export async function openBridge(target: Target, loadLocal: LoadLocalSystem): Promise<Bridge> {
  if (target.kind === 'local') return await (await loadLocal()).openBridge(target.stateDirectory);
  return await (await import('./stack/open-stack.ts')).openStack(target);
}

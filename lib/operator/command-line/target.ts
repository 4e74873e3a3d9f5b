import type { Target } from '../open-bridge.ts';
import type { Options } from './options.ts';

/** The bridge that `--stack`, or `--state`, names. */
export function targetOf(options: Options): Target {
  const stackName = options.text('stack');
  const stateDirectory = options.text('state');
  if (stackName === undefined)
    return { kind: 'local', ...(stateDirectory !== undefined && { stateDirectory }) };
  const profile = options.text('profile');
  const region = options.text('region');
  return {
    kind: 'stack',
    stackName,
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  };
}

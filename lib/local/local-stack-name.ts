import { stackNameOf } from '../infra/stack-name.ts';

/** Apart from any stage that may be deployed. */
export const LOCAL_STAGE = 'local';

/** @param name without the stage */
export function localStackName(name?: string): string {
  return stackNameOf(name, LOCAL_STAGE);
}

import type { Scenario } from '../scenario.ts';
import { cancelInTime, cancelRefused, undoneAndReauthorised } from './cancellations.ts';
import { changedLocation, correctedTracking } from './changes.ts';
import { addressHold, holdAndRelease } from './holds.ts';
import { backorderedRest, invoice, threeSales } from './sales.ts';
import { standingStill } from './standing-still.ts';

/** In the order in which the demo tells them. None depends on another. */
export const SCENARIOS: readonly Scenario[] = [
  threeSales,
  holdAndRelease,
  addressHold,
  cancelInTime,
  cancelRefused,
  changedLocation,
  undoneAndReauthorised,
  invoice,
  backorderedRest,
  correctedTracking,
  standingStill,
];

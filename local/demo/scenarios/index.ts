import type { Scenario } from '../scenario.ts';
import { cancelInTime, cancelRefused, undoneAndReauthorised } from './cancellations.ts';
import { changedLocation, correctedTracking, lots, voidedLabel } from './changes.ts';
import { addressHold, holdAndRelease } from './holds.ts';
import { backorderedRest, invoice, threeSales } from './sales.ts';
import { standingStill } from './standing-still.ts';

/** In the order of the demo. They are independent of each other. */
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
  voidedLabel,
  lots,
  standingStill,
];

import type { Chapter } from '../chapter.ts';
import { addressHold } from './address-hold.ts';
import { backorderedRest } from './backordered-rest.ts';
import { cancelInTime } from './cancel-in-time.ts';
import { cancelRefused } from './cancel-refused.ts';
import { changedLocation } from './changed-location.ts';
import { correctedTracking } from './corrected-tracking.ts';
import { holdAndRelease } from './hold-and-release.ts';
import { invoice } from './invoice.ts';
import { standingStill } from './standing-still.ts';
import { threeSales } from './three-sales.ts';
import { undoneAndReauthorised } from './undone-and-reauthorised.ts';

/** In the order in which the demo tells them. None depends on another. */
export const CHAPTERS: readonly Chapter[] = [
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

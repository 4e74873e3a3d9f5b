/** How long a test may take, in ms. It waits for an event for half as long at most, so that the event is named where it does not come. */
export const PATIENCE_MS = 300_000;

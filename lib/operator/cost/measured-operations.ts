/**
 * What one simple order costs from webhook to confirmed shipment, as `npm run bench -- operations` counts it on the real
 * workflows. A test fails where they have drifted apart by more than a tenth.
 */
export const MEASURED = { writeUnits: 30, readUnits: 10, queueRequests: 12, dearCalls: 4 } as const;

/**
 * What no count can say, and a bill only later. ShipStation and DEAR answer in about half a second; an order's webhooks are its
 * authorisation, the provider's label, and DEAR's echo of the tracking.
 */
export const ASSUMED = {
  webhooksPerOrder: 3,
  /** The echo's message: sent, received, deleted. */
  echoQueueRequests: 3,
  workersPerOrder: 5,
  receiverMs: 20,
  callMs: 500,
  providerCallsPerOrder: 2,
  workerOverheadMs: 100,
  logBytesPerInvocation: 1_200,
  jobMs: 1_500,
  jobWrites: 2,
  jobReads: 3,
} as const;

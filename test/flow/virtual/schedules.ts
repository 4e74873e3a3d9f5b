import type { Timeline } from 'dear-sandbox/kit';
import { getSchedules } from '../../../lib/runtime/job-schedules.ts';
import type { Settings } from '../../../lib/settings/schema.ts';
import { startSchedules } from '../../../local/schedules.ts';
import type { VirtualQueues } from './queues.ts';
import { QUEUES } from './workers.ts';

/** The deployed schedules on a virtual clock. @returns a function that stops them */
export function startVirtualSchedules(
  settings: Settings,
  queues: VirtualQueues,
  timeline: Timeline,
): () => void {
  const queue = {
    name: 'jobs',
    url: QUEUES.jobs,
    arn: '',
    attributes: {},
    deadLetterArn: null,
    visibilityTimeoutSeconds: 1800,
  };
  const definitions = getSchedules(settings).map(({ name, expression, request }) => ({
    name,
    expression,
    timezone: 'UTC',
    queue,
    role: '',
    input: JSON.stringify({ ...request, scheduledAt: '<aws.scheduler.scheduled-time>' }),
    messageGroupId: `${request.job}#${request.connection}`,
  }));
  const onError = (error: unknown) => {
    throw error;
  };
  return startSchedules({ definitions, sqsOf: () => queues.sqs, timeline, sentRuns: new Map(), onError });
}

import { CONNECTION_JOBS, jobMessage } from '../lib/messaging/messages.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { NotFound } from './user-errors.ts';

/**
 * Queues a run of a job now, beside its schedule. Two runs of a job never overlap.
 * @param connection its id; '' for a job of the whole DEAR account
 * @throws {NotFound} there is no such job, or no such connection
 */
export async function startJob(bridge: Bridge, job: string, connection: string, by: Operator): Promise<void> {
  const request = jobMessage.safeParse({ job, connection });
  if (!request.success) throw new NotFound(`There is no job ${job}`);
  if (CONNECTION_JOBS.some((one) => one === job)) bridge.connection(connection);
  await bridge.jobs.publish(request.data);
  await recordAct(bridge, by, `started ${job}`, connection || 'DEAR account');
}

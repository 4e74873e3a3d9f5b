import { formatDuration } from '../../domain/clock.ts';
import type { JobName } from '../../messaging/messages.ts';
import { getSchedules } from '../../runtime/job-schedules.ts';
import type { Settings } from '../../settings/schema.ts';
import type { AlarmDefinition, Severity } from './alarm.ts';

/** A job is late once so many of its runs have not succeeded; the probe is missed once it was silent for so many. */
const MISSED_RUNS = 3;
/**
 * What left must not go unseen for longer than 20 minutes: two looks missed, measured twice. The first measurement that finds
 * 10 minutes finds at most 15, and the second comes 5 later.
 */
const MISSED_LOOKS = 2;
const PROBE_MINUTES = 5;

interface Heartbeat {
  readonly severity: Severity;
  readonly without: string;
  readonly impact: string;
}

const HEARTBEATS: Readonly<Record<JobName, Heartbeat>> = {
  probe: {
    severity: 'page',
    without: 'Service levels are not measured, and their alarms keep their state.',
    impact: 'Any customer who is affected next, as no alarm would fire.',
  },
  'collect-shipments': {
    // What is not collected is in no other figure: to the bridge it has not left.
    severity: 'page',
    without: 'Parcels that left are not noticed.',
    impact:
      'Customers, who get no tracking; the merchant, whose stock in DEAR is too high and may be sold twice.',
  },
  'check-orders': {
    severity: 'ticket',
    without:
      'Orders that people at the fulfillment service cancelled, deleted or held there are not noticed.',
    impact: 'The customers of these orders: nothing is sent until a person acts.',
  },
  'sweep-sales': {
    severity: 'ticket',
    without: 'Edits of a sale, and what webhooks missed, are not found.',
    impact: 'The customer whose address was corrected in DEAR; every customer where webhooks are off.',
  },
  'check-webhooks': {
    severity: 'ticket',
    without: 'A webhook that DEAR switches off stays off.',
    impact: 'Every customer then: sales are found by the sweep alone, up to 15 minutes late.',
  },
  'refresh-tracking': {
    severity: 'ticket',
    without: 'Orders do not become Delivered or Completed.',
    impact: "The merchant's staff, who cannot say whether a parcel arrived.",
  },
  'sync-inventory': {
    severity: 'ticket',
    without: "DEAR's stock is not compared with the fulfillment service's.",
    impact: 'The merchant, who may sell what is not there.',
  },
  'refresh-catalogue': {
    severity: 'ticket',
    without: "The fulfillment service's list of products grows old.",
    impact: 'The merchant: a product that the service does not know shows only when an order is refused.',
  },
};

/**
 * One alarm for each job that these settings switch on. The probe reports the age of each, so its silence is every job's
 * silence: one dead probe calls once and files the rest. That is meant: mostly it is dead because jobs are not run at all.
 */
export function heartbeats(settings: Pick<Settings, 'connections' | 'dear'>): AlarmDefinition[] {
  const everySeconds = new Map<JobName, number>();
  for (const { request, everySeconds: seconds } of getSchedules(settings)) {
    // The probe gives the oldest over all connections, so the longest interval of them is what may be asked.
    everySeconds.set(request.job, Math.max(seconds, everySeconds.get(request.job) ?? 0));
  }
  return [...everySeconds].map(([job, seconds]) => heartbeat(job, seconds));
}

function heartbeat(job: JobName, everySeconds: number): AlarmDefinition {
  const { severity, without, impact } = HEARTBEATS[job];
  const missed = job === 'collect-shipments' ? MISSED_LOOKS : MISSED_RUNS;
  // More often than it is measured, a job cannot be missed.
  const seconds = Math.max(everySeconds, PROBE_MINUTES * 60) * missed;
  return {
    id: `heartbeat-${job}`,
    severity,
    summary: `${job} has not completed for ${formatDuration(seconds * 1_000)}, or was not measured. ${without}`,
    impact,
    watches: { kind: 'job-age', job },
    atLeast: seconds,
    datapoints: { breaching: missed, of: missed, minutes: PROBE_MINUTES },
    missing: 'breaching',
    logs: 'run-job',
    queue: 'jobs.fifo',
  };
}

import { type AlarmDefinition, AT_ONCE, type QueueName } from './alarm.ts';

const MINUTE = 60;

type Age = Pick<AlarmDefinition, 'severity' | 'atLeast' | 'summary' | 'impact' | 'logs'>;

/** A FIFO queue keeps counting the age of a message that is put back for later, so this also sees what is retried. */
const AGES: Readonly<Record<QueueName, Age>> = {
  'sale-events': {
    // The probe knows only planned sales; this is the only sign of a sale that was not read yet.
    severity: 'page',
    atLeast: 30 * MINUTE,
    summary: 'An event of a sale has waited 30 minutes to be processed.',
    impact: 'The customer, whose new sale or cancellation was not read.',
    logs: 'reconcile-sale',
  },
  fulfillment: {
    // A new order that waits so long pages by itself; this sees the changes and cancellations, too.
    severity: 'ticket',
    atLeast: 30 * MINUTE,
    summary: 'An order, a change or a cancellation has waited 30 minutes to reach its fulfillment service.',
    impact: 'The customer: the parcel is not packed, or packed as it was before the change.',
    logs: 'dispatch-order',
  },
  confirmations: {
    severity: 'ticket',
    atLeast: 60 * MINUTE,
    summary: 'A shipment, a return or a status has waited an hour to be written to DEAR.',
    impact: "The merchant's staff, who see an old status in DEAR.",
    logs: 'confirm-shipment',
  },
  jobs: {
    // A long job continues in a new message, so only a failing one grows so old.
    severity: 'ticket',
    atLeast: 60 * MINUTE,
    summary: 'A job has waited an hour to be completed.',
    impact: 'The work of the job is late: parcels, stock, missed sales.',
    logs: 'run-job',
  },
};

const AGE_ALARMS: readonly AlarmDefinition[] = Object.entries(AGES).map(([name, age]) => ({
  id: `queue-age-${name}`,
  ...age,
  watches: { kind: 'queue-age', queue: name as QueueName },
  datapoints: AT_ONCE,
  missing: 'notBreaching',
  queue: `${name}.fifo`,
}));

type DeadLetters = Pick<AlarmDefinition, 'severity' | 'summary' | 'impact' | 'logs'>;

/** A message gets here when our own software failed, never because of a refusal. */
const DEAD_LETTERS: Readonly<Record<QueueName | 'schedules', DeadLetters>> = {
  'sale-events': {
    severity: 'page',
    summary: 'A sale could not be processed, and its message was put aside.',
    impact: 'The customer, whose new sale or cancellation is not carried out.',
    logs: 'reconcile-sale',
  },
  fulfillment: {
    severity: 'page',
    summary: 'An order could not be dispatched, and its message was put aside.',
    impact: 'The customer: an order, a change or a cancellation does not reach the warehouse.',
    logs: 'dispatch-order',
  },
  confirmations: {
    // The service level itself pages within the hour.
    severity: 'ticket',
    summary: 'A shipment could not be written to DEAR, and its message was put aside.',
    impact: 'The customer, who has no tracking; the merchant, whose stock in DEAR is too high.',
    logs: 'confirm-shipment',
  },
  jobs: {
    severity: 'ticket',
    summary:
      'A run of a job could not be finished, and its message was put aside. The schedule starts the next run.',
    impact: 'No customer yet; if the next runs fail too, the heartbeat of the job fires.',
    logs: 'run-job',
  },
  schedules: {
    severity: 'ticket',
    summary:
      'EventBridge Scheduler could not put a job on its queue for five minutes. It starts the next run.',
    impact: 'No customer yet; if the next runs fail too, the heartbeat of the job fires.',
    logs: 'run-job',
  },
};

const DEAD_LETTER_ALARMS: readonly AlarmDefinition[] = Object.entries(DEAD_LETTERS).map(
  ([name, letters]) => ({
    id: `dead-letters-${name}`,
    ...letters,
    watches: { kind: 'dead-letters', queue: name as keyof typeof DEAD_LETTERS },
    atLeast: 1,
    datapoints: AT_ONCE,
    // SQS measures a queue for as long as there is anything in it; without data it is empty.
    missing: 'notBreaching',
    queue: name === 'schedules' ? 'schedules-dead-letter' : `${name}-dead-letter.fifo`,
  }),
);

export const FLOW: readonly AlarmDefinition[] = [...DEAD_LETTER_ALARMS, ...AGE_ALARMS];

import { jobMessage } from '../lib/messaging/messages.ts';
import { confirmationsPublisher, jobsPublisher, saleEventsPublisher } from '../lib/messaging/publishers.ts';
import { createDynamoDbClient, createSqsClient } from '../lib/runtime/aws-clients.ts';
import { readEnvironment } from '../lib/runtime/environment.ts';
import { countMessages, createJobs } from '../lib/runtime/jobs.ts';
import { createObservability } from '../lib/runtime/logger.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { readSecret, webhookSecret } from '../lib/runtime/secrets.ts';
import { dearClient, providers, sharingAccount } from '../lib/runtime/services.ts';
import { deliveredSettings } from '../lib/runtime/settings.ts';
import { rateBudgets } from '../lib/runtime/shared-budget.ts';
import { Catalogues, Fractions } from '../lib/store/catalogues.ts';
import { DriftReports, ReportFiles } from '../lib/store/drift-reports.ts';
import { FulfillmentOrders } from '../lib/store/fulfillment-orders.ts';
import { Cursors, JobRuns } from '../lib/store/job-runs.ts';
import { Sales } from '../lib/store/sales.ts';
import { SetAsideNews } from '../lib/store/set-aside-news.ts';
import { DynamoDbTable } from '../lib/store/table.ts';
import { forwardHints, runJob } from '../lib/workflows/run-job.ts';

// Once, at cold start.
const environment = readEnvironment('run-job');
const settings = deliveredSettings(import.meta.url);
const observability = createObservability();
const sqs = createSqsClient();
const dynamoDb = createDynamoDbClient();
const table = new DynamoDbTable(dynamoDb, environment.TABLE_NAME);
const getBudget = rateBudgets(dynamoDb, environment.TABLE_NAME, 'background');

const sharing = sharingAccount(settings, environment.CONNECTION_SECRET_PREFIX);
const runs = new JobRuns(table);
const continuations = jobsPublisher(sqs, environment.JOBS_QUEUE_URL);

const jobs = createJobs({
  settings,
  providerFor: providers(settings, environment.CONNECTION_SECRET_PREFIX, getBudget),
  sharingAccount: sharing,
  orders: new FulfillmentOrders(table, Date.now, settings.personalDataDays, ({ kind, reference, why }) => {
    observability.log.event('record.unreadable', { kind, reference, why });
    observability.count('RecordUnreadable');
  }),
  sales: new Sales(table),
  setAside: new SetAsideNews(table, Date.now, settings.personalDataDays),
  cursors: new Cursors(table),
  catalogues: new Catalogues(table),
  fractions: new Fractions(table, Date.now),
  runs,
  dear: dearClient(settings, environment.DEAR_SECRET_ID, getBudget),
  reports: new DriftReports(table, settings.personalDataDays),
  files: new ReportFiles(environment.REPORTS_BUCKET),
  saleEvents: saleEventsPublisher(sqs, environment.SALE_EVENTS_QUEUE_URL),
  confirmations: confirmationsPublisher(sqs, environment.CONFIRMATIONS_QUEUE_URL),
  countDeadLetters: () => countMessages(sqs, environment.DEAD_LETTER_QUEUE_URLS.split(',')),
  gauge: observability.gauge,
  jobs: continuations,
  webhook: {
    url: environment.WEBHOOK_URL,
    token: async () => (await readSecret(environment.WEBHOOK_SECRET_ID, webhookSecret)).current,
  },
  now: Date.now,
  count: observability.count,
  log: observability.log.event,
});

const deps = {
  jobs,
  runs,
  connections: settings.connections,
  continuations,
  sharingAccount: sharing,
  now: Date.now,
  log: observability.log.event,
  count: observability.count,
};

/** Called by SQS with jobs: from the schedules, and as hints from the providers. */
export const handler = queueHandler({
  schema: jobMessage,
  environment,
  sqs,
  table,
  observability,
  // A job may take a quarter of an hour, and news of parcels must not wait for long after one that was killed.
  beats: true,
  // Messages of one group ask for the same job of the same connection, which is run once for all of them.
  process: async (messages, context) => {
    await forwardHints(messages, deps);
    const last = messages.at(-1);
    if (last !== undefined) await runJob(last, { ...deps, timeLeftMs: context.getRemainingTimeInMillis });
  },
});

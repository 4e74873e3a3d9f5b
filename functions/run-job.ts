import { jobMessage } from '../lib/messaging/messages.ts';
import { createDear } from '../lib/runtime/dear-service.ts';
import { countMessages, createJobs } from '../lib/runtime/jobs.ts';
import { createProviders } from '../lib/runtime/provider-services.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { createServices } from '../lib/runtime/services.ts';
import { FileBucket } from '../lib/store/bucket.ts';
import { DriftReports, ReportFiles } from '../lib/store/drift-reports.ts';
import { forwardHints, runJob } from '../lib/workflows/run-job.ts';

// Once, at cold start.
const services = createServices('run-job', 'background', import.meta.url);
const { settings, now, log, count } = services;
const { readConnections } = services;
const { providerFor, sharingAccount } = createProviders(services);
const { gauge } = services.observability;
const runs = services.runs();
const continuations = services.jobs();
const deadLetterQueues = services.get('DEAD_LETTER_QUEUE_URLS').split(',');

const jobs = createJobs({
  settings,
  providerFor,
  sharingAccount,
  orders: services.orders(),
  sales: services.sales(),
  setAside: services.setAside(),
  cursors: services.cursors(),
  catalogues: services.catalogues(),
  fractions: services.fractions(),
  reports: new DriftReports(services.table(), settings.personalDataDays, services.noteUnreadable),
  files: new ReportFiles(new FileBucket(services.get('REPORTS_BUCKET'))),
  saleEvents: services.saleEvents(),
  confirmations: services.confirmations(),
  jobs: continuations,
  figures: services.figures(),
  dearBookedUntil: () => services.slots().nextSlot('dear'),
  runs,
  takeovers: services.takeovers(),
  readConnections,
  dear: createDear(services),
  webhook: { url: services.get('WEBHOOK_URL'), token: services.webhookToken },
  countDeadLetters: () => countMessages(services.sqs(), deadLetterQueues),
  gauge,
  now,
  count,
  log,
});

const deps = { jobs, runs, continuations, sharingAccount, now, log, count };

/** Called by SQS with jobs: from the schedules, and as hints from the providers. */
export const handler = queueHandler({
  schema: jobMessage,
  services,
  // A job may take a quarter of an hour, and news of parcels must not wait that long after one that was killed.
  renewsVisibility: true,
  // All messages of a group ask for the same job of the same connection, which is run once.
  process: async (messages, context) => {
    await forwardHints(messages, deps);
    const last = messages.at(-1);
    if (last === undefined) return;
    const connections = await readConnections();
    await runJob(last, { ...deps, connections, timeLeftMs: context.getRemainingTimeInMillis });
  },
});

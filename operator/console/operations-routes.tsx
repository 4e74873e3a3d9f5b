import type { Hono } from 'hono';
import * as z from 'zod';
import { isoTime } from '../../lib/domain/clock.ts';
import { readAuditAddress, toAuditQuery } from '../audit.ts';
import { exportDrift } from '../orders/export.ts';
import { type ConsoleContext, toCsvHeaders } from './console-context.ts';
import { ConfirmRun, JobsPage } from './pages/jobs.tsx';
import { AuditList, ParkedPage, QueuesPage, WebhooksPage } from './pages/operations.tsx';
import { StockPage } from './pages/stock.tsx';

const jobForm = z.object({ job: z.string(), connection: z.string() });

const askedRun = jobForm.extend({ at: z.iso.datetime() });

const pauseForm = z.object({ why: z.string().trim().max(500).default('') });

const redriveForm = z.object({ message: z.union([z.string(), z.array(z.string())]).optional() });

/** Stock, queues, jobs and budgets, webhooks, audit. */
export function addOperationsRoutes(app: Hono, consoleContext: ConsoleContext): void {
  const { deps, token } = consoleContext;
  app.get('/stock', async (context) => {
    const reports = await Promise.all(
      deps.connections.map(async ({ id: connection, location }) => {
        return { connection, location, drift: await deps.drift(connection) };
      }),
    );
    return consoleContext.page(context, 'Stock', <StockPage reports={reports} />);
  });
  app.get('/stock/:connection{.+\\.csv}', async (context) => {
    const connection = context.req.param('connection').replace(/\.csv$/, '');
    const report = await deps.drift(connection);
    if (report === null) return context.redirect('/stock', 303);
    return context.body(exportDrift(report), 200, toCsvHeaders(`stock-${connection}`));
  });
  app.get('/jobs', async (context) => {
    const [jobs, budgets, paused] = await Promise.all([deps.jobs(), deps.budgets(), deps.paused()]);
    const { connections } = deps;
    const asked = askedRun.safeParse(context.req.query()).data ?? null;
    const props = { jobs, budgets, connections, paused, asked, now: deps.now(), token };
    return consoleContext.page(context, 'Jobs', <JobsPage {...props} />);
  });
  app.get('/jobs/run', async (context) => {
    const { job, connection } = jobForm.parse(context.req.query());
    const view = (await deps.jobs()).find((one) => one.job === job && one.connection === connection);
    if (view === undefined) return context.redirect('/jobs', 303);
    return consoleContext.page(context, `Run ${job}`, <ConfirmRun {...{ view, token }} />);
  });
  app.post('/jobs', async (context) => {
    const { job, connection } = jobForm.parse(await context.req.parseBody());
    const at = isoTime(deps.now());
    await deps.startJob(job, connection);
    return context.redirect(`/jobs?${new URLSearchParams({ job, connection, at })}`, 303);
  });
  app.post('/connections/:connection/:how{pause|resume}', async (context) => {
    const { why } = pauseForm.parse(await context.req.parseBody());
    await deps.pause(context.req.param('connection'), context.req.param('how') === 'pause', why);
    return context.redirect('/jobs', 303);
  });
  app.get('/webhooks', async (context) =>
    consoleContext.page(context, 'Webhooks', <WebhooksPage view={await deps.webhooks()} />),
  );
  app.get('/audit', async (context) => {
    const address = readAuditAddress(context.req.query());
    const found = await deps.audit(toAuditQuery(address));
    return consoleContext.page(context, 'Audit', <AuditList {...{ address, found }} />);
  });
  addQueueRoutes(app, consoleContext);
}

function addQueueRoutes(app: Hono, consoleContext: ConsoleContext): void {
  const { deps, token } = consoleContext;
  app.get('/queues', async (context) =>
    consoleContext.page(context, 'Queues', <QueuesPage queues={await deps.queues()} />),
  );
  app.get('/queues/:queue', async (context) => {
    const name = context.req.param('queue');
    const queue = (await deps.queues()).find((one) => one.name === name);
    if (queue === undefined) return context.redirect('/queues', 303);
    const messages = await deps.parked(name);
    return consoleContext.page(context, `Parked: ${name}`, <ParkedPage {...{ queue, messages, token }} />);
  });
  app.post('/queues/:queue/redrive', async (context) => {
    const { message } = redriveForm.parse(await context.req.parseBody({ all: true }));
    const ids = message === undefined ? [] : [message].flat();
    // No selected message means none, not all.
    if (ids.length > 0) await deps.redrive(context.req.param('queue'), ids);
    return context.redirect('/queues', 303);
  });
}

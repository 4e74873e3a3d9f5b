import type { Hono } from 'hono';
import * as z from 'zod';
import type { ConsoleContext } from './console-context.ts';
import { JobsPage } from './pages/jobs.tsx';
import { AuditPage, ParkedPage, QueuesPage, WebhooksPage } from './pages/operations.tsx';
import { StockPage } from './pages/stock.tsx';

const jobForm = z.object({ job: z.string(), connection: z.string() });
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
  app.get('/jobs', async (context) => {
    const [jobs, budgets, paused] = await Promise.all([deps.jobs(), deps.budgets(), deps.paused()]);
    const { connections } = deps;
    const props = { jobs, budgets, connections, paused, now: deps.now(), token };
    return consoleContext.page(context, 'Jobs', <JobsPage {...props} />);
  });
  app.post('/jobs', async (context) => {
    const { job, connection } = jobForm.parse(await context.req.parseBody());
    await deps.startJob(job, connection);
    return context.redirect('/jobs', 303);
  });
  app.post('/connections/:connection/:how{pause|resume}', async (context) => {
    await deps.pause(context.req.param('connection'), context.req.param('how') === 'pause');
    return context.redirect('/jobs', 303);
  });
  app.get('/webhooks', async (context) =>
    consoleContext.page(context, 'Webhooks', <WebhooksPage view={await deps.webhooks()} />),
  );
  app.get('/audit', async (context) =>
    consoleContext.page(context, 'Audit', <AuditPage entries={await deps.audit()} />),
  );
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

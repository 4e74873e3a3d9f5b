import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { type Access, guard } from './access.ts';
import { LIVE_SCRIPT, STYLESHEET } from './assets.ts';
import { type ConsoleContext, explainFailure } from './console-context.ts';
import { addLabelRoutes } from './label-routes.tsx';
import { Layout } from './layout.tsx';
import { addMappingRoutes } from './mapping-routes.tsx';
import { addOperationsRoutes } from './operations-routes.tsx';
import { addBulkRoutes } from './pages/bulk.tsx';
import { Message } from './pages/lists.tsx';
import { addOrderRoutes, addSaleRoutes } from './routes.tsx';
import type { ConsoleDeps } from './views.ts';

/** The console as a web application. Pages are rendered on the server; the script only refreshes them. */
export function createConsole(deps: ConsoleDeps, access: Access): Hono {
  const app = new Hono();
  const consoleContext: ConsoleContext = {
    deps,
    token: access.formToken,
    page: (context, title, body, status = 200) =>
      context.html(
        <Layout
          name={deps.name}
          operator={deps.operator}
          title={title}
          path={context.req.path}
          query={context.req.query('q') ?? ''}
          leftOut={deps.leftOut.list()}
        >
          {body}
        </Layout>,
        status,
      ),
  };
  app.use((_, next) => deps.leftOut.collect(next));
  // With 'no-referrer' a browser sends `Origin: null` with our own forms, and the guard would refuse them.
  app.use(secureHeaders({ contentSecurityPolicy: POLICY, referrerPolicy: 'same-origin' }), guard(access));
  app.get('/console.css', (context) => context.body(STYLESHEET, 200, { 'content-type': 'text/css' }));
  app.get('/console.js', (context) => context.body(LIVE_SCRIPT, 200, { 'content-type': 'text/javascript' }));
  addLabelRoutes(app, consoleContext);
  addBulkRoutes(app, consoleContext);
  addOrderRoutes(app, consoleContext);
  addSaleRoutes(app, consoleContext);
  addOperationsRoutes(app, consoleContext);
  addMappingRoutes(app, consoleContext);
  app.notFound((context) => {
    const sentence = 'There is no such page. The menu above leads to all of them.';
    return consoleContext.page(context, 'Not found', <Message title="Not found" sentence={sentence} />, 404);
  });
  app.onError((error, context) => {
    const { status, title, sentence, isUnforeseen } = explainFailure(error);
    if (isUnforeseen) console.error(error);
    return consoleContext.page(context, title, <Message title={title} sentence={sentence} bad />, status);
  });
  return app;
}

/** Only what this server sends: no inline code, no other host, no frame. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  imgSrc: ['data:'],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};

import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { type ApiSettings, answerApi, BASE, pageNotFound } from './api.ts';
import { type ScreenSettings, screens } from './screens.ts';

/** DEAR's API, the screens beside it, and `/health`. Paths are looked up in lower case, as DEAR does. */
export function dearApp(api: ApiSettings, screenSettings: ScreenSettings): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({
    getPath: (request) => new URL(request.url).pathname.toLowerCase(),
  });
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.route('/sandbox', screens(screenSettings));
  app.all(`${BASE}*`, answerApi(api));
  app.notFound(() => pageNotFound());
  app.onError((error, context) => {
    console.error(error);
    return context.json([{ ErrorCode: 500, Exception: 'The sandbox failed; its console says why' }], 500);
  });
  return app;
}

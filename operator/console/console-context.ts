import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { FailureStatus } from './explain-failure.ts';
import type { ConsoleDeps } from './views.ts';

/** What every route uses: the bridge, the token of its forms, and the frame around its page. */
export interface ConsoleContext {
  readonly deps: ConsoleDeps;
  readonly token: string;
  page(
    context: Context,
    title: string,
    body: Child,
    status?: 200 | FailureStatus,
  ): Response | Promise<Response>;
}

import type { Hono } from 'hono';
import { type Access, createAccess } from '../../../operator/console/access.ts';
import { createConsole } from '../../../operator/console/app.tsx';
import type { ConsoleDeps } from '../../../operator/console/views.ts';

const ORIGIN = 'http://127.0.0.1:9406';

/** What a browser sends to the console, without one. */
export class Browser {
  readonly access: Access;
  readonly #app: Hono;

  constructor(deps: ConsoleDeps, isPrivate = false) {
    this.access = createAccess(isPrivate);
    this.#app = createConsole(deps, this.access);
  }

  async get(path: string, headers: Record<string, string> = {}, origin = ORIGIN): Promise<Response> {
    return this.#app.request(`${origin}${path}`, { headers });
  }

  async page(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** As a form on one of the console's own pages does. */
  async post(path: string, fields: Record<string, string>, headers = { origin: ORIGIN }): Promise<Response> {
    const body = new URLSearchParams({ token: this.access.formToken, ...fields });
    return this.#app.request(`${ORIGIN}${path}`, { method: 'POST', headers, body });
  }
}

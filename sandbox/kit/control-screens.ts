import { type Context, type Env, Hono } from 'hono';
import type * as z from 'zod';
import type { ApiCall, CallLog } from './call-log.ts';
import type { FaultQueue } from './fault-queue.ts';

type ReadRequest<E extends Env> = <Value>(c: Context<E>, schema: z.ZodType<Value>) => Promise<Value>;

interface ControlScreens<E extends Env, Fault> {
  /** @default not shown */
  readonly calls?: CallLog<ApiCall>;
  readonly faults: FaultQueue<Fault>;
  readonly faultRequest: z.ZodType<Fault>;
  readonly settingsRequest: z.ZodType<object>;
  readonly getSettings: () => object;
  readonly changeSettings: (changes: object) => void;
  /** The body, checked. It throws the sandbox's refusal. @default the `ZodError` */
  readonly readRequest?: ReadRequest<E>;
}

/** What the control API of every sandbox has: the calls that it got, faults, and settings. */
export function controlScreens<E extends Env, Fault>(screens: ControlScreens<E, Fault>): Hono<E> {
  const { calls, faults, faultRequest, settingsRequest, getSettings, changeSettings } = screens;
  const { readRequest = async (c, schema) => schema.parse(await c.req.json()) } = screens;
  const app = new Hono<E>()
    .get('/faults', (c) => c.json({ faults: faults.waiting() }))
    .post('/faults', async (c) => {
      faults.add([await readRequest(c, faultRequest)]);
      return c.json({ faults: faults.waiting() });
    })
    .delete('/faults', (c) => {
      faults.clear();
      return c.body(null, 204);
    })
    .get('/settings', (c) => c.json(getSettings()))
    .patch('/settings', async (c) => {
      changeSettings(await readRequest(c, settingsRequest));
      return c.json(getSettings());
    });
  return calls === undefined ? app : app.get('/calls', (c) => c.json({ calls: calls.calls() }));
}

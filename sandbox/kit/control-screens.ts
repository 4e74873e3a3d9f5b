import { type Context, type Env, Hono } from 'hono';
import type { ApiCall, CallLog } from './call-log.ts';
import type { FaultQueue } from './fault-queue.ts';

interface ControlScreens<E extends Env, Fault, Settings> {
  readonly calls: CallLog<ApiCall>;
  readonly faults: FaultQueue<Fault>;
  /** The fault that the body asks for. It throws the sandbox's refusal. */
  readonly readFault: (c: Context<E>) => Promise<Fault>;
  readonly getSettings: () => Settings;
  /** Sets what the body asks for. It throws the sandbox's refusal. */
  readonly changeSettings: (c: Context<E>) => Promise<void>;
}

/** What the control API of every sandbox has: the calls that it got, faults, and settings. */
export function controlScreens<E extends Env, Fault, Settings extends object>(
  screens: ControlScreens<E, Fault, Settings>,
): Hono<E> {
  const { calls, faults, readFault, getSettings, changeSettings } = screens;
  return new Hono<E>()
    .get('/calls', (c) => c.json({ calls: calls.calls() }))
    .get('/faults', (c) => c.json({ faults: faults.waiting() }))
    .post('/faults', async (c) => {
      faults.add([await readFault(c)]);
      return c.json({ faults: faults.waiting() });
    })
    .delete('/faults', (c) => {
      faults.clear();
      return c.body(null, 204);
    })
    .get('/settings', (c) => c.json(getSettings()))
    .patch('/settings', async (c) => {
      await changeSettings(c);
      return c.json(getSettings());
    });
}

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { settingsSchema } from '../settings/schema.ts';
import { isRunning } from './state-directory.ts';

const FILE = 'running.json';

const runningSchema = z.object({
  pid: z.number(),
  stackName: z.string(),
  /** With the sandboxes' addresses in place of the word. */
  settings: settingsSchema,
  endpoints: z.object({ sqsUrl: z.url(), dynamoDbUrl: z.url(), secretsManagerUrl: z.url() }),
  /** As a deployment would print them. */
  outputs: z.record(z.string(), z.string()),
});

/** What another process has to know of a local system that runs. Holds no secret. */
export type Running = z.infer<typeof runningSchema>;

/** Says in the state directory that a system runs there, until the returned function is called. */
export function announceRunning(directory: string, running: Omit<Running, 'pid'>): () => void {
  const file = join(directory, FILE);
  writeFileSync(file, `${JSON.stringify({ pid: process.pid, ...running }, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** null where nothing runs there: nothing was announced, or the process that announced it is gone. */
export function readRunning(directory: string): Running | null {
  const file = join(directory, FILE);
  if (!existsSync(file)) return null;
  const result = runningSchema.safeParse(parse(readFileSync(file, 'utf8')));
  return result.success && isRunning(result.data.pid) ? result.data : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

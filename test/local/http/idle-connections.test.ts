import { startDearSandbox } from 'dear-sandbox/dear';
import { expect, it, onTestFinished } from 'vitest';
import { startDynaliteEngine } from '../../../local/engines/dynalite-engine.ts';
import { startFauxqsEngine } from '../../../local/engines/fauxqs-engine.ts';

it.each([
  ['DynamoDB', () => startDynaliteEngine(0, null)],
  ['SQS', () => startFauxqsEngine(0, null)],
  ['the sandbox of DEAR', () => startDearSandbox({ port: 0, accountId: 'a', applicationKey: 'k' })],
])('%s keeps an idle connection for a minute', async (_, start) => {
  const { url, close } = await start();
  onTestFinished(close);
  const { headers } = await fetch(url);
  expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThanOrEqual(60);
});

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { openLogFile, readLogFile } from '../../local/log-file.ts';
import { localSystem } from '../../local/operated.ts';
import { localLogs } from '../../local/operated-bridge.ts';
import { openSecretFile, secretFileStore } from '../../local/secrets.ts';
import { announceRunning, readRunning } from '../../local/state-directory.ts';
import { readOutputs } from '../../local/template/template-names.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'bridge-running-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const RUNNING = {
  stackName: 'acme-local',
  settings: settingsSchema.parse({
    connections: [{ id: 'lantern', provider: 'shipstation-v2', location: 'Yard', warehouseId: 'se-1' }],
  }),
  endpoints: {
    sqsUrl: 'http://127.0.0.1:1',
    dynamoDbUrl: 'http://127.0.0.1:2',
    secretsManagerUrl: 'http://127.0.0.1:3',
  },
  outputs: { TableName: 'acme-local' },
};

describe('the record of a running system', () => {
  it('is in the state directory until the system stops', () => {
    const path = directory();
    expect(readRunning(path)).toBeNull();
    const withdraw = announceRunning(path, RUNNING);
    expect(readRunning(path)).toEqual({ pid: process.pid, ...RUNNING });
    withdraw();
    expect(readRunning(path)).toBeNull();
  });

  it.each([
    ['whose process is gone', (text: string) => text.replace(/"pid": \d+/, '"pid": 2147483647')],
    ['of another version', (text: string) => text.replace('"endpoints"', '"addresses"')],
    ['cut off', (text: string) => text.slice(0, 20)],
  ])('is ignored where it is one %s', async (_, spoil) => {
    const path = directory();
    announceRunning(path, RUNNING);
    const file = join(path, 'running.json');
    writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    expect(readRunning(path)).toBeNull();
    await expect(localSystem.openBridge(path)).rejects.toThrow(`npm start -- --state ${path}`);
  });
});

describe('the outputs of a template', () => {
  it('have this machine’s names and leave out resources that do not run here', () => {
    const template = {
      Resources: {
        Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs.fifo', FifoQueue: true } },
        Api: { Type: 'AWS::ApiGatewayV2::Api' },
        Board: { Type: 'AWS::CloudWatch::Dashboard' },
      },
      Outputs: {
        JobsQueueUrl: { Value: { Ref: 'Jobs' } },
        DearWebhookUrl: { Value: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, '/dear']] } },
        BoardName: { Value: { Ref: 'Board' } },
        SecretName: { Value: 'acme/dear' },
      },
    };
    const at = { sqsUrl: 'http://127.0.0.1:1', apiUrl: 'http://127.0.0.1:9' };
    expect(readOutputs(template, 'acme', at)).toEqual({
      JobsQueueUrl: 'http://127.0.0.1:1/000000000000/jobs.fifo',
      DearWebhookUrl: 'http://127.0.0.1:9/dear',
      SecretName: 'acme/dear',
    });
  });
});

describe('the log file', () => {
  const line = (number: number, message = 'order.dispatched') =>
    JSON.stringify({ timestamp: `2026-02-03T09:00:0${number}.000Z`, service: 'run-job', message, number });

  it('keeps the newest lines and drops the oldest', () => {
    const path = directory();
    const file = openLogFile(path, 300);
    for (let number = 0; number < 9; number += 1) file.append(line(number));
    const kept = readLogFile(path).map((text) => JSON.parse(text).number);
    expect(kept.at(-1)).toBe(8);
    expect(kept).toEqual(kept.toSorted());
    expect(kept.length).toBeLessThan(9);
    expect(kept.length).toBeGreaterThan(2);
  });

  it('continues after a restart', () => {
    const path = directory();
    openLogFile(path).append(line(1));
    openLogFile(path).append(line(2));
    expect(readLogFile(path)).toHaveLength(2);
    expect(statSync(join(path, 'logs.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('is searched by text, time and function', async () => {
    const path = directory();
    const file = openLogFile(path);
    for (const text of [line(1), line(2, 'else'), 'a plain line', line(3)]) file.append(text);
    const query = {
      since: '2026-02-03T00:00:00.000Z',
      until: '2026-02-04T00:00:00.000Z',
      service: '',
      limit: 9,
    };
    const events = async (more: object) =>
      (await localLogs(path).read({ about: [], ...query, ...more })).map(({ fields }) => fields.number);
    expect(await events({})).toEqual([1, 2, 3]);
    expect(await events({ about: ['else'] })).toEqual([2]);
    expect(await events({ since: '2026-02-03T09:00:02.000Z' })).toEqual([2, 3]);
    expect(await events({ limit: 1 })).toEqual([3]);
    expect(await events({ service: 'dispatch-order' })).toEqual([]);
  });
});

describe('the file of secrets', () => {
  it('replaces one secret and leaves the others', async () => {
    const file = openSecretFile(join(directory(), 'secrets.json'));
    const store = secretFileStore(file);
    expect([await store.read('one'), await store.changedAt('one')]).toEqual([undefined, '']);
    file.add({ one: { a: 1 }, two: { b: 2 } });
    await store.write('one', { a: 3 });
    expect([await store.read('one'), await store.read('two')]).toEqual([{ a: 3 }, { b: 2 }]);
    expect(Date.parse(await store.changedAt('one'))).toBeGreaterThan(0);
  });
});

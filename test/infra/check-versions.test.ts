import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

type Handler = (event: { DeploymentId: string; LifecycleEventHookExecutionId: string }) => Promise<string>;
type Answers = Readonly<Record<string, () => object>>;

const SOURCE = readFileSync('lib/infra/check-versions.cjs', 'utf8');

/** Runs the check as Lambda would. @param answers what each version answers when it is invoked */
async function check(answers: Answers): Promise<{ events: object; status: unknown; errors: string[] }> {
  const events: Record<string, unknown> = {};
  const errors: string[] = [];
  let status: unknown;
  class Client {
    async send({ input }: { input: Record<string, string> }) {
      if (input.status !== undefined) {
        status = input;
        return {};
      }
      events[String(input.FunctionName)] = JSON.parse(String(input.Payload));
      return answers[String(input.FunctionName)]!();
    }
  }
  class Command {
    readonly input: object;
    constructor(input: object) {
      this.input = input;
    }
  }
  const sdk = {
    CodeDeployClient: Client,
    LambdaClient: Client,
    InvokeCommand: Command,
    PutLifecycleEventHookExecutionStatusCommand: Command,
  };
  const module: { handler?: Handler } = {};
  const versions = Object.keys(answers).map((version) => ({ version, event: { Records: [] } }));
  runInNewContext(SOURCE, {
    require: () => sdk,
    exports: module,
    Buffer,
    console: { error: (text: string) => errors.push(text) },
    process: { env: { VERSIONS: JSON.stringify(versions) } },
  });
  await module.handler!({ DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1' });
  return { events, status, errors };
}

const starts = () => ({ Payload: Buffer.from('{}') });

describe('the check of new versions', () => {
  it('starts each with nothing to do, and lets the deployment go on', async () => {
    const { events, status } = await check({ 'a:2': starts, 'b:7': starts });
    expect(events).toEqual({ 'a:2': { Records: [] }, 'b:7': { Records: [] } });
    expect(status).toEqual({
      deploymentId: 'd-1',
      lifecycleEventHookExecutionId: 'e-1',
      status: 'Succeeded',
    });
  });

  it.each<[string, () => object, string]>([
    [
      'fails as it starts',
      () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('no TABLE_NAME') }),
      'no TABLE_NAME',
    ],
    [
      'cannot be invoked',
      () => {
        throw new Error('AccessDenied');
      },
      'AccessDenied',
    ],
  ])('stops the deployment where one version %s, and says why', async (_, fails, why) => {
    const { status, errors } = await check({ 'a:2': starts, 'b:7': fails });
    expect(status).toMatchObject({ status: 'Failed' });
    expect(errors).toEqual([expect.stringContaining(why)]);
  });

  it('is short enough to be written in a template', () => {
    expect(SOURCE.length).toBeLessThan(4_096);
  });
});

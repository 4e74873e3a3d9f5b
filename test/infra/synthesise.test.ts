import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { afterAll, expect, it } from 'vitest';
import { BridgeStack } from '../../lib/infra/bridge-stack.ts';
import { synthesise } from '../../lib/infra/synthesise.ts';
import { ENVIRONMENTS } from '../../lib/runtime/environment.ts';
import { ConfigurationError, parseSettings } from '../../lib/settings/define-config.ts';
import { createWorkspace, SETTINGS, synthesiseBridge } from './synthesised-bridge.ts';

const workspace = createWorkspace();
const { functionsDirectory, outdir } = workspace;
afterAll(workspace.remove);

/** CloudFormation's own rules are tried in `checks.test.ts`; loading them takes seconds. */
const QUICK = { analyticsReporting: false, builtinCloudFormationValidation: false };
const PHYSICAL_NAMES = ['FunctionName', 'QueueName', 'TableName', 'LogGroupName', 'Name'];

it('says where the code of every function of the template is', async () => {
  const { functions, template, stackName } = await synthesiseBridge(workspace);
  expect(Object.keys(functions).sort()).toEqual(Object.keys(ENVIRONMENTS).sort());
  for (const [name, { directory, handler }] of Object.entries(functions)) {
    expect(existsSync(join(directory, 'index.mjs'))).toBe(true);
    const inTemplate = Object.values(template.Resources).find(
      ({ Properties }) => Properties.FunctionName === `${stackName}-${name}`,
    );
    expect(inTemplate?.Properties.Handler).toBe(handler);
  }
});

it('builds under the feature flags that `cdk` passes to the app', async () => {
  const { template } = await synthesiseBridge(workspace);
  const built = (context: Record<string, unknown>) => {
    const app = new App({ outdir, context, ...QUICK });
    const stack = new BridgeStack(app, { stackName: 'acme-test', settings: SETTINGS, functionsDirectory });
    return app.synth().getStackArtifact(stack.artifactId).template;
  };
  const cdkJson = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  expect(template).toEqual(built(cdkJson.context));
  expect(template).not.toEqual(built({}));
});

it('makes the same template again, since nothing in it depends on the day or the machine', async () => {
  const first = await synthesiseBridge(workspace);
  const second = await synthesiseBridge(workspace);
  expect(second.template).toEqual(first.template);
});

it('gives the stacks of two DEAR accounts no physical name in common', async () => {
  const getNames = async (stage: string) => {
    const { template } = await synthesiseBridge(workspace, stage);
    return Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      PHYSICAL_NAMES.filter((key) => typeof Properties[key] === 'string')
        // A schedule's name is unique within its group, which has the stack's name.
        .map((key) => `${Type} ${Properties.GroupName ?? ''} ${String(Properties[key])}`),
    );
  };
  const [blue, green] = await Promise.all([getNames('blue'), getNames('green')]);
  expect(blue.length).toBeGreaterThan(25);
  expect(blue.filter((name) => green.includes(name))).toEqual([]);
});

it('holds two stacks in one app', () => {
  const app = new App({ outdir, ...QUICK });
  for (const stackName of ['acme-prod', 'zenith-prod']) {
    new BridgeStack(app, { stackName, settings: SETTINGS, functionsDirectory });
  }
  expect(app.synth().stacks.map((stack) => stack.stackName)).toEqual(['acme-prod', 'zenith-prod']);
});

it('tells connections apart whose names differ by a dash only', async () => {
  const connection = (id: string) => ({
    id,
    provider: 'shipstation-v2' as const,
    location: `Depot ${id}`,
    warehouseId: 'se-7',
  });
  const settings = parseSettings({ connections: ['a1', 'a-1', 'a-b', 'ab'].map(connection) }, 'the test');
  const { template } = await synthesise({ settings, outdir, functionsDirectory });
  const addresses = Object.keys(template.Outputs).filter((name) => name.startsWith('ProviderWebhookUrl'));
  expect(addresses).toHaveLength(4);
});

it('refuses a name that AWS would refuse', async () => {
  const synthesis = synthesise({ settings: SETTINGS, outdir, functionsDirectory, name: 'Acme' });
  await expect(synthesis).rejects.toThrow(ConfigurationError);
});

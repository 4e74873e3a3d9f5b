import { expect, it, onTestFinished } from 'vitest';
import { synthesise } from '../../lib/infra/synthesise.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { MAX_CONNECTIONS } from '../../lib/settings/schema.ts';
import { createWorkspace } from './synthesised-bridge.ts';

function connections(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `a-connection-with-a-long-id-${index + 10}`,
    provider: 'shipstation-v2',
    location: `Location ${index}`,
    warehouseId: 'se-1',
  }));
}

/** AWS's name of a secret of the longest stack and connection, in the longest region's name. */
const ARN_OF_MAX_LENGTH = 'x'.repeat(
  '"arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:/connection/-AbCdEf"'.length + 40 + 31,
);

/** AWS's limits on one stack, and on the inline policies of one role. */
const MAX_RESOURCES = 500;
const MAX_OUTPUTS = 200;
const MAX_POLICY_CHARACTERS = 10_240;

it('the most connections that the settings accept fit into one stack', async () => {
  const workspace = createWorkspace();
  onTestFinished(workspace.remove);
  const { functionsDirectory, outdir } = workspace;
  const aws = { customerKey: true, reservedForWebhooks: 10, tracing: 'on', deployment: 'canary' };
  const settings = parseSettings({ connections: connections(MAX_CONNECTIONS), aws }, 'the test');
  const name = 'a-merchant-with-a-rather-long-name';
  const { template } = await synthesise({ settings, name, stage: 'prod', outdir, functionsDirectory });
  expect(Object.keys(template.Resources).length).toBeLessThan(MAX_RESOURCES);
  expect(Object.keys(template.Outputs).length).toBeLessThan(MAX_OUTPUTS);
  const roles = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(4);
  for (const { Properties } of roles) {
    const text = JSON.stringify(Properties.Policies ?? []).replaceAll(
      /\{"(Ref|Fn::GetAtt)":[^}]*\}/g,
      ARN_OF_MAX_LENGTH,
    );
    expect(text.length).toBeLessThan(MAX_POLICY_CHARACTERS);
  }
});

it('more connections than fit are refused with what to do', () => {
  expect(() => parseSettings({ connections: connections(MAX_CONNECTIONS + 1) }, 'the test')).toThrow(
    `at most ${MAX_CONNECTIONS} connections fit into one stack; deploy another one with -c name=…`,
  );
});

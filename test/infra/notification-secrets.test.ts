import { expect, it, onTestFinished } from 'vitest';
import { synthesise } from '../../lib/infra/synthesise.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { createWorkspace } from './synthesised-bridge.ts';

it('the receiver may read the secret of a connection whose webhooks are verified with it, and no other', async () => {
  const workspace = createWorkspace();
  onTestFinished(workspace.remove);
  const { functionsDirectory, outdir } = workspace;
  const connections = [
    { id: 'harbour', provider: 'shipstation-v2', location: 'Harbour Shed', warehouseId: 'se-41' },
    { id: 'hill-top', provider: 'shipstation-v1', location: 'Hill Top Barn', storeId: 77410 },
  ];
  const settings = parseSettings({ connections }, 'the test');
  const { template } = await synthesise({
    settings,
    name: 'acme',
    stage: 'test',
    outdir,
    functionsDirectory,
  });
  const { Resources } = template;
  const receiver = Object.values(Resources).find(
    ({ Properties }) => Properties.FunctionName === 'acme-test-receive-webhook',
  );
  const { 'Fn::GetAtt': role } = receiver!.Properties.Role as { 'Fn::GetAtt': [string, string] };
  const policies = JSON.stringify(Resources[role[0]]!.Properties.Policies);
  const readable = Object.entries(Resources)
    .filter(([id, { Type }]) => Type === 'AWS::SecretsManager::Secret' && policies.includes(`"${id}"`))
    .map(([, { Properties }]) => Properties.Name);
  expect(readable.sort()).toEqual(['acme-test/connection/hill-top', 'acme-test/webhook']);
});

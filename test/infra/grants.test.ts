import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { synthesise } from '../../lib/infra/synthesise.ts';
import type { ProviderDefinition } from '../../lib/providers/provider-definition.ts';
import { getProviderDefinition, PROVIDERS } from '../../lib/providers/registry.ts';
import type { FunctionName } from '../../lib/runtime/environment.ts';
import { ENVIRONMENTS } from '../../lib/runtime/environment.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { loadProviderSandbox } from '../../local/sandboxes.ts';
import { createWorkspace } from './synthesised-bridge.ts';

type ProviderId = (typeof PROVIDERS)[number]['id'];

/** A connection of each provider, at its service's own address. */
async function toConnection(id: ProviderId): Promise<object> {
  const { connectionSettings } = await loadProviderSandbox(id);
  const own = Object.entries(connectionSettings[0]).filter(
    ([key]) => key !== 'baseUrl' && key !== 'fetchedBy',
  );
  const baseUrl = id === 'http' ? { baseUrl: 'https://wms.acme.test/bridge' } : {};
  return { ...Object.fromEntries(own), ...baseUrl, id, provider: id, location: `Shed of ${id}` };
}

/** The connections whose secret the handler can read, by what their providers declare. */
const READS: Record<FunctionName, (definition: ProviderDefinition) => boolean> = {
  'receive-webhook': ({ hints }) => hints?.readsSecret === true,
  'serve-provider': ({ endpoints }) => endpoints !== null,
  'reconcile-sale': () => false,
  'dispatch-order': ({ isCalled }) => isCalled,
  'confirm-shipment': () => false,
  'run-job': ({ isCalled }) => isCalled,
};
const FUNCTIONS = Object.keys(ENVIRONMENTS) as FunctionName[];

const actions = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const statement = z.object({ Action: actions, Resource: z.unknown(), Condition: z.unknown().optional() });
const policies = z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) }));

/** What the roles of a stack with these providers allow. */
async function getGrants(ids: readonly ProviderId[]) {
  const workspace = createWorkspace();
  onTestFinished(workspace.remove);
  const { functionsDirectory, outdir } = workspace;
  const settings = parseSettings({ connections: await Promise.all(ids.map(toConnection)) }, 'the test');
  const stack = await synthesise({ settings, name: 'acme', stage: 'test', outdir, functionsDirectory });
  const { Resources } = stack.template;
  const getPolicies = (name: FunctionName) => {
    const found = Object.values(Resources).find(
      ({ Properties }) => Properties.FunctionName === `acme-test-${name}`,
    );
    const { 'Fn::GetAtt': role } = found!.Properties.Role as { 'Fn::GetAtt': [string, string] };
    return JSON.stringify(Resources[role[0]]!.Properties.Policies);
  };
  const getStatements = (name: FunctionName) =>
    policies.parse(JSON.parse(getPolicies(name))).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return {
    getPolicies,
    getStatements,
    getSecrets: (name: FunctionName) =>
      Object.entries(Resources)
        .filter(
          ([id, { Type }]) => Type === 'AWS::SecretsManager::Secret' && getPolicies(name).includes(`"${id}"`),
        )
        .map(([, { Properties }]) => String(Properties.Name))
        .flatMap((name) => name.match(/^acme-test\/connection\/(.+)$/)?.[1] ?? [])
        .sort(),
  };
}

describe('a stack with a connection of each provider', () => {
  it('lets each function read the secrets of the connections that it works for, and no others', async () => {
    const ids = PROVIDERS.map(({ id }) => id);
    const { getSecrets } = await getGrants(ids);
    const granted = FUNCTIONS.map((name) => [name, getSecrets(name)]);
    const needed = FUNCTIONS.map((name) => [
      name,
      ids.filter((id) => READS[name](getProviderDefinition(id))).sort(),
    ]);
    expect(granted).toEqual(needed);
  });

  it('lists items of the table itself only where they are of a provider or of fractions, and serves nothing else', async () => {
    const { getStatements } = await getGrants(PROVIDERS.map(({ id }) => id));
    const of = (prefix: string) => ({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${prefix}#*`] },
    });
    const onTable = FUNCTIONS.flatMap(getStatements).filter(
      ({ Action, Resource }) =>
        Action.includes('dynamodb:Query') && !JSON.stringify(Resource).includes('index'),
    );
    expect(onTable.map(({ Condition }) => Condition)).toEqual([
      of('BOX'),
      of('BOX'),
      of('BOX'),
      of('FRACTIONS'),
    ]);
    const served = getStatements('serve-provider').filter(({ Action }) =>
      Action.join().includes('dynamodb:'),
    );
    expect(served.map(({ Condition }) => Condition)).toEqual([of('BOX')]);
  });
});

describe.each(PROVIDERS)(
  'a stack with $title alone',
  ({ id, capabilities, usesBox, isCalled }: ProviderDefinition) => {
    it('allows no box, label, stock report or secret that the provider has no use for', async () => {
      const { getPolicies, getSecrets } = await getGrants([id as ProviderId]);
      const all = FUNCTIONS.map(getPolicies).join();
      expect(all.includes('BOX#*')).toBe(usesBox);
      expect(all.includes('/labels/*')).toBe(capabilities.includes('labels'));
      expect(all.includes('/stock-drift/*')).toBe(capabilities.includes('stock'));
      expect(all.includes('FRACTIONS#*')).toBe(capabilities.includes('stock'));
      expect(getSecrets('dispatch-order')).toEqual(isCalled ? [id] : []);
    });
  },
);

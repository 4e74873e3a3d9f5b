import { App } from 'aws-cdk-lib/core';
import { UserError } from '../lib/domain/errors.ts';
import { BridgeStack } from '../lib/infra/bridge-stack.ts';
import { bundleFunctions } from '../lib/infra/bundle-functions.ts';
import { toStackName } from '../lib/infra/stack-name.ts';
import { addChecks } from '../lib/infra/synthesise.ts';
import { getProviderDefinition } from '../lib/providers/registry.ts';
import { ENVIRONMENTS } from '../lib/runtime/environment.ts';
import { loadSettings } from '../lib/settings/load.ts';
import type { Settings } from '../lib/settings/schema.ts';

/** The CDK app: `npx cdk deploy -c name=acme -c stage=prod`. */
try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const app = new App();
  const stackName = toStackName(context(app, 'name'), context(app, 'stage'));
  const settings = await loadSettings();
  warnOfSandboxes(settings);
  const functionsDirectory = '.build/functions';
  await bundleFunctions({
    entriesDirectory: 'functions',
    names: Object.keys(ENVIRONMENTS),
    outdir: functionsDirectory,
    settings,
  });
  new BridgeStack(app, { stackName, settings, functionsDirectory });
  await addChecks(app);
}

/** Given as `-c key=value`. */
function context(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  return value === undefined ? undefined : String(value);
}

function warnOfSandboxes(settings: Settings): void {
  const connections = settings.connections.filter((connection) =>
    getProviderDefinition(connection.provider).isSandbox(connection),
  );
  const sandboxes = [
    ...(settings.dear.baseUrl === 'sandbox' ? ['dear'] : []),
    ...connections.map(({ id }) => id),
  ];
  if (sandboxes.length === 0) return;
  console.error(
    `Warning: ${sandboxes.join(' and ')} point to a sandbox, which exists only under \`npm start\`; set real addresses in bridge.config.ts before you deploy.`,
  );
}

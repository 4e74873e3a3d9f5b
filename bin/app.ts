import { App } from 'aws-cdk-lib/core';
import { UserError } from '../lib/domain/errors.ts';
import { BridgeStack } from '../lib/infra/bridge-stack.ts';
import { bundleFunctions } from '../lib/infra/bundle-functions.ts';
import { requireDeployable } from '../lib/infra/deployable-settings.ts';
import { toStackName } from '../lib/infra/stack-name.ts';
import { addChecks } from '../lib/infra/synthesise.ts';
import { listFunctions } from '../lib/runtime/environment.ts';
import { loadSettings } from '../lib/settings/load.ts';

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
  const stage = context(app, 'stage');
  const stackName = toStackName(context(app, 'name'), stage);
  const settings = await loadSettings();
  requireDeployable(settings, stage);
  const functionsDirectory = '.build/functions';
  await bundleFunctions({
    entriesDirectory: 'functions',
    names: listFunctions(settings),
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

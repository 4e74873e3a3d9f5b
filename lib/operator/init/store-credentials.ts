import { join } from 'node:path';
import { localStackName } from '../../local/local-stack-name.ts';
import { openSecretFile } from '../../local/secrets/secrets.ts';
import { useStateDirectory } from '../../local/state-directory.ts';
import type { StackTarget, Target } from '../open-bridge.ts';
import { NotRunning } from '../refusals.ts';
import type { SecretStore } from '../secret-store.ts';
import type { Credentials } from './answers.ts';

/**
 * Puts the credentials where the bridge reads them: the state directory's file, or Secrets Manager.
 * @returns the names under which they are now
 * @throws {NotRunning} the stack is not deployed, so its secrets are not there
 */
export async function storeCredentials(
  target: Target,
  connection: string,
  { dear, shipStation }: Credentials,
): Promise<string[]> {
  const { name, store } =
    target.kind === 'local' ? localStore(target.stateDirectory) : await stackStore(target);
  const names = [`${name}/dear`, `${name}/connection/${connection}`] as const;
  try {
    await store.write(names[0], dear);
    await store.write(names[1], shipStation);
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') throw notDeployed(name);
    throw error;
  }
  return [...names];
}

interface Named {
  readonly name: string;
  readonly store: Pick<SecretStore, 'write'>;
}

function localStore(stateDirectory = '.local'): Named {
  const file = openSecretFile(join(useStateDirectory(stateDirectory), 'secrets.json'));
  return {
    name: localStackName(),
    store: { write: async (name, value) => file.replace(name, { ...value }) },
  };
}

async function stackStore({ stackName, region, profile }: StackTarget): Promise<Named> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const { secretsManagerStore } = await import('../secrets-manager-store.ts');
  const client = new SecretsManagerClient({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  });
  return { name: stackName, store: secretsManagerStore(client) };
}

function notDeployed(name: string): NotRunning {
  return new NotRunning(
    `The secrets of ${name} are made by its first deployment. Deploy it (npx cdk deploy), then: bridge init --stack ${name} --secrets FILE --secrets-only`,
  );
}

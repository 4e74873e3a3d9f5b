import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { withoutByteOrderMark } from '../../lib/domain/text.ts';
import type { SecretStore } from '../bridge.ts';

/** The secrets of a deployed bridge. The stack makes them, so that only their values are written here. */
export function secretsManagerStore(client: SecretsManagerClient): SecretStore {
  return {
    read: async (name) => {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
        return parse(SecretString);
      } catch (error) {
        // Also the answer for a secret that the stack made and that has no value yet.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    write: async (name, value) => {
      const SecretString = JSON.stringify(value);
      await client.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
    },
    changedAt: async (name) => {
      const { LastChangedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
      return LastChangedDate?.toISOString() ?? '';
    },
  };
}

function parse(text = ''): unknown {
  try {
    return JSON.parse(withoutByteOrderMark(text));
  } catch {
    return undefined;
  }
}

import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openSecretFile } from '../local/secrets.ts';
import { type Running, readRunning } from '../local/state-directory.ts';
import { REGION } from '../local/template/template-names.ts';
import { awsParts } from './aws-parts.ts';
import { type Bridge, createBridge, type LocalTarget } from './bridge.ts';
import { localLogs } from './log-reader.ts';
import { secretFileStore } from './secret-store.ts';
import { stackOutputs } from './stack-outputs.ts';
import { NotRunning } from './user-errors.ts';

const DEFAULT_DIRECTORY = '.local';

/** @throws {NotRunning} nothing runs on that state directory */
export function openLocal({ stateDirectory = DEFAULT_DIRECTORY }: LocalTarget): Bridge {
  const running = readRunning(stateDirectory);
  if (running === null) throw notRunning(stateDirectory);
  const { sqs, dynamoDb } = createClients(running);
  const outputs = stackOutputs.parse(running.outputs);
  return createBridge({
    kind: 'local',
    name: running.stackName,
    settings: running.settings,
    outputs,
    ...awsParts(sqs, dynamoDb, outputs, 0),
    secrets: secretFileStore(openSecretFile(join(stateDirectory, 'secrets.json'))),
    logs: localLogs(stateDirectory),
    alarms: null,
    now: Date.now,
    close: async () => {
      sqs.destroy();
      dynamoDb.destroy();
    },
  });
}

function notRunning(stateDirectory: string): NotRunning {
  const state = stateDirectory === DEFAULT_DIRECTORY ? '' : ` -- --state ${stateDirectory}`;
  return new NotRunning(
    `No local system runs on ${stateDirectory}. Start it in another terminal: npm start${state}. For a deployed one: --stack NAME`,
  );
}

/** Their endpoint is always said, so that nothing in the user's own environment can lead them to a real account. */
function createClients({ endpoints }: Running) {
  const account = { region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    sqs: new SQSClient({ ...account, endpoint: endpoints.sqsUrl, useQueueUrlAsEndpoint: false }),
    dynamoDb: new DynamoDBClient({ ...account, endpoint: endpoints.dynamoDbUrl }),
  };
}

import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDbTable } from '../lib/store/table.ts';
import { type Bridge, createBridge } from '../operator/bridge.ts';
import { type LogReader, parseLogLine, selectLines } from '../operator/log-reader.ts';
import { getLocalCaller } from '../operator/record-act.ts';
import { createAwsParts } from '../operator/stack/open-stack.ts';
import { stackOutputs } from '../operator/stack/stack-outputs.ts';
import { NotRunning } from '../operator/user-errors.ts';
import { readLogFile } from './log-file.ts';
import { openSecretFile, secretFileStore } from './secrets.ts';
import { DEFAULT_STATE_DIRECTORY, type Running, readRunning } from './state-directory.ts';
import { REGION } from './template/template-names.ts';

/** @throws {NotRunning} nothing runs on that state directory */
export function openLocalBridge(stateDirectory = DEFAULT_STATE_DIRECTORY): Bridge {
  const running = readRunning(stateDirectory);
  if (running === null) throw notRunning(stateDirectory);
  const { sqs, dynamoDb } = createClients(running);
  const outputs = stackOutputs.parse(running.outputs);
  const parts = createAwsParts(sqs, dynamoDb, outputs, 0);
  return createBridge({
    kind: 'local',
    caller: getLocalCaller(),
    name: running.stackName,
    settings: running.settings,
    outputs,
    ...parts,
    openTable: (name) => new DynamoDbTable(dynamoDb, name),
    auditTable: parts.table,
    secrets: secretFileStore(openSecretFile(join(stateDirectory, 'secrets.json'))),
    logs: localLogs(stateDirectory),
    alarms: null,
    readConcurrency: null,
    now: Date.now,
    close: async () => {
      sqs.destroy();
      dynamoDb.destroy();
    },
  });
}

function notRunning(stateDirectory: string): NotRunning {
  const state = stateDirectory === DEFAULT_STATE_DIRECTORY ? '' : ` -- --state ${stateDirectory}`;
  return new NotRunning(
    `No local system runs on ${stateDirectory}`,
    `Start it in another terminal: npm start${state}. For a deployed one: --stack NAME`,
  );
}

/** The endpoint is always given, so that no setting of the user's environment can lead them to a real account. */
function createClients({ endpoints }: Running) {
  const account = { region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    sqs: new SQSClient({ ...account, endpoint: endpoints.sqsUrl, useQueueUrlAsEndpoint: false }),
    dynamoDb: new DynamoDBClient({ ...account, endpoint: endpoints.dynamoDbUrl }),
  };
}

/** What the functions logged, as far as the state directory still has it. */
export function localLogs(stateDirectory: string): LogReader {
  return {
    read: async (query) => {
      const lines = readLogFile(stateDirectory)
        .filter((text) => query.about.length === 0 || query.about.some((word) => text.includes(word)))
        .flatMap((text) => parseLogLine(text) ?? [])
        .filter(({ at }) => at >= query.since && at <= query.until);
      return selectLines(lines, query);
    },
  };
}

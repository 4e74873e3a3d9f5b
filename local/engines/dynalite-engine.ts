import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire, findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import { type Listener, listenWith, readBody } from '../http/http-listener.ts';
import { DamagedStateError } from '../state-directory.ts';
import type { AccessControl } from './access.ts';
import { toDynamoDbCalls } from './aws-call.ts';
import { writeItemsWhole } from './whole-writes.ts';

writeItemsWhole();

/**
 * DynamoDB's API in this process. With a directory every acknowledged write survives a SIGKILL. It has no transactions and no
 * time to live: expired items stay, as they may for days in DynamoDB.
 * @param folder the directory of its LevelDB store, or null for memory
 * @param access refuses roles what they are not allowed; null: all is allowed
 * @throws {DamagedStateError} the store cannot be read, or a part of it
 */
export async function startDynaliteEngine(
  port: number,
  folder: string | null,
  access: AccessControl | null = null,
): Promise<Listener> {
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  if (folder !== null && existsSync(folder)) await requireWhole(folder);
  const server = dynalite(folder === null ? instant : { ...instant, path: folder });
  if (access !== null) guard(server, access);
  return await listenWith(server, port, 'DynamoDB');
}

const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Lets dynalite see the requests only that are allowed: it has no place for a check of its own. */
function guard(server: Server, access: AccessControl): void {
  const [answer] = server.listeners('request');
  if (answer === undefined) throw new Error('dynalite is not the version that this was written for: npm ci');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    readBody(request, MAX_REQUEST_BYTES).then(
      (bytes) => {
        const { headers, method, url } = request;
        const refusal = access.findRefusal(headers.authorization, () =>
          toDynamoDbCalls({ headers, body: JSON.parse(bytes.toString()) }),
        );
        if (refusal !== null) refuse(response, refusal);
        else answer.call(server, Object.assign(Readable.from([bytes]), { headers, method, url }), response);
      },
      () => response.destroy(),
    );
  });
}

function refuse(response: ServerResponse, message: string): void {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(
    JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: message }),
  );
}

interface LevelModule {
  readonly Level: new (folder: string) => { open(): Promise<void>; close(): Promise<void> };
}

/**
 * dynalite ends the process with `Database is closed` where the store cannot be opened, and LevelDB leaves out what it cannot
 * read of its latest writes, saying so in its log only. What a SIGKILL cuts off was never acknowledged, and is not reported.
 */
async function requireWhole(folder: string): Promise<void> {
  const { Level }: LevelModule = createRequire(findPackageJSON('dynalite', import.meta.url) ?? '')('level');
  const store = new Level(folder);
  try {
    await store.open();
    await store.close();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new DamagedStateError(folder, String(Object(cause).message));
  }
  const [lost] = /dropping \d+ bytes; .*/.exec(readFileSync(join(folder, 'LOG'), 'utf8')) ?? [];
  if (lost !== undefined) throw new DamagedStateError(folder, lost);
}

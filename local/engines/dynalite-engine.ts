import dynalite from 'dynalite';
import { type Listener, listenWith } from '../http/http-listener.ts';

/**
 * DynamoDB's API in this process. With a directory every acknowledged write survives a SIGKILL. It has no transactions and no
 * time to live: expired items stay, as they may for days in DynamoDB.
 * @param folder the directory of its LevelDB store, or null for memory
 */
export async function startDynaliteEngine(port: number, folder: string | null): Promise<Listener> {
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite(folder === null ? instant : { ...instant, path: folder });
  return await listenWith(server, port, 'DynamoDB');
}

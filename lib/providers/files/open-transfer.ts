import { type FilesSecret, type FilesSettings, parsePlace } from './settings.ts';
import type { Transfer } from './transfer.ts';

interface OpenOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Pick<FilesSettings, 'server' | 'hostKey'>;
  readonly secret: FilesSecret;
  /** Called before each write. @throws {RefusedInShadow} */
  readonly mayWrite?: () => Promise<void>;
}

/** Connects to the place of the files. Only the library of that place is loaded. */
export async function openTransfer({
  system,
  settings,
  secret,
  mayWrite = async () => {},
}: OpenOptions): Promise<Transfer> {
  const place = parsePlace(settings.server);
  if (place === null) throw new Error('The setting server is checked with the others');
  if (place.kind === 's3') return guard((await import('./s3.ts')).openS3({ system, place }), mayWrite);
  const { openSftp } = await import('./sftp.ts');
  return guard(await openSftp({ system, place, secret, hostKey: settings.hostKey }), mayWrite);
}

function guard(transfer: Transfer, mayWrite: () => Promise<void>): Transfer {
  return {
    list: (folder) => transfer.list(folder),
    read: (path) => transfer.read(path),
    wasReleased: (file) => transfer.wasReleased(file),
    close: () => transfer.close(),
    upload: async (file, bytes) => {
      await mayWrite();
      await transfer.upload(file, bytes);
    },
    release: async (file, bytes) => {
      await mayWrite();
      await transfer.release(file, bytes);
    },
    move: async (folder, name, to) => {
      await mayWrite();
      await transfer.move(folder, name, to);
    },
  };
}

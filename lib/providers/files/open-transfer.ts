import { type FilesSecret, type FilesSettings, parsePlace } from './settings.ts';
import type { Transfer } from './transfer.ts';

interface OpenOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Pick<FilesSettings, 'server' | 'hostKey'>;
  readonly secret: FilesSecret;
}

/** Connects to the place of the files. Only the library of that place is loaded. */
export async function openTransfer({ system, settings, secret }: OpenOptions): Promise<Transfer> {
  const place = parsePlace(settings.server);
  if (place === null) throw new Error('The setting server is checked with the others');
  if (place.kind === 's3') return (await import('./s3.ts')).openS3({ system, place });
  return await (await import('./sftp.ts')).openSftp({ system, place, secret, hostKey: settings.hostKey });
}

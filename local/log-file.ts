import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'logs.jsonl';

const OLDER = 'logs.older.jsonl';

/** About 10,000 lines. Two files of this size are kept. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The last 4 to 8 MB of the functions' logs. */
export interface LogFile {
  append(line: string): void;
}

/** @param maxBytes the size at which a new file is started */
export function openLogFile(directory: string, maxBytes = MAX_BYTES): LogFile {
  const file = join(directory, FILE);
  let bytes = existsSync(file) ? statSync(file).size : 0;
  return {
    append: (line) => {
      if (bytes > maxBytes) {
        renameSync(file, join(directory, OLDER));
        bytes = 0;
      }
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
      bytes += Buffer.byteLength(line) + 1;
    },
  };
}

/** Oldest first. */
export function readLogFile(directory: string): string[] {
  return [OLDER, FILE]
    .map((name) => join(directory, name))
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '');
}

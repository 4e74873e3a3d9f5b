import { readLogFile } from '../local/log-file.ts';
import { type LogReader, parseLogLine, selectLines } from './log-reader.ts';

/** What the functions of the local system logged, as far as its state directory still has it. */
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

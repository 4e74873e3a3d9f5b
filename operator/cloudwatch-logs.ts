import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { type LogLine, type LogQuery, type LogReader, parseLogLine, selectLines } from './log-reader.ts';

/** More than an order leaves; it ends a query that would read a month of lines. */
const MAX_EVENTS = 10_000;

/** @param groups the function's name → its log group */
export function cloudWatchLogs(client: CloudWatchLogsClient, groups: ReadonlyMap<string, string>): LogReader {
  return {
    read: async (query) => {
      const asked = [...groups].filter(([service]) => query.service === '' || service === query.service);
      const read = await Promise.all(asked.map(([, group]) => readGroup(client, group, query)));
      return selectLines(read.flat(), query);
    },
  };
}

async function readGroup(
  client: CloudWatchLogsClient,
  logGroupName: string,
  query: LogQuery,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const pages = paginateFilterLogEvents(
    { client },
    {
      logGroupName,
      startTime: Date.parse(query.since),
      endTime: Date.parse(query.until),
      ...(query.about.length > 0 && { filterPattern: toPattern(query.about) }),
    },
  );
  let read = 0;
  for await (const { events = [] } of pages) {
    lines.push(...events.flatMap(({ message = '' }) => parseLogLine(message.trim()) ?? []));
    read += events.length;
    if (read >= MAX_EVENTS) break;
  }
  return lines;
}

/** CloudWatch's terms: any of the quoted texts. */
function toPattern(about: readonly string[]): string {
  return about.map((word) => `?"${word.replaceAll('"', '')}"`).join(' ');
}

import { type AlarmDefinition, ConsoleLinks, describeAlarm } from '../lib/infra/alarms/alarm.ts';
import { SERVICE_LEVELS } from '../lib/infra/alarms/service-levels.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { toNotice, toSlack, toTeams } from '../lib/workflows/notify-chat.ts';
import type { LogRecord } from './output.ts';

/** Logged by the probe, with each level under its name. */
const MEASURED = 'serviceLevels.measured';

/**
 * What a deployed bridge would post to a chat, from what the probe measures here: once when a level is passed, and once when that
 * is over. Alarms of AWS's own metrics do not exist on this machine.
 */
export function createAlarmWatch(
  stackName: string,
  { runbookUrl, chats }: Settings['alarms'],
  show: (line: string) => void,
): (record: LogRecord) => void {
  const firing = new Set<string>();
  const links = new ConsoleLinks({ region: 'us-east-1', account: '000000000000', stackName });
  const tell = (definition: AlarmDefinition, NewStateValue: 'ALARM' | 'OK') => {
    const notice = toNotice(
      JSON.stringify({
        AlarmName: `${stackName}-${definition.id}`,
        AlarmDescription: describeAlarm(definition, links, runbookUrl),
        NewStateValue,
        StateChangeTime: new Date().toISOString(),
      }),
    );
    if (notice === null) return;
    const said = [notice.title, ...notice.lines, notice.command].filter((line) => line !== '').join(' | ');
    show(`Would be posted to a chat: ${said}`);
    const bodies = { slack: toSlack(notice), teams: toTeams(notice) };
    for (const chat of chats) show(`  ${chat} ${JSON.stringify(bodies[chat])}`);
  };
  return (record) => {
    if (record.message !== MEASURED) return;
    for (const definition of SERVICE_LEVELS) {
      const { id, watches, atLeast } = definition;
      if (watches.kind !== 'level') continue;
      const isPassed = Number(record[watches.metric] ?? 0) >= atLeast;
      if (isPassed === firing.has(id)) continue;
      if (isPassed) firing.add(id);
      else firing.delete(id);
      tell(definition, isPassed ? 'ALARM' : 'OK');
    }
  };
}

import type { AlarmDefinition } from './alarm.ts';
import type { ConsoleLinks } from './console-links.ts';

const RUNBOOK = 'docs/runbook.md';

/**
 * What is read on a telephone at night: how bad, what, who is hurt, and where to look. At most 1,024 characters, CloudWatch's
 * limit, with the longest names of a stack and a region; `runbookUrl` may add 250.
 * @param runbookUrl where the runbook is published; '' for its path in the project
 */
export function descriptionOf(
  { id, severity, means, hurts, queue, logs }: AlarmDefinition,
  links: ConsoleLinks,
  runbookUrl: string,
): string {
  return [
    `${severity.toUpperCase()}: ${means}`,
    `Hurt: ${hurts}`,
    `Runbook: ${runbookUrl === '' ? RUNBOOK : runbookUrl}#${id}`,
    ...(queue === undefined ? [] : [`Queue: ${links.queue(queue)}`]),
    `Logs: ${links.logs(logs)}`,
  ].join('\n');
}

import { alarmCatalogue } from '../../lib/infra/alarms/bridge-alarms.ts';
import { EXAMPLE_SETTINGS } from './example-stack.ts';
import { generatedFrom, page, table } from './markdown.ts';

/** `docs/alarms.md`: the alarms of a bridge with every job switched on. */
export function alarmsPage(): string {
  const alarms = alarmCatalogue(EXAMPLE_SETTINGS);
  return page(
    '# Alarms',
    generatedFrom('the alarm catalogue in `lib/infra/alarms`'),
    `${alarms.length} alarms with every job switched on. \`page\`: a customer is affected now or soon, act at any hour. \`ticket\`: working hours are soon enough. An alarm is named after the stack and the id here, such as \`acme-prod-orders-failed\`; each id links to what to do in the [runbook](runbook.md).`,
    table(
      ['Alarm', 'Severity', 'Summary', 'Impact'],
      alarms.map(({ id, severity, summary, impact }) => [
        `[${id}](runbook.md#${id})`,
        severity,
        summary,
        impact,
      ]),
    ),
  );
}

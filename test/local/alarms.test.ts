import { expect, it } from 'vitest';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { createAlarmWatch } from '../../local/alarms.ts';

it('the local system shows once what would be posted to a chat when a level is passed, and when that is over', () => {
  const { alarms } = settingsSchema.parse({
    alarms: { chats: ['teams'] },
    connections: [{ id: 'lantern', provider: 'shipstation-v2', location: 'Yard', warehouseId: 'se-1' }],
  });
  const lines: string[] = [];
  const watch = createAlarmWatch('acme-local', alarms, (line) => lines.push(line));
  const measured = (OrdersFailed: number) => watch({ message: 'serviceLevels.measured', OrdersFailed });
  measured(0);
  watch({ message: 'shipments.collected' });
  expect(lines).toEqual([]);
  measured(2);
  measured(3);
  expect(lines).toEqual([
    expect.stringMatching(
      /^Would be posted to a chat: TICKET: .* \| bridge orders list --waiting failed --stack acme-local$/,
    ),
    expect.stringContaining('teams {"type":"message"'),
  ]);
  measured(0);
  expect(lines[2]).toContain('Over: The fulfillment service refused');
});

import { openOf, type PlannedWebhook, planWebhooks } from '../webhooks.ts';
import { type Examination, fine, wrong } from './check.ts';

export const webhookRegistrations: Examination = {
  name: 'webhooks',
  examine: async (bridge) => {
    const planned = await planWebhooks(bridge);
    const open = openOf(planned);
    if (open.length > 0) return [wrong('webhooks', listed(open), 'bridge webhooks apply')];
    const left = planned.filter(({ action }) => action === 'leave');
    if (left.length === 0) return [fine('webhooks', `all ${planned.length} are registered and active`)];
    return [fine('webhooks', `parcels are noticed by schedule alone, as of ${listed(left)}`)];
  },
};

function listed(webhooks: readonly PlannedWebhook[]): string {
  return webhooks.map(({ system, event, now }) => `${system} ${event}: ${now || 'missing'}`).join('; ');
}

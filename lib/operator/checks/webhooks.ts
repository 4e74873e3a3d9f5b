import { planWebhooks } from '../webhooks.ts';
import { type Examination, fine, wrong } from './check.ts';

export const webhookRegistrations: Examination = {
  name: 'webhooks',
  examine: async (bridge) => {
    const planned = await planWebhooks(bridge);
    const open = planned.filter(({ action }) => action !== 'keep');
    if (open.length === 0) return [fine('webhooks', `all ${planned.length} are registered and active`)];
    const found = open.map(({ system, event, now }) => `${system} ${event}: ${now || 'missing'}`).join('; ');
    return [wrong('webhooks', found, 'bridge webhooks apply')];
  },
};

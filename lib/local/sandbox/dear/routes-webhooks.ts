import type { Behaviour } from './behaviour.ts';
import type { Handler, Routes } from './call.ts';
import { guid } from './lookup.ts';
import { Refusal } from './refusal.ts';
import { parseRequest, webhookRequest } from './requests.ts';
import type { Store } from './store.ts';
import type { WebhookRecord } from './webhook-state.ts';
import { addWebhook, removeWebhook, replaceWebhook, toWireWebhook } from './webhooks.ts';

export function webhookRoutes(store: Store, behaviour: () => Behaviour): Routes {
  const paid =
    (handler: Handler): Handler =>
    (call) => {
      if (!behaviour().automationModule) {
        throw new Refusal('Webhooks need the Automation module, which is not part of this subscription');
      }
      return handler(call);
    };
  const listed = (webhooks: readonly WebhookRecord[]) => ({ Webhooks: webhooks.map(toWireWebhook) });
  return {
    webhooks: {
      GET: paid(() => listed(store.state().webhooks)),
      POST: paid(({ body }) =>
        store.change((world) => listed([addWebhook(world, parseRequest(webhookRequest, body))])),
      ),
      PUT: paid(({ body }) =>
        store.change((world) => listed([replaceWebhook(world, parseRequest(webhookRequest, body))])),
      ),
      DELETE: paid(({ query }) =>
        store.change((world) => {
          removeWebhook(world, guid(query.id, 'ID'));
          return listed(world.state.webhooks);
        }),
      ),
    },
  };
}

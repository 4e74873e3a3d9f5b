import * as z from 'zod';
import { THROTTLES } from './rate-limit.ts';
import { WEBHOOK_FORMS, type WebhookForm } from './webhook-forms.ts';

/** Where DEAR's answers vary between accounts and years. In memory only, like the faults. */
export const behaviourRequest = z.strictObject({
  /** Both shapes of an error body were seen live. */
  errors: z.enum(['array', 'object']).optional(),
  /** Which answer a call over the limit gets; `rotate` gives each in turn. */
  throttle: z.enum(['rotate', ...THROTTLES]).optional(),
  automationModule: z.boolean().optional(),
  /** In which form the bodies of webhooks are sent from now on. */
  webhookForm: z.enum(WEBHOOK_FORMS).optional(),
  /** Whether a stock take in progress locks its location for the API as it does on screen, which nobody has shown. */
  locksApi: z.boolean().optional(),
  /** Documented ways that no public client has been seen to use, and that this account ignores, answering 200. */
  ignores: z.array(z.enum(['AddTrackingNumbers', 'UpdateOnHand'])).optional(),
});

export interface Behaviour {
  errors: 'array' | 'object';
  throttle: 'rotate' | (typeof THROTTLES)[number];
  automationModule: boolean;
  webhookForm: WebhookForm;
  locksApi: boolean;
  ignores: ReadonlyArray<'AddTrackingNumbers' | 'UpdateOnHand'>;
}

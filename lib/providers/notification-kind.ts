import * as z from 'zod';

/** What a notification is about. It is logged, so a text that is no plain name becomes `unknown`. */
export const notificationKind = z
  .string()
  .min(1)
  .transform((kind) => (/^[\w./:-]{1,50}$/.test(kind) ? kind : 'unknown'));

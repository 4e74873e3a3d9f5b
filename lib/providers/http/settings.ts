import * as z from 'zod';
import { isUsableSecret } from './signature.ts';

/** The optional parts of the contract. */
export const PARTS = ['change', 'cancel', 'status', 'stock'] as const;
export type Part = (typeof PARTS)[number];

/** The settings of provider `http`, besides those of every connection. */
export const httpSettings = () => ({
  baseUrl: z
    .union([z.literal('sandbox'), z.url().refine(isSafe, 'has to begin with https://')])
    .describe(
      'Address of the warehouse, below which the contract’s paths are; `sandbox` is the built-in one of `npm start`.',
    ),
  parts: z
    .array(z.enum(PARTS))
    .default([])
    .describe(
      'What the warehouse offers besides taking orders and reporting shipments: `change` and `cancel` an order, tell the `status` of all, report `stock`.',
    ),
  shipments: z
    .enum(['sent', 'listed'])
    .default('sent')
    .describe('Whether the warehouse sends its shipments, or lists them at `GET /shipments`.'),
  callsPerMinute: z.int().min(1).max(6000).default(120).describe('Calls to the warehouse in any 60 s.'),
});
export type HttpSettings = z.output<z.ZodObject<ReturnType<typeof httpSettings>>>;

/** Orders are personal data; only on this machine do they travel unencrypted. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

const FORM = 'has to have 24 to 64 bytes: whsec_ and base64, or a plain text';

/** Two secrets are valid while one replaces the other: both sign what we send, and either may have signed what we receive. */
export const httpSecret = () =>
  z.object({
    signingSecret: z.string().refine(isUsableSecret, FORM),
    previousSigningSecret: z
      .string()
      .refine((secret) => secret === '' || isUsableSecret(secret), FORM)
      .default(''),
  });
export type HttpSecret = z.output<ReturnType<typeof httpSecret>>;

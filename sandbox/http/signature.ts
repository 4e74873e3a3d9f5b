import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 300;

/** The headers of the Standard Webhooks specification for a body. @param now ms since the epoch */
export function signedHeaders(
  body: string,
  secret: string,
  { id, now }: { readonly id: string; readonly now: number },
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = `v1,${digest(secret, `${id}.${timestamp}.${body}`)}`;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

/** The code of what is wrong with a signature; null where it is right. */
export function findSignatureProblem(
  getHeader: (name: string) => string | undefined,
  body: string,
  secret: string,
  now: number,
): 'invalid_signature' | 'timestamp_out_of_tolerance' | null {
  const [id = '', timestamp = '', signatures = ''] = ['id', 'timestamp', 'signature'].map((name) =>
    getHeader(`webhook-${name}`),
  );
  const expected = Buffer.from(`v1,${digest(secret, `${id}.${timestamp}.${body}`)}`);
  const isGenuine = signatures.split(' ').some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isGenuine || id === '') return 'invalid_signature';
  const distance = Math.abs(Number(timestamp) - Math.floor(now / 1000));
  return distance <= TOLERANCE_SECONDS ? null : 'timestamp_out_of_tolerance';
}

function digest(secret: string, text: string): string {
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8');
  return createHmac('sha256', key).update(text).digest('base64');
}

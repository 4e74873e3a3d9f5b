import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** With the port: a browser shares its cookies among all ports of a host, and two consoles may be open at once. */
const toCookieName = (port: string) => `bridge-console-${port}`;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Secrets that a page shares with the browser, so that no other page can act as the operator. */
export interface Access {
  /** Stands in every form. */
  readonly formToken: string;
  /** In the printed address; null where every user of this machine may read the pages. */
  readonly key: string | null;
}

/** @param isPrivate whether other users of this machine are kept out: the console then acts with the operator's AWS credentials */
export function createAccess(isPrivate: boolean): Access {
  return {
    formToken: randomBytes(24).toString('base64url'),
    key: isPrivate ? randomBytes(24).toString('base64url') : null,
  };
}

/**
 * Three checks. The host must be this machine, so a foreign name that points here (DNS rebinding) is refused. A request without
 * the cookie must have the key. A write must come from one of our own pages, by its `Origin` and the token of its form.
 */
export function guard({ formToken, key }: Access): MiddlewareHandler {
  return async (context, next) => {
    // The pages show names and addresses, which a browser must not cache.
    context.header('cache-control', 'no-store');
    const { host, port } = new URL(context.req.url);
    if (!LOOPBACK.has(host.replace(/:\d+$/, '')))
      return context.text('This console answers to 127.0.0.1 only.', 421);
    if (key !== null && !isSame(getCookie(context, toCookieName(port)) ?? '', key)) {
      if (!isSame(context.req.query('key') ?? '', key)) {
        return context.text('Open the address that `bridge console` printed: it contains the key.', 403);
      }
      setCookie(context, toCookieName(port), key, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return context.redirect('/', 303);
    }
    if (context.req.method !== 'GET') {
      const origin = context.req.header('origin');
      // A body that is no form has no token.
      const form = await context.req.parseBody().catch(() => null);
      if (
        (origin !== undefined && origin !== `http://${host}`) ||
        !isSame(String(form?.token ?? ''), formToken)
      ) {
        return context.text(
          'This page is out of date, or the request came from another site. Load the page again.',
          403,
        );
      }
    }
    return next();
  };
}

/** In constant time, for any lengths. */
function isSame(presented: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(expected));
}

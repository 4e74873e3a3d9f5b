import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** With the port: a browser shares its cookies among all ports of a host, and two consoles may be open at once. */
const toCookieName = (port: string) => `bridge-console-${port}`;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What a page and a browser share, so that no other page can act in the operator's name. */
export interface Access {
  /** Stands in every form. */
  readonly formToken: string;
  /** In the address that is printed; null where anybody on this machine may look. */
  readonly key: string | null;
}

/** @param isPrivate with the operator's own AWS credentials behind it, other users of the machine are kept out */
export function createAccess(isPrivate: boolean): Access {
  return {
    formToken: randomBytes(24).toString('base64url'),
    key: isPrivate ? randomBytes(24).toString('base64url') : null,
  };
}

/**
 * Three doors. The name in the address must be this machine's, so that a foreign name which points here (DNS rebinding) finds
 * nothing. Whoever comes without the cookie must bring the key. A write must come from one of our own pages: by the
 * browser's word (`Origin`) and by the form's token.
 */
export function guard({ formToken, key }: Access): MiddlewareHandler {
  return async (context, next) => {
    // Names and addresses stand on the pages, and a browser keeps what it may.
    context.header('cache-control', 'no-store');
    const { host, port } = new URL(context.req.url);
    if (!LOOPBACK.has(host.replace(/:\d+$/, '')))
      return context.text('This console answers to 127.0.0.1 only.', 421);
    if (key !== null && !isSame(getCookie(context, toCookieName(port)) ?? '', key)) {
      if (!isSame(context.req.query('key') ?? '', key)) {
        return context.text('Open the address that `bridge console` printed: it holds the key.', 403);
      }
      setCookie(context, toCookieName(port), key, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return context.redirect('/', 303);
    }
    if (context.req.method !== 'GET') {
      const origin = context.req.header('origin');
      const form = await context.req.parseBody();
      if (
        (origin !== undefined && origin !== `http://${host}`) ||
        !isSame(String(form.token ?? ''), formToken)
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

/** In constant time, whatever the lengths. */
function isSame(presented: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(expected));
}

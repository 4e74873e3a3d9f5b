import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { FOUND_BY } from '../orders/order-query.ts';

/** Shown on every page. */
interface Frame {
  /** The stack's name. */
  readonly name: string;
  readonly operator: string;
}

const PAGES = [
  ['/', 'Orders'],
  ['/stock', 'Stock'],
  ['/queues', 'Queues'],
  ['/jobs', 'Jobs'],
  ['/mappings', 'Mappings'],
  ['/webhooks', 'Webhooks'],
  ['/audit', 'Audit'],
] as const;

interface LayoutProps extends Frame {
  readonly title: string;
  /** The page's own path, for the menu. */
  readonly path: string;
  readonly query?: string;
  /** Why rows are missing from the pages. */
  readonly leftOut?: readonly string[];
  readonly children?: Child;
}

export function Layout({ name, operator, title, path, query = '', leftOut = [], children }: LayoutProps) {
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{`${title} · ${name}`}</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="/console.css" />
          <script src="/console.js" defer></script>
        </head>
        <body>
          <a class="skip" href="#content">
            Skip to the page
          </a>
          <header>
            <div>
              <a class="name" href="/">
                {name}
              </a>
              <nav aria-label="Pages">
                <ul>
                  {PAGES.map(([href, label]) => (
                    <li>
                      <a href={href} aria-current={isCurrent(href, path) ? 'page' : undefined}>
                        {label}
                      </a>
                    </li>
                  ))}
                </ul>
              </nav>
              <search>
                <form class="search" action="/search" method="get">
                  <input
                    type="search"
                    name="q"
                    value={query}
                    required
                    aria-label={`Find by ${FOUND_BY}`}
                    title={`Find by ${FOUND_BY}`}
                    placeholder="Order, sale, tracking, e-mail, name, SKU …"
                  />
                  <button type="submit">Find</button>
                </form>
              </search>
            </div>
          </header>
          <main id="content">
            {leftOut.map((why) => (
              <p class="notice bad" role="status">
                Left out: {why}
              </p>
            ))}
            {children}
          </main>
          <footer>
            Acting as {operator}. <span id="zone">Times are UTC.</span> <span id="live" role="status"></span>
          </footer>
        </body>
      </html>
    </>
  );
}

function isCurrent(href: string, path: string): boolean {
  return href === '/' ? path === '/' || /^\/(orders|sales|search)\b/.test(path) : path.startsWith(href);
}

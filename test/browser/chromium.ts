import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PATIENCE_MS } from '../builders/patience.ts';

const DEBIANS = '/usr/bin/chromium';

/** The system's own Chromium; `CHROMIUM_PATH` names another one. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? DEBIANS,
    // Containers run as root and without user namespaces; every page it opens is our own.
    args: ['--no-sandbox'],
    timeout: PATIENCE_MS / 2,
  });
}

/** A page that waits for what it is told to find as long as other tests wait for an event. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE_MS / 2);
  return page;
}

import { type Browser, chromium } from 'playwright-core';

const DEBIANS = '/usr/bin/chromium';

/** The system's own Chromium; `CHROMIUM_PATH` names another one. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? DEBIANS,
    // Containers run as root and without user namespaces; every page it opens is our own.
    args: ['--no-sandbox'],
  });
}

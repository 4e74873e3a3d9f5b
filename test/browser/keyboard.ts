import type { Locator, Page } from 'playwright-core';

/** More stops than any page has. */
const MAX_STOPS = 80;

/** Presses Tab until the element has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  // The page may still be on its way.
  await element.first().waitFor();
  for (let stops = 0; stops < MAX_STOPS; stops += 1) {
    if ((await element.and(page.locator(':focus')).count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${element}`);
}

/** Moves the focus to the element, and presses Enter. */
export async function press(page: Page, element: Locator): Promise<void> {
  await tabTo(page, element);
  await page.keyboard.press('Enter');
}

/** Moves the focus to the field, and replaces its text. */
export async function type(page: Page, element: Locator, text: string): Promise<void> {
  await tabTo(page, element);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

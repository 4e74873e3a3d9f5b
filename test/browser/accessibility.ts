import axe from 'axe-core';
import type { Page } from 'playwright-core';
import * as z from 'zod';

const found = z.object({
  passes: z.array(z.unknown()).min(1),
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string(),
      nodes: z.array(z.object({ target: z.array(z.string()) })),
    }),
  ),
});

/** What axe finds on the page that is serious or worse: `color-contrast: .badge`. @param page of a context that bypasses the CSP */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe.source });
  const { violations } = found.parse(await page.evaluate('axe.run()'));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

/** By how many pixels the page is wider than its window. */
export async function getOverflow(page: Page): Promise<number> {
  const root = 'document.documentElement';
  return z.number().parse(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`));
}

import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/builders/patience.ts';

/** What needs a browser, and is run apart from everything else: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS / 2 } },
  },
});

import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need Chromium, and have a configuration of their own.
    exclude: [...configDefaults.exclude, 'test/browser/**'],
    // The flow tests mostly wait for their own processes and sockets: on 2 cores one worker takes 237 s, and four 140 s.
    maxWorkers: 2 * availableParallelism(),
    testTimeout: 20_000,
    hookTimeout: 40_000,
  },
});

import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/builders/patience.ts';

/** Tests without globals of their own, which may share a worker: starting one for each of their files costs a second of CPU. */
const SHARED = [
  'contract',
  'dear',
  'docs',
  'domain',
  'flow',
  'functions',
  'infra',
  'messaging',
  'operator',
  'providers',
  'sandbox',
  'settings',
  'store',
  'upstream',
  'workflows',
];

const include = (folders: string[]) => folders.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Tests of processes and sockets mostly wait, and the others fill the cores meanwhile.
    maxWorkers: 2 * availableParallelism(),
    // For a test that hangs: on a machine with twenty other busy processes a test takes twenty times as long, and none may fail.
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS / 2 } },
    tags: [{ name: 'exhaustive', description: 'Long tables and searches: npm run test:exhaustive.' }],
    projects: [
      { extends: true, test: { name: 'shared', include: include(SHARED), isolate: false } },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['test/**/*.test.ts'],
          // Browser tests need Chromium, and have a configuration of their own.
          exclude: [...configDefaults.exclude, 'test/browser/**', ...include(SHARED)],
        },
      },
    ],
  },
});

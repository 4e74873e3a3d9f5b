import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAPTERS } from '../../local/demo/scenarios/index.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;

beforeAll(async () => {
  system = await startLocalSystem();
});
afterAll(async () => {
  await system?.host.stop();
});

describe('each chapter of the demo', () => {
  it.each(CHAPTERS)(
    '$name: $about',
    async (chapter) => {
      const { promises } = await chapter.play(system.stage);
      expect(promises.length).toBeGreaterThan(0);
      expect(promises.filter(({ kept }) => !kept).map(({ promise }) => promise)).toEqual([]);
    },
    90_000,
  );
});

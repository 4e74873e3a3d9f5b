import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPlayable } from '../../local/demo/scenario.ts';
import { SCENARIOS } from '../../local/demo/scenarios/index.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;

beforeAll(async () => {
  system = await startLocalSystem();
});
afterAll(async () => {
  await system?.host.stop();
});

describe('each scenario of the demo', () => {
  it.for(SCENARIOS)('$name: $about', { timeout: 90_000 }, async (scenario, { skip }) => {
    if (!isPlayable(scenario, system.stage)) skip('ShipStation has nothing of the kind');
    const { expectations } = await scenario.play(system.stage);
    expect(expectations.length).toBeGreaterThan(0);
    expect(expectations.filter(({ isMet }) => !isMet).map(({ expectation }) => expectation)).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { stackNameOf } from '../../lib/infra/stack-name.ts';
import { ENVIRONMENTS } from '../../lib/runtime/environment.ts';
import { ConfigurationError } from '../../lib/settings/define-config.ts';

it('joins name and stage', () => {
  expect(stackNameOf('acme', 'prod')).toBe('acme-prod');
  expect(stackNameOf()).toBe('dear-fulfillment-bridge-dev');
});

it.each(['', 'Acme', '1st', 'a_b', 'a--b', '-a', 'a-', 'a.b'])('refuses the name "%s"', (name) => {
  expect(() => stackNameOf(name, 'prod')).toThrow(ConfigurationError);
  expect(() => stackNameOf(name, 'prod')).toThrow(`-c name='${name}' cannot be used`);
});

it('says which of the two is wrong', () => {
  expect(() => stackNameOf('acme', 'Prod')).toThrow("-c stage='Prod' cannot be used");
});

it('leaves room for the longest name of a function, and refuses one character more', () => {
  const longest = 'a'.repeat(35);
  const stackName = stackNameOf(longest, 'prod');
  for (const name of Object.keys(ENVIRONMENTS)) {
    expect(`${stackName}-${name}`.length).toBeLessThanOrEqual(64);
  }
  expect(() => stackNameOf(`${longest}a`, 'prod')).toThrow('has 41 characters, at most 40 fit');
});

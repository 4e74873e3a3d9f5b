import { expect, it } from 'vitest';
import { toStackName } from '../../lib/infra/stack-name.ts';
import { ENVIRONMENTS } from '../../lib/runtime/environment.ts';
import { ConfigurationError } from '../../lib/settings/define-config.ts';

it('joins name and stage', () => {
  expect(toStackName('acme', 'prod')).toBe('acme-prod');
  expect(toStackName()).toBe('dear-fulfillment-bridge-dev');
});

it.each(['', 'Acme', '1st', 'a_b', 'a--b', '-a', 'a-', 'a.b'])('refuses the name "%s"', (name) => {
  expect(() => toStackName(name, 'prod')).toThrow(ConfigurationError);
  expect(() => toStackName(name, 'prod')).toThrow(`-c name='${name}' cannot be used`);
});

it('says which of the two is wrong', () => {
  expect(() => toStackName('acme', 'Prod')).toThrow("-c stage='Prod' cannot be used");
});

it('leaves room for the longest name of a function, and refuses one character more', () => {
  const longest = 'a'.repeat(35);
  const stackName = toStackName(longest, 'prod');
  for (const name of Object.keys(ENVIRONMENTS)) {
    expect(`${stackName}-${name}`.length).toBeLessThanOrEqual(64);
  }
  expect(() => toStackName(`${longest}a`, 'prod')).toThrow('has 41 characters, at most 40 fit');
});

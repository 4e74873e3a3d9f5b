import { expect, it } from 'vitest';
import { machineUser } from '../../operator/record-act.ts';

it('is the name of whoever is logged in, and says so where there is none', () => {
  expect(machineUser(() => ({ username: 'mina' }))).toBe('mina');
  const nameless = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(machineUser(nameless)).toBe('a user without a name');
});

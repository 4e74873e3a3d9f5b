import { expect, it } from 'vitest';
import { machineUser } from '../../operator/record-act.ts';

it('the operator’s default name is the user of this machine, or says that it has none', () => {
  expect(machineUser(() => ({ username: 'mina' }))).toBe('mina');
  const nameless = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(machineUser(nameless)).toBe('a user without a name');
});

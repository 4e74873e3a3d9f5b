import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NO_LIMIT } from '../../lib/domain/rate-budget.ts';
import { createProviders } from '../../lib/runtime/provider-services.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';

// Every read of a secret fails at once.
beforeEach(() => void vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', 'http://127.0.0.1:1'));
afterEach(() => void vi.unstubAllEnvs());

it('a service that is not called is opened without its secret, which these functions may not read', async () => {
  const { connections } = parseSettings(
    {
      connections: [
        { id: 'store', provider: 'shipstation-store', location: 'Shed' },
        { id: 'rover', provider: 'cartrover', location: 'Barn', warehouse: 'EAST' },
      ],
    },
    'the test',
  );
  const { providerFor, sharingAccount } = createProviders({
    connections,
    budgets: () => () => NO_LIMIT,
    now: () => 0,
    get: () => 'acme-test/connection/',
    box: inMemoryBox,
    mayWrite: async () => {},
  });
  expect(await (await providerFor('store')).find('SO-1-1')).toEqual([]);
  expect(await sharingAccount('store')).toEqual([]);
});

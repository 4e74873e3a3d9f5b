import { describe, expect, it } from 'vitest';
import { hashSettings, requireDeployable } from '../../lib/infra/deployable-settings.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';

const CONNECTION = {
  id: 'lantern',
  provider: 'shipstation-v2',
  location: 'Lantern Depot',
  warehouseId: 'se-1',
};

function settings(dear: object, connection: object = {}) {
  return parseSettings({ dear, connections: [{ ...CONNECTION, ...connection }] }, 'the test');
}

describe('settings of a deployed stage', () => {
  it('may name the vendors’ own addresses', () => {
    expect(() => requireDeployable(settings({}), 'prod')).not.toThrow();
  });

  it.each([
    [{ baseUrl: 'sandbox' }, {}, 'dear: baseUrl is the sandbox of npm start'],
    [{}, { baseUrl: 'sandbox' }, 'connection lantern is to the sandbox of npm start'],
    [{ baseUrl: 'http://dear.test/v2/' }, {}, 'dear: baseUrl http://dear.test/v2/ is not encrypted'],
    [{}, { baseUrl: 'http://ss.test' }, 'connection lantern: baseUrl http://ss.test is not encrypted'],
    [{}, { jwksUrl: 'HTTP://keys.test' }, 'connection lantern: jwksUrl HTTP://keys.test is not encrypted'],
  ])('are refused with an address that is a sandbox or not encrypted: %j %j', (dear, connection, reason) => {
    for (const stage of ['prod', 'dev', undefined]) {
      const refused = () => requireDeployable(settings(dear, connection), stage);
      expect(refused).toThrow(reason);
      expect(refused).toThrow('BRIDGE_CONFIG=');
    }
    expect(() => requireDeployable(settings(dear, connection), 'local')).not.toThrow();
  });

  it('have a hash that changes with any of them', () => {
    expect(hashSettings(settings({}))).toBe(hashSettings(settings({})));
    expect(hashSettings(settings({}))).not.toBe(hashSettings(settings({}, { backorders: 'ship-available' })));
  });
});

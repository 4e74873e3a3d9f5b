import { describe, expect, it } from 'vitest';
import { readAccount } from '../../lib/dear/reference.ts';
import { OperatorActionNeeded } from '../../lib/domain/errors.ts';
import { NotFound } from '../../operator/user-errors.ts';
import { CREDENTIALS, connectedBridge } from './connected-bridge.ts';

describe('a bridge', () => {
  it('reuses a client until its credentials are replaced', async () => {
    const { fake } = await connectedBridge();
    const first = await fake.bridge.dear();
    expect(await fake.bridge.dear()).toBe(first);
    await fake.secrets.write('acme-test/dear', { ...CREDENTIALS.dear, applicationKey: 'wrong' });
    await expect(readAccount(await fake.bridge.dear())).rejects.toThrow(OperatorActionNeeded);
    await fake.secrets.write('acme-test/dear', CREDENTIALS.dear);
    expect(await readAccount(await fake.bridge.dear())).toMatchObject({ company: 'Larkspur Trail Goods' });
  });

  it('names a secret that is not filled in, and its form', async () => {
    const { fake } = await connectedBridge();
    await fake.secrets.write('acme-test/dear', {});
    const opened = fake.bridge.dear();
    await expect(opened).rejects.toThrow('acme-test/dear');
    await expect(opened).rejects.toMatchObject({
      details: { upstreamMessage: expect.stringContaining('applicationKey') },
    });
  });

  it('names its connections for an unknown one', async () => {
    const { fake } = await connectedBridge();
    expect(fake.bridge.connection('lantern').id).toBe('lantern');
    expect(() => fake.bridge.connection('lamp')).toThrow(NotFound);
    await expect(fake.bridge.providerFor('lamp')).rejects.toThrow('Connections: lantern');
  });

  it('can be closed twice', async () => {
    const { fake } = await connectedBridge();
    await fake.bridge.providerFor('lantern');
    await fake.bridge.close();
    await expect(fake.bridge.close()).resolves.toBeUndefined();
  });
});

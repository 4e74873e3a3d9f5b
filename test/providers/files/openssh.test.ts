import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperatorActionNeeded, REFERENCE_TAKEN } from '../../../lib/domain/errors.ts';
import { openSftp, readHostKey } from '../../../lib/providers/files/sftp.ts';

const SSHD = '/usr/sbin/sshd';
const { username } = userInfo();
const NO_SECRET = { password: '', privateKey: '', passphrase: '' };
const file = {
  reference: 'SO-1-1',
  folder: 'orders',
  name: 'NEW-SO-1-1.csv',
  temporaryName: 'NEW-SO-1-1.csv.tmp',
  takenFolders: [],
};

/** The server that most warehouses run, for the user of this test. */
describe.skipIf(!existsSync(SSHD))('OpenSSH', () => {
  const root = mkdtempSync(join(tmpdir(), 'sshd-'));
  let server: Server;
  const place = () => {
    const { port } = server.address() as AddressInfo;
    return { kind: 'sftp' as const, host: '127.0.0.1', port, username };
  };
  const secret = () => ({ ...NO_SECRET, privateKey: readFileSync(join(root, 'user'), 'utf8') });
  const getHostKey = () => readHostKey({ system: 'warehouse', place: place() });
  const connect = async () =>
    openSftp({ system: 'warehouse', place: place(), secret: secret(), hostKey: await getHostKey() });

  beforeAll(async () => {
    for (const key of ['host', 'user'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, key)]);
    for (const folder of ['share', 'share/orders', 'share/shipments'])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(
      join(root, 'config'),
      [
        `HostKey ${join(root, 'host')}`,
        `AuthorizedKeysFile ${join(root, 'user.pub')}`,
        `PidFile ${join(root, 'pid')}`,
        'StrictModes no',
        'PermitRootLogin yes',
        'PasswordAuthentication no',
        'UsePAM no',
        `Subsystem sftp internal-sftp`,
        `ForceCommand internal-sftp -d ${join(root, 'share')}`,
      ].join('\n'),
    );
    // Root's sshd needs its folder.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
    // One process for each connection, as inetd starts it: sshd itself takes no port that the system chooses.
    server = createServer({ pauseOnConnect: true }, (socket) => {
      spawn(SSHD, ['-i', '-e', '-f', join(root, 'config')], { stdio: [socket, socket, 'ignore'] });
      socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => {
    server.close();
    rmSync(root, { recursive: true });
  });

  it('shows a host key, which alone is trusted', async () => {
    const seen = await getHostKey();
    expect(seen).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect(execFileSync('ssh-keygen', ['-lf', join(root, 'host.pub')], { encoding: 'utf8' })).toContain(seen);
    const other = {
      system: 'warehouse',
      place: place(),
      secret: secret(),
      hostKey: `SHA256:${'A'.repeat(43)}`,
    };
    const failure: unknown = await openSftp(other).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OperatorActionNeeded);
    expect(String(failure)).toContain(`shows the host key ${seen}, and the setting hostKey names another`);
  });

  it('refuses a user without the key', async () => {
    const options = { system: 'warehouse', place: place(), secret: NO_SECRET, hostKey: await getHostKey() };
    await expect(openSftp(options)).rejects.toBeInstanceOf(OperatorActionNeeded);
  });

  it('takes a file once it is renamed, and not over another', async () => {
    const transfer = await connect();
    await transfer.upload(file, Buffer.from('first'));
    expect([await transfer.wasReleased(file), readdirSync(join(root, 'share/orders'))]).toEqual([
      false,
      [file.temporaryName],
    ]);
    await transfer.release(file, Buffer.from('first'));
    expect(await transfer.wasReleased(file)).toBe(true);
    await transfer.upload(file, Buffer.from('second'));
    await expect(transfer.release(file, Buffer.from('second'))).rejects.toMatchObject({
      details: { code: REFERENCE_TAKEN },
    });
    expect(readFileSync(join(root, 'share/orders', file.name), 'utf8')).toBe('first');
    await transfer.close();
  });

  it('moves what was read into a folder that is made for it, however often', async () => {
    const transfer = await connect();
    const to = { folder: 'shipments/archive', name: 'A.1.csv' };
    for (let time = 0; time < 2; time += 1) {
      writeFileSync(join(root, 'share/shipments/A.csv'), 'order\n'.repeat(20_000));
      expect((await transfer.read('shipments/A.csv')).length).toBe(120_000);
      await transfer.move('shipments', 'A.csv', to);
      await transfer.move('shipments', 'A.csv', to);
      expect((await transfer.list('shipments/archive')).map(({ name, size }) => [name, size])).toEqual([
        ['A.1.csv', 120_000],
      ]);
      expect(await transfer.list('shipments')).toEqual([]);
    }
    await expect(transfer.list('nowhere')).rejects.toThrow('has no nowhere');
    await transfer.close();
  });
});

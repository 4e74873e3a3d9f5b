import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { type } from './session.ts';

function secretsFile(content: unknown): string {
  const directory = mkdtempSync(join(tmpdir(), 'bridge-chat-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'chat.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('bridge chat', () => {
  it('stores addresses without printing them, and records who did', async () => {
    const fake = new InMemoryBridge();
    const file = secretsFile({ slack: 'https://hooks.example.com/services/hidden' });
    const { code, out, err } = await type(`chat store --secrets ${file} --as Ada`, { bridge: fake.bridge });
    expect({ code, out }).toEqual({ code: 0, out: 'acme-test/chat\n' });
    expect(`${out}${err}`).not.toContain('hidden');
    expect(await fake.secrets.read('acme-test/chat')).toEqual({
      slack: 'https://hooks.example.com/services/hidden',
    });
    expect(await fake.audit()).toMatchObject([{ by: 'Ada', what: 'stored the addresses of chats' }]);
  });

  it.each([[{}], [{ slack: 'http://hooks.example.com' }], [{ slak: 'https://hooks.example.com/x' }]])(
    'refuses %j, and quotes nothing of it',
    async (content) => {
      const line = `chat store --secrets ${secretsFile(content)}`;
      const { code, err } = await type(line, { bridge: new InMemoryBridge().bridge });
      expect(code).toBe(2);
      expect(err).not.toContain('hooks');
    },
  );

  it('shows what would be posted with --dry-run, and says where an address is missing', async () => {
    const { bridge } = new InMemoryBridge();
    const { out } = await type('chat test --dry-run', { bridge });
    expect(JSON.parse(out)).toMatchObject({ slack: { blocks: [{ type: 'header' }, {}, {}] }, teams: {} });
    expect(await type('chat test', { bridge })).toMatchObject({
      code: 2,
      err: expect.stringContaining('bridge chat store'),
    });
  });
});

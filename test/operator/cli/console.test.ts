import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listen } from '../../../local/http/http-listener.ts';
import { localSystem } from '../../../local/operated.ts';
import { run } from '../../../operator/cli/run.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';

let stop: () => Promise<number | null> = async () => null;

afterEach(async () => {
  await stop();
  stop = async () => null;
});

/** Runs the command until it has said where the console is. */
async function open(kind: 'local' | 'stack', ...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    interactive: false,
    colour: false,
    confirm: async () => false,
  };
  const { bridge } = new InMemoryBridge();
  const others = new Set(process.listeners('SIGINT'));
  const running = run(['console', '--port', '0', ...words], {
    terminal,
    local: async () => localSystem,
    open: async () => ({ ...bridge, kind }),
  });
  stop = () => {
    // Ctrl-C for the command alone, and not for what else runs in this process.
    for (const listener of process.listeners('SIGINT')) if (!others.has(listener)) listener('SIGINT');
    return running;
  };
  await expect.poll(() => err.join('')).toContain('Ctrl-C');
  const url = out.join('').trim();
  return { url, said: err.join(''), origin: new URL(url).origin };
}

describe('bridge console', () => {
  it('serves the bridge until it is stopped, under the operator’s name', async () => {
    const { url, origin } = await open('local', '--as', 'Mina');
    expect(url).toBe(origin);
    expect(await (await fetch(url)).text()).toContain('Acting as Mina');
    expect(await stop()).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('refuses a deployed bridge to a browser without the key of its address', async () => {
    const { url, origin, said } = await open('stack');
    expect(said).toContain('keep it secret');
    expect((await fetch(origin)).status).toBe(403);
    const opened = await fetch(url, { redirect: 'manual' });
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await fetch(origin, { headers: { cookie } })).status).toBe(200);
  });

  it('names another port where the port is in use', async () => {
    const err = vi.fn();
    const terminal = { out: () => {}, err, interactive: false, colour: false, confirm: async () => false };
    const { url, close } = await listen(() => {}, 0, 'another program');
    onTestFinished(close);
    const { port } = new URL(url);
    const { bridge } = new InMemoryBridge();
    const context = { terminal, local: async () => localSystem, open: async () => bridge };
    expect(await run(['console', '--port', port], context)).toBe(2);
    expect(err.mock.calls.join('')).toContain(
      `Port ${port} is in use. Choose another: bridge console --port`,
    );
  });

  it.each(['99999', '-1', 'http'])('refuses the port %s', async (port) => {
    const terminal = {
      out: () => {},
      err: vi.fn(),
      interactive: false,
      colour: false,
      confirm: async () => false,
    };
    const { bridge } = new InMemoryBridge();
    expect(
      await run(['console', '--port', port], {
        terminal,
        local: async () => localSystem,
        open: async () => bridge,
      }),
    ).toBe(2);
  });
});

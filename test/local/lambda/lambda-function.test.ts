import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIdleContainers } from '../../../local/lambda/lambda-function.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two are kept; one that stands idle for a second may go. */
function machine() {
  const containers = createIdleContainers(2, 1_000);
  const reclaimed: string[] = [];
  const names = new Map<string, object>();
  const of = (name: string) => names.get(name) ?? {};
  return {
    reclaimed,
    start: (name: string) => {
      names.set(name, { name });
      containers.started();
    },
    rest: (name: string) => containers.idle(of(name), () => reclaimed.push(name)),
    work: (name: string) => containers.busy(of(name)),
    end: () => containers.ended(),
  };
}

describe('the containers of all functions', () => {
  it('stay up to the kept number, however long they are idle', () => {
    const { start, rest, reclaimed } = machine();
    for (const name of ['a', 'b']) {
      start(name);
      rest(name);
    }
    vi.advanceTimersByTime(3_600_000);
    expect(reclaimed).toEqual([]);
  });

  it('lose the least recently used above the kept number, after its idle time', () => {
    const { start, rest, reclaimed } = machine();
    for (const name of ['a', 'b', 'c', 'd']) {
      start(name);
      rest(name);
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(599);
    expect(reclaimed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(reclaimed).toEqual(['a']);
    vi.advanceTimersByTime(3_600_000);
    expect(reclaimed).toEqual(['a', 'b']);
  });

  it('never lose a busy one', () => {
    const { start, rest, work, reclaimed } = machine();
    for (const name of ['a', 'b', 'c']) start(name);
    rest('a');
    vi.advanceTimersByTime(999);
    work('a');
    vi.advanceTimersByTime(3_600_000);
    expect(reclaimed).toEqual([]);
    rest('b');
    vi.advanceTimersByTime(1_000);
    expect(reclaimed).toEqual(['b']);
    rest('a');
    rest('c');
    vi.advanceTimersByTime(3_600_000);
    expect(reclaimed).toEqual(['b']);
  });

  it('do not count one that ended otherwise', () => {
    const { start, rest, end, reclaimed } = machine();
    for (const name of ['a', 'b', 'c']) start(name);
    end();
    rest('a');
    rest('b');
    vi.advanceTimersByTime(3_600_000);
    expect(reclaimed).toEqual([]);
  });
});

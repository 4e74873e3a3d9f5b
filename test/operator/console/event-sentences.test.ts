import { describe, expect, it } from 'vitest';
import { describeEvent, EVENT_SENTENCES } from '../../../operator/console/event-sentences.ts';
import { readSourceFiles } from '../../source/source-files.ts';

/** Of jobs and other work that names no order. */
const OF_NO_ORDER = [
  'chat.notified',
  'inventory.compared',
  'job.skipped',
  'upstream.called',
  'webhook.drifted',
];
const LOGGED = /\b(?:log|event|failure)\(\s*'([a-z]\w*\.[a-z]\w*)'/gi;

const names = readSourceFiles()
  .filter(({ path }) => /^(lib|functions)\//.test(path))
  .flatMap(({ text }) => [...text.matchAll(LOGGED)].map(([, name = '']) => name))
  .filter((name) => !OF_NO_ORDER.includes(name));

describe('an event of the log', () => {
  it.each([...new Set(names)])('%s has a sentence', (name) => {
    expect(EVENT_SENTENCES[name]?.({})).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    [
      { step: 'submit', outcome: 'submitted', connection: 'lantern', providerOrderId: 'se-1' },
      'lantern has it as se-1.',
    ],
    [{ step: 'submit', outcome: 'rejected', connection: 'lantern' }, 'lantern refused it.'],
    [
      { step: 'submit', outcome: 'unknown', connection: 'lantern' },
      'It was sent to lantern, and the answer was lost.',
    ],
    [{ step: 'cancel', status: 'Cancelled', connection: 'lantern' }, 'It was cancelled at lantern.'],
    [{ step: 'cancel', cancelRefused: 'true', connection: 'lantern' }, 'lantern refused to cancel it.'],
  ])('order.dispatched with %o says what the service did', (fields, sentence) => {
    expect(describeEvent({ event: 'order.dispatched', fields })).toBe(sentence);
  });

  it('of another version is its name in words', () => {
    expect(describeEvent({ event: 'order.movedAway', fields: {} })).toBe('order moved away');
  });
});

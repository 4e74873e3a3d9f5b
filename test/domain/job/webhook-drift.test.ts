import { describe, expect, it } from 'vitest';
import {
  compareWebhooks,
  type OurWebhooks,
  type RegisteredWebhook,
  silentSince,
} from '../../../lib/domain/job/webhook-drift.ts';

const URL = 'https://bridge.example/webhooks/dear';
const TYPE = 'Sale/Voided';
const held = (overrides: Partial<RegisteredWebhook> = {}): RegisteredWebhook => ({
  id: 'webhook-1',
  type: TYPE,
  isActive: true,
  url: URL,
  hasBearer: true,
  ...overrides,
});
const OURS: OurWebhooks = { [TYPE]: { id: 'webhook-1', activeAt: '2026-02-03T09:00:00.000Z' } };
const kinds = (webhooks: readonly RegisteredWebhook[], ours = OURS) =>
  compareWebhooks([TYPE], URL, webhooks, ours).drifts.map(({ kind }) => kind);

describe('comparing DEAR’s webhooks with ours', () => {
  it('finds one in order that is active, has our address, and sends a token', () => {
    expect(compareWebhooks([TYPE], URL, [held()], {})).toEqual({ inOrder: [held()], drifts: [] });
  });

  it.each<[string, RegisteredWebhook[], string]>([
    ['switched off', [held({ isActive: false })], 'inactive'],
    ['sent elsewhere', [held({ url: 'https://old.example/webhooks/dear' })], 'changed'],
    ['without a token', [held({ hasBearer: false })], 'changed'],
    ['gone', [], 'deleted'],
    ['only another type', [held({ type: 'Sale/Undo' })], 'deleted'],
  ])('finds one that is %s', (_, webhooks, kind) => {
    expect(kinds(webhooks)).toEqual([kind]);
  });

  it('takes one for its own that has its address, though it never saw it in order', () => {
    expect(compareWebhooks([TYPE], URL, [held({ isActive: false })], {}).drifts).toEqual([
      { type: TYPE, kind: 'inactive', held: held({ isActive: false }) },
    ]);
  });

  it('leaves those of another bridge alone, whose addresses are its own', () => {
    const theirs = held({ id: 'webhook-9', url: 'https://staging.example/webhooks/dear', isActive: false });
    expect(kinds([theirs], {})).toEqual(['never subscribed']);
    expect(kinds([theirs, held()])).toEqual([]);
  });

  it('is content where one of two is in order', () => {
    expect(kinds([held({ id: 'webhook-2', isActive: false }), held()])).toEqual([]);
  });
});

describe('a silence', () => {
  const now = Date.parse('2026-02-03T10:00:00.000Z');
  const since = (types: string[], ours = OURS) => new Date(silentSince(types, ours, now)).toISOString();

  it('begins 76 minutes before the webhook was last seen in order: that long DEAR tries', () => {
    expect(since([TYPE])).toBe('2026-02-03T07:44:00.000Z');
  });

  it('begins with the one that has been silent for longest', () => {
    const ours = { ...OURS, 'Sale/Undo': { id: 'webhook-2', activeAt: '2026-02-03T04:00:00.000Z' } };
    expect(since([TYPE, 'Sale/Undo'], ours)).toBe('2026-02-03T02:44:00.000Z');
  });

  it('is that of one check longer for one that was never seen in order', () => {
    expect(since([TYPE], {})).toBe('2026-02-03T07:44:00.000Z');
  });
});

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

describe('compareWebhooks', () => {
  it('accepts a webhook that is active, has our address and sends a token', () => {
    expect(compareWebhooks([TYPE], URL, [held()], {})).toEqual({ inOrder: [held()], drifts: [] });
  });

  it.each<[string, RegisteredWebhook[], string]>([
    ['switched off', [held({ isActive: false })], 'inactive'],
    ['sent elsewhere', [held({ url: 'https://old.example/webhooks/dear' })], 'changed'],
    ['without a token', [held({ hasBearer: false })], 'changed'],
    ['gone', [], 'deleted'],
    ['only another type', [held({ type: 'Sale/Undo' })], 'deleted'],
  ])('finds a webhook that is %s', (_, webhooks, kind) => {
    expect(kinds(webhooks)).toEqual([kind]);
  });

  it('accepts a webhook with our address that it has not seen before', () => {
    expect(compareWebhooks([TYPE], URL, [held({ isActive: false })], {}).drifts).toEqual([
      { type: TYPE, kind: 'inactive', held: held({ isActive: false }) },
    ]);
  });

  it('ignores the webhooks of another bridge', () => {
    const theirs = held({ id: 'webhook-9', url: 'https://staging.example/webhooks/dear', isActive: false });
    expect(kinds([theirs], {})).toEqual(['never subscribed']);
    expect(kinds([theirs, held()])).toEqual([]);
  });

  it('accepts one valid webhook of two', () => {
    expect(kinds([held({ id: 'webhook-2', isActive: false }), held()])).toEqual([]);
  });
});

describe('silentSince', () => {
  const now = Date.parse('2026-02-03T10:00:00.000Z');
  const since = (types: string[], ours = OURS) => new Date(silentSince(types, ours, now)).toISOString();

  it('is 76 minutes before the webhook was last active, as long as DEAR retries', () => {
    expect(since([TYPE])).toBe('2026-02-03T07:44:00.000Z');
  });

  it('uses the webhook that was inactive for longest', () => {
    const ours = { ...OURS, 'Sale/Undo': { id: 'webhook-2', activeAt: '2026-02-03T04:00:00.000Z' } };
    expect(since([TYPE, 'Sale/Undo'], ours)).toBe('2026-02-03T02:44:00.000Z');
  });

  it('is one check earlier for a webhook that was never active', () => {
    expect(since([TYPE], {})).toBe('2026-02-03T07:44:00.000Z');
  });
});

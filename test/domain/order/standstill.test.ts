import { describe, expect, it } from 'vitest';
import { act } from '../../../lib/domain/order/actions.ts';
import { ActionRefused, allowedActions } from '../../../lib/domain/order/allowed-actions.ts';
import { recordProviderState } from '../../../lib/domain/order/standstill.ts';
import { sameSku } from '../../../lib/domain/sale/catalogue.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';

const part = { providerOrderId: 'prov-1', heldUntil: '', mergedWith: [], changedAt: '' } as const;
const cancelled = recordProviderState(
  acceptedOrder(),
  { parts: [{ ...part, state: 'cancelled' }], shipmentsReadUntil: '' },
  NOW,
);
const acting = { order: cancelled, content: null, by: 'Ada', now: NOW, canCancel: true };

describe('an order that stands still at its service', () => {
  it('can only be closed short', () => {
    expect(allowedActions(cancelled, { canCancel: true })).toEqual(['close-and-reorder', 'close-and-drop']);
  });

  it.each(['close-and-reorder', 'close-and-drop'] as const)(
    'is not changed by %s where the service has just taken it up again',
    (action) => {
      expect(() => act(action, { ...acting, openParts: 1 })).toThrow(/its goods would leave twice/);
      expect(act(action, { ...acting, openParts: 0 }).order.closedShort).not.toBeNull();
    },
  );

  it('is not concluded from a status that nothing describes, and goes on waiting', () => {
    for (const states of [['unknown'], ['cancelled', 'unknown']] as const) {
      const parts = states.map((state) => ({ ...part, state }));
      const atProvider = { parts, shipmentsReadUntil: '' };
      expect(recordProviderState(acceptedOrder(), atProvider, NOW)).toEqual(acceptedOrder());
      expect(recordProviderState(cancelled, atProvider, NOW)).toBe(cancelled);
    }
  });

  it('is the only one that may be closed short', () => {
    for (const order of [queuedOrder(), acceptedOrder()]) {
      expect(() => act('close-and-drop', { ...acting, order })).toThrow(ActionRefused);
    }
  });
});

describe('what a service no longer has', () => {
  it('stands still as deleted, and says what to do', () => {
    const deleted = recordProviderState(acceptedOrder(), { parts: [], shipmentsReadUntil: '' }, NOW);
    expect(deleted).toMatchObject({ status: 'Cancelled', standstill: 'deleted' });
    expect(deleted.reason).toContain('it was deleted there');
    expect(cancelled.reason).toContain('cancelled at lantern by hand');
  });

  it('and takes up again leaves an order that has arrived as it is', () => {
    const arrived = { ...acceptedOrder(), status: 'Delivered', standstill: 'incomplete' } as const;
    const open = { parts: [{ ...part, state: 'open' as const }], shipmentsReadUntil: '' };
    expect(recordProviderState(arrived, open, NOW)).toMatchObject({ status: 'Delivered', standstill: '' });
    expect(recordProviderState(cancelled, open, NOW)).toMatchObject({ status: 'Shipped', standstill: '' });
  });
});

describe('an order that its service cannot pass on', () => {
  const atProvider = (error?: string) => ({
    parts: [{ ...part, state: 'held' as const, ...(error !== undefined && { error }) }],
    shipmentsReadUntil: '',
  });

  it('is On Hold, and has the service’s message in its log, which is not repeated', () => {
    const held = recordProviderState(acceptedOrder(), atProvider('Unmapped ship method'), NOW);
    expect(held).toMatchObject({ status: 'On Hold', hold: 'service' });
    expect(held.reason).toMatch(/^It is not passed on .* because of an error/);
    const partly = { ...acceptedOrder(), packages: [box()] };
    expect(recordProviderState(partly, atProvider('Unmapped'), NOW).reason).toMatch(/^The rest of it is not/);
    expect(held.log.at(-1)?.upstreamMessage).toBe('Unmapped ship method');
    expect(recordProviderState(held, atProvider('Unmapped ship method'), NOW + 1)).toBe(held);
  });

  it('is told apart from one that its staff hold', () => {
    const held = recordProviderState(acceptedOrder(), atProvider(), NOW);
    expect(held.reason).toContain('held at');
    expect(held.log.at(-1)).not.toHaveProperty('upstreamMessage');
  });
});

describe('a SKU that another system gives', () => {
  it.each<[string, string[], string | undefined]>([
    ['MUG-1', ['MUG-1', 'mug-1'], 'MUG-1'],
    [' mug-1 ', ['MUG-1', 'MUG-2'], 'MUG-1'],
    ['CAFÉ', ['café'], 'café'],
    ['Mug-1', ['MUG-1', 'mug-1'], undefined],
    ['MUG-3', ['MUG-1'], undefined],
    [' ', [''], undefined],
  ])('%j is, of %j, %j', (text, known, meant) => {
    expect(sameSku(text, known)).toBe(meant);
  });
});

import { describe, expect, it } from 'vitest';
import { joinNews, newsByReference, type OrderNews } from '../../../lib/domain/shipment/package.ts';
import { reported } from '../../builders/order.ts';

const parcel = (reference: string, id: string) => reported(reference, { id });
const voided = (reference: string, id: string) => ({ reference, id, cause: 'voided' as const });
const sentBack = (reference: string, id: string) => ({
  reference,
  id,
  contents: [],
  trackingNumbers: [],
  reportedAt: '',
  progress: 'under-way' as const,
});
const part = (reference: string, providerOrderId: string, ...packageIds: string[]) => ({
  reference,
  providerOrderId,
  packageIds,
  changedAt: '',
});

describe('news of several orders', () => {
  const shipments = [parcel('SO-1-1', 'label:1'), parcel('SO-2-1', 'label:2'), parcel('SO-1-1', 'label:3')];

  it('are divided by order, each kind to its own', () => {
    const withdrawn = [voided('SO-2-1', 'label:8'), voided('SO-3-1', 'label:9')];
    const returns = [sentBack('SO-1-1', 'return:1'), sentBack('SO-4-1', 'return:2')];
    const shippedParts = [part('SO-2-1', 'p-2'), part('SO-5-1', 'p-5')];
    expect(newsByReference({ shipments, withdrawn, returns, shippedParts })).toEqual([
      { reference: 'SO-1-1', shipments: [shipments[0], shipments[2]], withdrawn: [], returns: [returns[0]] },
      {
        reference: 'SO-2-1',
        shipments: [shipments[1]],
        withdrawn: [withdrawn[0]],
        returns: [],
        shippedParts: [shippedParts[0]],
      },
      { reference: 'SO-3-1', shipments: [], withdrawn: [withdrawn[1]], returns: [] },
      { reference: 'SO-4-1', shipments: [], withdrawn: [], returns: [returns[1]] },
      { reference: 'SO-5-1', shipments: [], withdrawn: [], returns: [], shippedParts: [shippedParts[1]] },
    ]);
  });

  it('have no parts of a service that names what was withdrawn', () => {
    const [news] = newsByReference({ shipments, withdrawn: [], returns: [] });
    expect(news).not.toHaveProperty('shippedParts');
  });
});

describe('news of an order that waited, joined with later news', () => {
  const earlier: OrderNews = {
    reference: 'SO-1-1',
    shipments: [parcel('SO-1-1', 'label:1'), parcel('SO-1-1', 'label:2')],
    withdrawn: [voided('SO-1-1', 'label:8')],
    returns: [sentBack('SO-1-1', 'return:1')],
  };
  const corrected = reported('SO-1-1', { id: 'label:2', trackingNumbers: ['1Z2'] });
  const later: OrderNews = {
    reference: 'SO-1-1',
    shipments: [corrected],
    withdrawn: [voided('SO-1-1', 'label:9')],
    returns: [sentBack('SO-1-1', 'return:2')],
  };

  it('keep all of both, and the later report of what both have', () => {
    expect(joinNews(earlier, later)).toEqual({
      reference: 'SO-1-1',
      shipments: [earlier.shipments[0], corrected],
      withdrawn: [...earlier.withdrawn, ...later.withdrawn],
      returns: [...earlier.returns, ...later.returns],
    });
  });

  it('are the later ones where none waited', () => {
    expect(joinNews(undefined, later)).toBe(later);
  });

  it('keep the later state of a part, and the state of each other part', () => {
    const before = { ...earlier, shippedParts: [part('SO-1-1', 'p-1', 'a'), part('SO-1-1', 'p-2')] };
    const after = { ...later, shippedParts: [part('SO-1-1', 'p-1', 'a', 'b')] };
    expect(joinNews(before, after).shippedParts).toEqual([after.shippedParts[0], before.shippedParts[1]]);
    expect(joinNews(before, later).shippedParts).toEqual(before.shippedParts);
    expect(joinNews(earlier, after).shippedParts).toEqual(after.shippedParts);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelRule, ShippingService } from '../../../lib/domain/connection.ts';
import { chooseRate, ratesInShort, sortRates } from '../../../lib/domain/label/rates.ts';
import type { Rate } from '../../../lib/domain/order/fulfillment-order.ts';

type Rules = Pick<ShippingService, 'buy' | 'withinDays' | 'services'>;

function rate(service: string, amount: number, deliveryDays: number | null): Rate {
  return { id: `rate-${service}`, carrier: 'ups', service, amount, currency: 'USD', deliveryDays };
}
function rules(buy: LabelRule, overrides: Partial<Rules> = {}): Rules {
  return { buy, withinDays: null, services: [], ...overrides };
}

const RATES = [
  rate('next_day', 31.4, 1),
  rate('ground', 8.4, 4),
  rate('media_mail', 3.1, null),
  rate('two_day', 14.2, 2),
  rate('other_two_day', 12.9, 2),
];

describe('the chosen rate', () => {
  it.each([
    ['the cheapest', '', '', rules('cheapest'), 'media_mail'],
    ['the cheapest of the allowed', '', '', rules('cheapest', { services: ['ground', 'two_day'] }), 'ground'],
    [
      'the cheapest within days, none of them without an estimate',
      '',
      '',
      rules('cheapest', { withinDays: 3 }),
      'other_two_day',
    ],
    ['the fastest', '', '', rules('fastest'), 'next_day'],
    [
      'of equally fast ones the cheapest',
      '',
      '',
      rules('fastest', { services: ['two_day', 'other_two_day'] }),
      'other_two_day',
    ],
    ['the mapped one', '', 'ground', rules('mapped'), 'ground'],
    ['the named one, whatever the rule', 'TWO_DAY', 'ground', rules('mapped'), 'two_day'],
  ])('is %s', (_, named, mapped, rule, service) => {
    expect(chooseRate(RATES, named, mapped, rule)).toMatchObject({ service });
  });

  it.each([
    ['nothing is offered', [], '', '', rules('cheapest'), 'offers no rate'],
    ['nothing arrives in time', RATES.slice(1), '', '', rules('fastest', { withinDays: 1 }), 'within 1 day.'],
    [
      'no allowed service is offered',
      RATES,
      '',
      '',
      rules('cheapest', { services: ['balloon'] }),
      'no rate of a service that the rule allows',
    ],
    [
      'the named service is not offered',
      RATES,
      'balloon',
      '',
      rules('cheapest'),
      "no rate of the service 'balloon'",
    ],
    [
      'the mapped service is not offered',
      RATES,
      '',
      'balloon',
      rules('mapped'),
      "no rate of the service 'balloon'",
    ],
    ['the sale names no method', RATES, '', '', rules('mapped'), 'names no shipping method'],
  ])('is none where %s, with a sentence', (_, rates, named, mapped, rule, sentence) => {
    expect(chooseRate(rates, named, mapped, rule)).toContain(sentence);
  });

  it('is never one that the rule does not allow', () => {
    const anyRate = fc.record({
      service: fc.constantFrom('a', 'b', 'c'),
      amount: fc.double({ min: 0, max: 100, noNaN: true }),
      days: fc.option(fc.integer({ min: 1, max: 9 })),
    });
    const rule = fc.record({
      buy: fc.constantFrom('cheapest' as const, 'fastest' as const),
      withinDays: fc.option(fc.integer({ min: 1, max: 9 })),
      services: fc.subarray(['a', 'b', 'c']),
    });
    fc.assert(
      fc.property(fc.array(anyRate), rule, (some, asked) => {
        const rates = some.map(({ service, amount, days }) => rate(service, amount, days));
        const chosen = chooseRate(rates, '', '', asked);
        if (typeof chosen === 'string') return;
        const { withinDays, services } = asked;
        if (services.length > 0) expect(services).toContain(chosen.service);
        if (withinDays !== null) expect(chosen.deliveryDays ?? 99).toBeLessThanOrEqual(withinDays);
        const better = rates.filter(
          (one) =>
            (services.length === 0 || services.includes(one.service)) &&
            (withinDays === null || (one.deliveryDays ?? 99) <= withinDays) &&
            (asked.buy === 'cheapest'
              ? one.amount < chosen.amount
              : (one.deliveryDays ?? 99) < (chosen.deliveryDays ?? 99)),
        );
        expect(better).toEqual([]);
      }),
    );
  });
});

it('rates of one price are in order of their days, the ones without an estimate last', () => {
  const days = [4, null, 1].map((each) => rate('ground', 8.4, each));
  for (const given of [days, days.toReversed()])
    expect(sortRates(given).map(({ deliveryDays }) => deliveryDays)).toEqual([1, 4, null]);
});

it('rates for DEAR’s staff are the cheapest first, and fit into an attribute', () => {
  const at = '2026-02-03T09:00:00.000Z';
  expect(ratesInShort({ at, rates: sortRates(RATES).slice(0, 2) })).toBe(
    '2026-02-03: media_mail 3.10 USD; ground 8.40 USD, 4 days',
  );
  expect(ratesInShort({ at, rates: [] })).toBe('2026-02-03: no rate');
  const many = Array.from({ length: 30 }, (_, index) => rate(`a_service_with_a_long_name_${index}`, 5, 1));
  expect(ratesInShort({ at, rates: many }).length).toBeLessThanOrEqual(256);
});

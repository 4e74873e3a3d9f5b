import { describe, expect, it } from 'vitest';
import type { ShippingService } from '../../../lib/domain/connection.ts';
import { Rejected } from '../../../lib/domain/errors.ts';
import {
  claimLabel,
  hasDocumentToAttach,
  hasDocumentToRemove,
  hasValidLabel,
  labelSettlingTimeLeft,
  mayHaveBought,
  nextLabelStep,
  ratesToShow,
  recordDocument,
  recordLabelBought,
  recordLabelRefused,
  recordLabelVoided,
  recordNoRates,
  recordRates,
  recordRatesShown,
  recordUnknownLabel,
  recordVoidRefused,
  releaseLabel,
  requestByRule,
  requestLabel,
  requestVoid,
  whyNoLabel,
  whyNoVoid,
} from '../../../lib/domain/label/order-label.ts';
import type { FulfillmentOrder, OrderLabel, Rate } from '../../../lib/domain/order/fulfillment-order.ts';
import { acceptedOrder, box, NOW, queuedOrder, reported } from '../../builders/order.ts';

const LATER = NOW + 60_000;
const RATE: Rate = {
  id: 'rate-1',
  carrier: 'ups',
  service: 'ups_ground',
  amount: 8.4,
  currency: 'USD',
  deliveryDays: 3,
};
const rules = (overrides: Partial<ShippingService> = {}): ShippingService => ({
  from: '',
  buy: 'by-hand',
  withinDays: null,
  services: [],
  rates: 'on-request',
  ratesAttribute: '',
  attachLabel: false,
  ...overrides,
});
const refusal = new Rejected({
  system: 'shipstation',
  operation: 'buy a label',
  code: 'no_balance',
  upstreamMessage: 'The balance is too low',
});

const accepted = acceptedOrder();
const requested = requestLabel(accepted, 'ups_ground', 'Ada', NOW);
const claimed = claimLabel(requested, RATE, NOW);
const buy = (order: FulfillmentOrder, isFound = false) =>
  recordLabelBought(order, 'L1', [reported(accepted.reference)], isFound, LATER);
const bought = buy(claimed);
const stored = recordDocument(bought, 'stored', LATER);
const labelOf = ({ postage }: FulfillmentOrder) => postage?.label;
const as = (order: FulfillmentOrder, label: Partial<OrderLabel>): FulfillmentOrder => ({
  ...order,
  postage: { ...order.postage!, label: { ...labelOf(order)!, ...label } },
});
const lastOf = ({ log }: FulfillmentOrder) => log.at(-1);

describe('the next step of an order’s label', () => {
  it.each<[string, FulfillmentOrder, Partial<ShippingService> | null, string]>([
    ['nothing where the connection buys none', claimed, null, 'nothing'],
    ['nothing before one is requested', accepted, {}, 'nothing'],
    ['rates for an accepted order, where they are automatic', accepted, { rates: 'automatic' }, 'quote'],
    ['nothing for one that is not accepted', queuedOrder(), { rates: 'automatic' }, 'nothing'],
    ['nothing once there are rates', recordRates(accepted, [RATE], NOW), { rates: 'automatic' }, 'nothing'],
    [
      'nothing once rates were refused',
      recordNoRates(accepted, refusal, NOW),
      { rates: 'automatic' },
      'nothing',
    ],
    ['to buy one that is requested', requested, { rates: 'automatic' }, 'buy'],
    ['to buy one that may have been bought', claimed, {}, 'buy'],
    ['to buy one whose answer was lost', recordUnknownLabel(claimed, NOW), {}, 'buy'],
    ['nothing after a refusal', recordLabelRefused(claimed, 'No.', NOW), { rates: 'automatic' }, 'nothing'],
    ['to store the document of one that was bought', bought, {}, 'store-document'],
    ['nothing once its document is stored', stored, {}, 'nothing'],
    ['nothing for a document whose parcel is gone', { ...bought, packages: [] }, {}, 'nothing'],
    ['to void one whose void is requested', requestVoid(bought, 'Ada', NOW), {}, 'void'],
    ['nothing once it is void', recordLabelVoided(bought, NOW), { rates: 'automatic' }, 'nothing'],
  ])('is %s', (_, order, service, step) => {
    expect(nextLabelStep(order, service === null ? null : rules(service))).toBe(step);
  });
});

describe('a label', () => {
  it.each<[string, FulfillmentOrder, string | null]>([
    ['can be bought for an accepted order', accepted, null],
    ['can be bought after a refusal', recordLabelRefused(claimed, refusal, NOW), null],
    ['can be bought again once one is void', recordLabelVoided(bought, NOW), null],
    [
      'waits for the answer to an earlier purchase',
      claimed,
      'the answer to an earlier purchase is not known yet',
    ],
    ['is not bought twice', bought, 'it has the label 1Z0001 already'],
    [
      'is not bought twice, where the parcel has no number',
      { ...accepted, packages: [box({ trackingNumbers: [] })] },
      'it has the label label:1 already',
    ],
    [
      'is not bought for a withdrawn order',
      { ...accepted, withdrawn: true },
      'its sale no longer asks for it',
    ],
    [
      'is not bought for an order that is to be cancelled',
      { ...accepted, desired: 'cancelled' },
      'its sale no longer asks for it',
    ],
    ['is not bought before the provider accepted the order', queuedOrder(), 'lantern has not accepted it'],
    [
      'is not bought for an order that is cancelled',
      { ...accepted, status: 'Cancelled' },
      'lantern has not accepted it',
    ],
    [
      'is not bought for goods that stay',
      { ...accepted, standstill: 'deleted' },
      'lantern ships no more of it',
    ],
  ])('%s', (_, order, why) => {
    expect(whyNoLabel(order)).toBe(why);
  });

  it('is requested by the rule of its connection once, and only where the order may have one', () => {
    const cheapest = rules({ buy: 'cheapest' });
    expect(labelOf(requestByRule(accepted, cheapest, NOW))).toMatchObject({ state: 'requested', by: 'rule' });
    for (const [order, service] of [
      [accepted, null],
      [accepted, rules()],
      [queuedOrder(), cheapest],
      [recordLabelRefused(claimed, 'No.', NOW), cheapest],
    ] as const)
      expect(requestByRule(order, service, NOW)).toBe(order);
  });

  it('counts the purchases that may have reached the service', () => {
    const fresh = { state: 'requested', attempt: 0, service: 'ups_ground', voidedIds: [] };
    expect(labelOf(requestLabel(accepted, 'ups_ground', 'Ada', NOW))).toMatchObject(fresh);
    expect(labelOf(claimLabel(requested, RATE, NOW))).toMatchObject({ state: 'claimed', attempt: 1 });
    expect(labelOf(claimed)).toMatchObject({ state: 'claimed', attempt: 1, rateId: 'rate-1' });
    expect(labelOf(releaseLabel(claimed, NOW))).toMatchObject({ state: 'requested', attempt: 0 });
    expect([requested, claimed, recordUnknownLabel(claimed, NOW), bought].map(mayHaveBought)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('whose answer was lost is told once, and looked for after two minutes', () => {
    const unknown = recordUnknownLabel(claimed, NOW);
    expect(unknown.reason).toMatch(/^A label was ordered from lantern, but the answer was lost\./);
    expect(unknown.log.map(({ what }) => what)).toEqual([
      ...claimed.log.map(({ what }) => what),
      unknown.reason,
    ]);
    expect(recordUnknownLabel(unknown, LATER).log).toHaveLength(unknown.log.length);
    expect(labelSettlingTimeLeft(unknown, NOW)).toBe(120_000);
    expect(labelSettlingTimeLeft(unknown, NOW + 119_999)).toBe(1);
    expect(labelSettlingTimeLeft(unknown, NOW + 120_001)).toBe(0);
    expect(labelSettlingTimeLeft(accepted, NOW)).toBe(0);
  });

  it.each([
    ['as Ada requested', claimed, false, 'The label L1 of ups_ground was bought, as Ada requested.'],
    [
      'as the rule chose',
      claimLabel(requestLabel(accepted, '', 'rule', NOW), RATE, NOW),
      false,
      'The label L1 of ups_ground was bought, as the rule of the connection chose.',
    ],
    ['and is found later', claimed, true, 'The label L1 of ups_ground was found at lantern.'],
  ])('that is bought %s becomes a parcel of the order, once', (_, order, isFound, what) => {
    const after = buy(order, isFound);
    expect(after.log.map((entry) => entry.what)).toContain(what);
    expect(after.packages.map(({ id }) => id)).toEqual(['label:1']);
    expect(labelOf(after)).toMatchObject({ state: 'bought', labelId: 'L1', packageId: 'label:1' });
    expect(buy(after)).toBe(after);
    expect(buy(accepted)).toBe(accepted);
  });

  it('that another one takes the place of is bought anew', () => {
    const again = recordLabelBought(
      bought,
      'L2',
      [reported(accepted.reference, { id: 'label:2' })],
      false,
      NOW,
    );
    expect(labelOf(again)).toMatchObject({ labelId: 'L2', packageId: 'label:2' });
  });

  it('that is refused says why, and keeps the service’s own words for the log', () => {
    const refused = recordLabelRefused(claimed, refusal, NOW);
    expect(refused.reason).toBe(
      'No label was bought. lantern refused it; the log has its reason. Correct that and buy it again, or buy it at lantern.',
    );
    expect(lastOf(refused)).toMatchObject({
      by: 'lantern',
      code: 'no_balance',
      upstreamMessage: 'The balance is too low',
    });
    const unfit = recordLabelRefused(claimed, 'There is no rate.', NOW);
    expect(unfit.reason).toBe(
      'No label was bought. There is no rate. Correct that and buy it again, or buy it at lantern.',
    );
    expect(lastOf(unfit)).not.toHaveProperty('upstreamMessage');
  });
});

describe('voiding a label', () => {
  it.each<[string, FulfillmentOrder, string | null]>([
    ['is possible while its parcel stands', bought, null],
    ['is not possible twice', requestVoid(bought, 'Ada', NOW), 'it is being voided now'],
    ['is not possible without one', accepted, 'no label of it was bought here, or it is void already'],
    [
      'is not possible once it is void',
      recordLabelVoided(bought, NOW),
      'no label of it was bought here, or it is void already',
    ],
    [
      'is not possible for a parcel of another label',
      as(bought, { packageId: 'label:9' }),
      'no label of it was bought here, or it is void already',
    ],
    [
      'is not possible where only the purchase is requested',
      { ...requested, packages: [box({ id: '' })] },
      'no label of it was bought here, or it is void already',
    ],
  ])('%s', (_, order, why) => {
    expect(whyNoVoid(order)).toBe(why);
  });

  it('takes the parcel back, and remembers the label', () => {
    const asked = requestVoid(bought, 'Ada', NOW);
    expect(asked.reason).toBe('Ada requested that the label is voided; waiting for lantern.');
    expect(lastOf(asked)?.by).toBe('Ada');
    expect(hasValidLabel(asked)).toBe(true);
    const voided = recordLabelVoided(asked, LATER);
    expect(voided.packages).toEqual([]);
    expect(labelOf(voided)).toMatchObject({ state: 'voided', voidedIds: ['L1'], document: 'unattached' });
    expect(labelOf(recordLabelVoided(voided, LATER))?.voidedIds).toEqual(['L1']);
    expect(labelOf(requestLabel(voided, '', 'Ada', LATER))?.voidedIds).toEqual(['L1']);
    expect(recordLabelVoided(accepted, NOW)).toBe(accepted);
  });

  it('cancels an order that its sale withdrew, unless another parcel of it has left', () => {
    const withdrawn = { ...bought, withdrawn: true };
    expect(recordLabelVoided(withdrawn, NOW).desired).toBe('cancelled');
    expect(lastOf(recordLabelVoided(withdrawn, NOW))?.by).toBe('bridge');
    expect(recordLabelVoided(bought, NOW).desired).toBe('fulfilled');
    const withAnother = { ...withdrawn, packages: [...bought.packages, box({ id: 'label:2' })] };
    expect(recordLabelVoided(withAnother, NOW).desired).toBe('fulfilled');
  });

  it('that is refused leaves the parcel as left', () => {
    const kept = recordVoidRefused(requestVoid(bought, 'Ada', NOW), refusal, NOW);
    expect(labelOf(kept)?.state).toBe('bought');
    expect(kept.reason).toContain('Its parcel counts as left.');
    expect(lastOf(kept)).toMatchObject({ upstreamMessage: 'The balance is too low' });
  });
});

describe('the document of a label', () => {
  const shows = { shippingService: rules({ attachLabel: true }) };

  it.each<[OrderLabel['document'], boolean]>([
    ['none', false],
    ['stored', true],
    ['attaching', true],
    ['attached', false],
    ['unattached', false],
    ['to-remove', false],
  ])('that is %s is to be attached in DEAR: %j', (document, isOpen) => {
    const order = as(bought, { document });
    expect(hasDocumentToAttach(order, shows)).toBe(isOpen);
    expect(hasDocumentToAttach(order, { shippingService: rules() })).toBe(false);
    expect(hasDocumentToAttach(order, { shippingService: null })).toBe(false);
    expect(hasDocumentToAttach({ ...order, packages: [] }, shows)).toBe(false);
    expect(hasDocumentToRemove(order)).toBe(document === 'to-remove');
  });

  it.each<[OrderLabel['document'], OrderLabel['document']]>([
    ['none', 'unattached'],
    ['stored', 'unattached'],
    ['attaching', 'to-remove'],
    ['attached', 'to-remove'],
  ])('that was %s is %s once the label is void', (before, after) => {
    expect(labelOf(recordLabelVoided(as(bought, { document: before }), NOW))?.document).toBe(after);
  });

  it('changes with a sentence where there is one to say, and not at all where it is the same', () => {
    expect(recordDocument(stored, 'stored', LATER)).toBe(stored);
    expect(recordDocument(accepted, 'stored', LATER)).toBe(accepted);
    expect(stored.log).toHaveLength(bought.log.length);
    const told = recordDocument(stored, 'unattached', LATER, 'DEAR takes no more attachments.');
    expect(lastOf(told)).toMatchObject({ by: 'bridge', what: 'DEAR takes no more attachments.' });
  });
});

describe('the rates of an order', () => {
  const withRates = recordRates(accepted, [{ ...RATE, amount: 20, service: 'air' }, RATE], NOW);
  const shown = (ratesAttribute: ShippingService['ratesAttribute']) => ({
    shippingService: rules({ ratesAttribute }),
  });

  it('are kept cheapest first, at most 30, and told with the cheapest', () => {
    expect(withRates.postage?.quoted?.rates.map(({ service }) => service)).toEqual(['ups_ground', 'air']);
    expect(lastOf(withRates)?.what).toBe('2 rates, from ups_ground 8.40 USD, 3 days.');
    const many = Array.from({ length: 31 }, (_, index) => ({ ...RATE, amount: 100 - index }));
    expect(recordRates(accepted, many, NOW).postage?.quoted?.rates).toHaveLength(30);
    expect(lastOf(recordRates(accepted, [], NOW))?.what).toBe('No rates.');
  });

  it('that are refused are none, with the reason in the log', () => {
    const quoted = { at: '2026-02-03T09:00:00.000Z', rates: [] };
    expect(recordNoRates(accepted, refusal, NOW).postage?.quoted).toEqual(quoted);
    expect(lastOf(recordNoRates(accepted, refusal, NOW))).toMatchObject({
      what: 'There are no rates.',
      upstreamMessage: 'The balance is too low',
    });
    const unasked = lastOf(recordNoRates(accepted, 'The address is not known.', NOW));
    expect(unasked?.what).toBe('There are no rates. The address is not known.');
    expect(unasked).not.toHaveProperty('upstreamMessage');
  });

  it('are shown in DEAR once, where an attribute is set for them', () => {
    const news = ratesToShow(withRates, shown('AdditionalAttribute5'));
    expect(news).toEqual({
      attribute: 'AdditionalAttribute5',
      text: '2026-02-03: ups_ground 8.40 USD, 3 days; air 20.00 USD, 3 days',
    });
    expect(
      ratesToShow(recordRatesShown(withRates, news!.text, NOW), shown('AdditionalAttribute5')),
    ).toBeNull();
    expect(ratesToShow(withRates, shown(''))).toBeNull();
    expect(ratesToShow(withRates, { shippingService: null })).toBeNull();
    expect(ratesToShow(accepted, shown('AdditionalAttribute5'))).toBeNull();
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AmbiguousWrite, Rejected } from '../../lib/domain/errors.ts';
import { sortRates } from '../../lib/domain/label/rates.ts';
import type { BoughtLabel, BuysLabels, Cancels, Provider } from '../../lib/providers/provider.ts';
import { sampleOrder } from './sample-order.ts';
import { shipmentsSince, withdrawnSince } from './service-under-test.ts';

/** A service that sells labels, and what its staff and the world do to them. */
export interface LabelShop {
  readonly provider: Provider & Cancels & BuysLabels;
  /** Number of labels that are valid, of all orders. */
  validLabels(): Promise<number>;
  /** The service's staff buy a label for the order. @returns its tracking number */
  buyByHand(providerOrderId: string): Promise<string>;
  /** Leaves no money for any label. */
  emptyBalance(): Promise<void>;
  /** The service's staff weigh the parcel. */
  weigh(providerOrderId: string, grams: number): Promise<void>;
  /** The carrier scans the label. */
  scan(trackingNumber: string): Promise<void>;
  /** New labels are missing from lists for so long. */
  delayLists(milliseconds: number): Promise<void>;
  /** Loses the answer of the next write, which is done or is not. */
  loseNextAnswer(isDone: boolean): Promise<void>;
  /** Refuses the next write with this text. */
  refuseNextWrite(upstreamMessage: string): Promise<void>;
  letTimePass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

const REFERENCE = 'SO-20417-1';

/** The promises of `BuysLabels`. */
export function describeLabelContract(name: string, setUp: () => Promise<LabelShop>): void {
  describe(`labels of ${name}`, () => {
    let shop: LabelShop;
    let id = '';
    beforeEach(async () => {
      shop = await setUp();
      id = await submit(REFERENCE);
    });
    afterEach(async () => {
      await shop.close();
    });
    const submit = async (reference: string, change: Parameters<typeof sampleOrder>[0] = {}) =>
      (await shop.provider.submit(sampleOrder({ ...change, reference }))).providerOrderId;
    const order = sampleOrder({ reference: REFERENCE });
    const purchase = (voidedIds: readonly string[] = []) => ({
      reference: REFERENCE,
      providerOrderId: id,
      voidedIds,
    });
    const cheapest = async () => {
      const [rate] = sortRates(await shop.provider.rates(id, REFERENCE, order));
      return rate!;
    };
    const buy = async (voidedIds: readonly string[] = []): Promise<BoughtLabel> =>
      shop.provider.buyLabel(purchase(voidedIds), (await cheapest()).id);

    it('offers rates that grow with the weight', async () => {
      const heavy = await submit('SO-20418-1', { totalWeightGrams: 9_000 });
      const light = await cheapest();
      const offered = await shop.provider.rates(heavy, 'SO-20418-1', null);
      const same = offered.find(({ service }) => service === light.service);
      expect(light).toMatchObject({ currency: 'USD', carrier: expect.stringMatching(/./) });
      expect(same!.amount).toBeGreaterThan(light.amount);
    });

    it('refuses rates for an order without a weight, and says what to do', async () => {
      const unweighed = await submit('SO-20418-1', { totalWeightGrams: 0 });
      const refusal = await shop.provider
        .rates(unweighed, 'SO-20418-1', null)
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Rejected);
      expect((refusal as Rejected).details.upstreamMessage).toMatch(/weight/i);
    });

    it('refuses rates where one product has no weight, until its staff weigh the parcel', async () => {
      const [first, ...others] = order.lines;
      const lines = [{ ...first!, weightGrams: 0 }, ...others];
      const half = sampleOrder({ reference: 'SO-20418-1', lines, totalWeightGrams: 450 });
      const { providerOrderId } = await shop.provider.submit(half);
      await expect(shop.provider.rates(providerOrderId, 'SO-20418-1', half)).rejects.toMatchObject({
        details: { upstreamMessage: expect.stringContaining(`The weight of ${first!.sku} is not known`) },
      });
      await shop.weigh(providerOrderId, 1_250);
      expect(await shop.provider.rates(providerOrderId, 'SO-20418-1', half)).not.toHaveLength(0);
    });

    it('refuses rates for a parcel that no carrier takes', async () => {
      const huge = await submit('SO-20418-1', { totalWeightGrams: 900_000 });
      await expect(shop.provider.rates(huge, 'SO-20418-1', null)).rejects.toBeInstanceOf(Rejected);
    });

    it('sells the label of a rate at its price', async () => {
      const rate = await cheapest();
      const label = await shop.provider.buyLabel(purchase(), rate.id);
      const [parcel] = label.shipments;
      expect(parcel).toMatchObject({
        reference: REFERENCE,
        service: rate.service,
        cost: { amount: rate.amount, currency: rate.currency },
      });
      expect(parcel.trackingNumbers).toHaveLength(1);
      expect(await shop.validLabels()).toBe(1);
    });

    it('reports the label that it sold as a shipment, with the same id and contents', async () => {
      const { shipments } = await buy();
      expect(await shipmentsSince(shop.provider, null)).toEqual(shipments);
    });

    it('names the orders that have exactly our reference, except cancelled ones', async () => {
      await submit('SO-20417-11');
      const cancelled = await submit('SO-20418-1');
      await shop.provider.cancel(cancelled, 'SO-20418-1');
      expect(await shop.provider.ordersToLabel(REFERENCE)).toEqual([id]);
      expect(await shop.provider.ordersToLabel('SO-20418-1')).toEqual([]);
      expect(await shop.provider.ordersToLabel('SO-9-1')).toEqual([]);
    });

    it('has no label of an order before one is bought', async () => {
      expect(await shop.provider.findLabel(purchase())).toBeNull();
    });

    it('finds the label whose answer was lost', async () => {
      const rate = await cheapest();
      await shop.loseNextAnswer(true);
      await expect(shop.provider.buyLabel(purchase(), rate.id)).rejects.toBeInstanceOf(AmbiguousWrite);
      const found = await shop.provider.findLabel(purchase());
      expect(found).toMatchObject({ shipments: [{ reference: REFERENCE, service: rate.service }] });
      expect(await shop.validLabels()).toBe(1);
    });

    it('finds no label where the purchase never arrived', async () => {
      const rate = await cheapest();
      await shop.loseNextAnswer(false);
      await expect(shop.provider.buyLabel(purchase(), rate.id)).rejects.toThrow();
      expect(await shop.provider.findLabel(purchase())).toBeNull();
    });

    it('says that a label exists that its lists do not show yet', async () => {
      await shop.delayLists(60_000);
      const { labelId } = await buy();
      expect(await shop.provider.findLabel(purchase())).toBe('not-shown');
      await shop.letTimePass(60_000);
      expect(await shop.provider.findLabel(purchase())).toMatchObject({ labelId });
    });

    it('does not sell a second label for an order', async () => {
      const rates = await shop.provider.rates(id, REFERENCE, order);
      await shop.provider.buyLabel(purchase(), rates[0]!.id);
      await expect(shop.provider.buyLabel(purchase(), rates[1]!.id)).rejects.toBeInstanceOf(Rejected);
      expect(await shop.validLabels()).toBe(1);
    });

    it('finds the label that its staff bought', async () => {
      const tracking = await shop.buyByHand(id);
      expect(await shop.provider.findLabel(purchase())).toMatchObject({
        shipments: [{ trackingNumbers: [tracking] }],
      });
    });

    it('does not sell a label for a cancelled order', async () => {
      const rate = await cheapest();
      await shop.provider.cancel(id, REFERENCE);
      await expect(shop.provider.buyLabel(purchase(), rate.id)).rejects.toBeInstanceOf(Rejected);
      expect(await shop.provider.findLabel(purchase())).toBeNull();
    });

    it('refuses a label for which the balance is too low', async () => {
      await shop.emptyBalance();
      const refusal = await buy().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Rejected);
      expect((refusal as Rejected).details.upstreamMessage).toMatch(/balance/i);
      expect(await shop.validLabels()).toBe(0);
    });

    it('passes the text of a refusal on', async () => {
      const rate = await cheapest();
      await shop.refuseNextWrite('The address cannot be delivered to.');
      await expect(shop.provider.buyLabel(purchase(), rate.id)).rejects.toMatchObject({
        details: { upstreamMessage: 'The address cannot be delivered to.' },
      });
    });

    it('refuses an offer that it did not make', async () => {
      await expect(shop.provider.buyLabel(purchase(), 'se-1')).rejects.toBeInstanceOf(Rejected);
    });

    it('voids a label once, and repeating it is harmless', async () => {
      const { labelId, shipments } = await buy();
      await shop.provider.voidLabel(labelId, REFERENCE);
      await shop.provider.voidLabel(labelId, REFERENCE);
      expect(await shop.validLabels()).toBe(0);
      expect(await shop.provider.findLabel(purchase())).toBeNull();
      expect(await withdrawnSince(shop.provider, null)).toEqual([`${REFERENCE} ${shipments[0].id}`]);
    });

    it('sells another label after the first was voided', async () => {
      const first = await buy();
      await shop.provider.voidLabel(first.labelId, REFERENCE);
      const second = await buy([first.labelId]);
      expect(second.labelId).not.toBe(first.labelId);
      expect(await shop.provider.findLabel(purchase([first.labelId]))).toMatchObject({
        labelId: second.labelId,
      });
    });

    it('refuses to void a label that its carrier has scanned', async () => {
      const { labelId, shipments } = await buy();
      await shop.scan(shipments[0].trackingNumbers[0]!);
      const refusal = await shop.provider.voidLabel(labelId, REFERENCE).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Rejected);
      expect((refusal as Rejected).details.upstreamMessage).not.toBe('');
      expect(await shop.validLabels()).toBe(1);
    });

    it('refuses to void a label that is too old', async () => {
      const { labelId } = await buy();
      await shop.letTimePass(40 * 86_400_000);
      await expect(shop.provider.voidLabel(labelId, REFERENCE)).rejects.toBeInstanceOf(Rejected);
    });

    it('gives the document of a label, byte for byte', async () => {
      const { labelId } = await buy();
      const document = Buffer.from(await shop.provider.labelDocument(labelId, REFERENCE));
      expect(document.subarray(0, 4).toString('latin1')).toBe('%PDF');
      expect(document.subarray(10, 14)).toEqual(Buffer.from([0xe2, 0xe3, 0xcf, 0xd3]));
      expect(document.subarray(-6).toString('latin1')).toBe('%%EOF\n');
    });
  });
}

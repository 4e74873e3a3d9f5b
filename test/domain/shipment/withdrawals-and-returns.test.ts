import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import { act } from '../../../lib/domain/order/actions.ts';
import { allowedActions } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { shortStatus, waitingFor } from '../../../lib/domain/order/transitions.ts';
import { completeIfSilent, recordDeliveries } from '../../../lib/domain/shipment/package-correction.ts';
import { recordShipments, recordShippedPart } from '../../../lib/domain/shipment/shipment.ts';
import { needsConfirmation, stillToShip } from '../../../lib/domain/shipment/still-to-ship.ts';
import {
  forgetUndonePackages,
  isShownInDear,
  recordWithdrawnPackage,
} from '../../../lib/domain/shipment/withdrawals-and-returns.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';
import { fulfilment, sale } from '../../builders/sale.ts';

const REFERENCE = 'SO-00042-1';
const VOIDED = { id: 'label:1', cause: 'voided' } as const;
const DAY = 86_400_000;
const shipped = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);
const told = (order: FulfillmentOrder) =>
  recordConfirmed(order, NOW, { packages: order.packages, taskId: 't', remarks: [] });
const another = { id: 'label:2', trackingNumbers: ['1Z0002'] };

describe('a voided label', () => {
  it('removes its unconfirmed package, so that the goods are still to come', () => {
    const order = recordWithdrawnPackage(shipped, VOIDED, NOW);
    expect(order.packages).toEqual([]);
    expect(order.reason).toBe('A label was voided; still to come: 2 × QUILL-01, 3 × WAX-02.');
    const again = recordShipments(order, [reported(REFERENCE, { id: 'label:2' })], NOW);
    expect(needsConfirmation(again, connection())).toBe(true);
  });

  it('has a full sentence if nothing is still to come', () => {
    const both = recordShipments(shipped, [reported(REFERENCE, { ...another, contents: [] })], NOW);
    const order = recordWithdrawnPackage(both, { ...VOIDED, id: 'label:2' }, NOW);
    expect(order.reason).toBe('A label was voided; everything has left by the others.');
  });

  it('changes nothing if its package is unknown', () => {
    expect(recordWithdrawnPackage(shipped, { ...VOIDED, id: 'label:9' }, NOW)).toBe(shipped);
  });

  it.each([
    ['not told', shipped],
    ['told', told(shipped)],
  ])(
    'whose postage alone was taken back leaves its package where DEAR was %s of it, with a note',
    (_, order) => {
      const noted = recordWithdrawnPackage(order, { id: 'label:1', cause: 'refunded' }, NOW);
      expect(noted.packages).toEqual(order.packages);
      expect([noted.reason, waitingFor(noted)]).toEqual([order.reason, waitingFor(order)]);
      expect(noted.log.at(-1)?.what).toContain('only its postage was taken back');
      expect(recordWithdrawnPackage(noted, { id: 'label:1', cause: 'refunded' }, NOW)).toBe(noted);
    },
  );
});

describe('a voided label of a package that DEAR shows', () => {
  const raised = recordWithdrawnPackage(told(shipped), VOIDED, NOW);
  const rebought = recordShipments(raised, [reported(REFERENCE, another)], NOW);

  it('waits for a person, says once what to do, and its goods are still to come', () => {
    expect(waitingFor(raised)).toBe('confirmation-refused');
    expect(raised.reason).toContain('undo the shipment in DEAR');
    expect(raised.reason).toContain('acknowledge');
    expect(recordWithdrawnPackage(raised, VOIDED, NOW)).toBe(raised);
    expect(stillToShip(raised)).toHaveLength(2);
    expect(shortStatus([raised])).not.toContain('1Z0001');
  });

  it('keeps its reason after later reports', () => {
    expect(recordShipments(raised, [reported(REFERENCE)], NOW)).toBe(raised);
    expect(completeIfSilent(raised, 1, NOW + 90 * DAY).reason).toBe(raised.reason);
  });

  it('is replaced by a new label for the same goods, whose number is written to DEAR', () => {
    expect(rebought.packages).toMatchObject([
      { ...another, contents: [{ key: 'line-1' }, { key: 'line-2' }], shownIn: { taskId: 't' } },
    ]);
    expect(rebought.confirmation).toMatchObject({
      state: 'confirmed',
      packages: ['label:2'],
      corrections: [{ id: 'label:2', staleNumbers: ['1Z0001'] }],
    });
    expect(waitingFor(rebought)).toBe('confirmation');
  });

  it('is replaced also if the new label lists the goods in another order', () => {
    const contents = getContents(shipped).toReversed();
    const order = recordShipments(raised, [reported(REFERENCE, { ...another, contents })], NOW);
    expect(order.confirmation.packages).toEqual(['label:2']);
  });

  it('does not keep the order from being Delivered by the new label', () => {
    expect(recordDeliveries(rebought, new Map([['label:2', '']]), NOW).status).toBe('Delivered');
  });

  it('waits for a person if new labels divide the goods otherwise', () => {
    const [first, second] = acceptedOrder().lines.map(({ key, sku, quantity }, index) =>
      reported(REFERENCE, {
        id: `label:${index + 2}`,
        contents: [{ key, sku, quantity, batch: '', expiry: '' }],
      }),
    );
    const parts = recordShipments(raised, [first!, second!], NOW);
    expect(waitingFor(parts)).toBe('confirmation-refused');
    expect(parts.reason).toContain('A package with other goods has left since');
    expect(parts.reason).toContain('Undo the shipment in DEAR');
    expect(parts.reason).not.toContain('A new label for the same goods');
    expect(needsConfirmation(parts, connection())).toBe(false);
  });

  it('is only noted if the sale no longer asks for its goods', () => {
    const order = recordWithdrawnPackage({ ...told(shipped), withdrawn: true }, VOIDED, NOW);
    expect(order.reason).toContain('no longer asks for its goods');
    expect(waitingFor(order)).toBe('');
  });

  it('is settled by a person who acknowledges DEAR’s state', () => {
    expect(allowedActions(raised, { canCancel: true })).toContain('acknowledge');
    const acting = { order: raised, content: null, by: 'Ada', now: NOW, canCancel: true };
    const { order } = act('acknowledge', acting);
    expect(waitingFor(order)).toBe('');
    expect(stillToShip(order)).toEqual([]);
    expect(recordWithdrawnPackage(order, VOIDED, NOW)).toBe(order);
    expect(completeIfSilent(order, 1, NOW + 3 * DAY).status).toBe('Completed');
    const late = recordShipments(
      order,
      [reported(REFERENCE, { ...another, contents: getContents(raised) })],
      NOW,
    );
    expect(late.confirmation.corrections).toEqual([{ id: 'label:2', staleNumbers: ['1Z0001'] }]);
  });
});

describe('a voided package that DEAR shows no more', () => {
  const [first, second] = acceptedOrder().lines.map(({ key, sku, quantity }, index) =>
    reported(REFERENCE, {
      id: `label:${index + 1}`,
      trackingNumbers: [`1Z000${index + 1}`],
      contents: [{ key, sku, quantity, batch: '', expiry: '' }],
    }),
  );
  const both = told(recordShipments(acceptedOrder(), [first!, second!], NOW));
  const raised = recordWithdrawnPackage(both, VOIDED, NOW);
  const shows = (...numbers: string[]) => {
    const lines = numbers.map((number) => ({
      boxes: [],
      carrier: 'UPS',
      trackingNumbers: [number],
      shippedAt: '',
      isShipped: true,
    }));
    return sale({ fulfilments: [fulfilment({ taskId: 't', ship: { status: 'AUTHORISED', lines } })] });
  };
  const AUTHORISES = { shipStage: 'AUTHORISED' } as const;

  it('is removed, its goods are still to come, and the other packages stay confirmed', () => {
    const corrections = ['label:1', 'label:2'].map((id) => ({ id, staleNumbers: [] }));
    const open = { ...raised, confirmation: { ...raised.confirmation, corrections } };
    const order = forgetUndonePackages(open, shows('1Z0002'), AUTHORISES, NOW);
    expect(order.packages.map(({ id }) => id)).toEqual(['label:2']);
    expect(order.confirmation).toMatchObject({ packages: ['label:2'], corrections: [corrections[1]] });
    expect(stillToShip(order)).toMatchObject([{ key: 'line-1', quantity: 2 }]);
    expect(order.reason).toBe('DEAR no longer shows package 1Z0001; its goods are still to come.');
    expect(order.log.at(-1)).toMatchObject({ by: 'DEAR', what: order.reason });
  });

  it('stays while DEAR shows its number, and so does every package that was not voided', () => {
    expect(forgetUndonePackages(raised, shows('1Z0001', '1Z0002'), AUTHORISES, NOW)).toBe(raised);
    expect(forgetUndonePackages(both, shows(), AUTHORISES, NOW)).toBe(both);
  });

  it.each([
    ['while its shipment is authorised', 'AUTHORISED', 'AUTHORISED', true],
    ['while a part of it is authorised', 'PARTIALLY AUTHORISED', 'AUTHORISED', true],
    ['while it is a draft, if the connection only drafts', 'DRAFT', 'DRAFT', true],
    ['not while it is a draft, if the connection authorises', 'DRAFT', 'AUTHORISED', false],
    ['not once it is voided', 'VOIDED', 'AUTHORISED', false],
  ] as const)('is shown, without a number, %s', (_, status, shipStage, isShown) => {
    const plain = { ...raised.packages[0]!, trackingNumbers: [] };
    const shown = sale({ fulfilments: [fulfilment({ taskId: 't', ship: { status, lines: [] } })] });
    expect(isShownInDear(plain, raised, shown, shipStage)).toBe(isShown);
  });

  it('is looked for in the fulfilment that it was written into', () => {
    const elsewhere = { ...raised.packages[0]!, shownIn: { taskId: 'earlier', box: '' } };
    expect(isShownInDear(elsewhere, raised, shows('1Z0001'), 'AUTHORISED')).toBe(false);
    const { shownIn: _, ...unnamed } = elsewhere;
    expect(isShownInDear(unnamed, raised, shows('1Z0001'), 'AUTHORISED')).toBe(true);
  });
});

describe('a voided label of an order whose confirmation ended', () => {
  it('leaves an abandoned confirmation abandoned', () => {
    const abandoned = {
      ...told(shipped),
      confirmation: { ...told(shipped).confirmation, state: 'abandoned' as const },
    };
    const order = recordWithdrawnPackage(abandoned, VOIDED, NOW);
    expect(order.confirmation.state).toBe('abandoned');
    const rebought = recordShipments(order, [reported(REFERENCE, another)], NOW);
    expect(rebought.confirmation.state).toBe('abandoned');
  });
});

describe('a late parcel', () => {
  it('reopens the confirmation of a confirmed order', () => {
    const order = told(shipped);
    const late = recordShipments(order, [reported(REFERENCE, another)], NOW);
    expect(needsConfirmation(order, connection())).toBe(false);
    expect(needsConfirmation(late, connection())).toBe(true);
  });
});

function getContents({ packages, lines }: FulfillmentOrder) {
  return packages[0]!.contents.map((line) => ({
    ...line,
    sku: lines.find(({ key }) => key === line.key)!.sku,
  }));
}

describe('all that a part of an order has shipped', () => {
  const part = (...packageIds: string[]) => ({
    reference: REFERENCE,
    providerOrderId: 'prov-1',
    packageIds,
    changedAt: '',
  });
  const own = reported(REFERENCE);
  const left = recordShipments(acceptedOrder(), [own], NOW);
  const takenBack = recordShippedPart(told(left), part(), NOW);

  it('removes a package that it does not name and DEAR was not told of', () => {
    expect(recordShippedPart(left, part(), NOW).packages).toEqual([]);
    expect(recordShippedPart(left, part('label:1'), NOW)).toBe(left);
  });

  it('leaves packages of another part, and of a service that does not say which part left, as they are', () => {
    expect(recordShippedPart(left, { ...part(), providerOrderId: 'prov-2' }, NOW)).toBe(left);
    const unnamed = recordShipments(acceptedOrder(), [{ ...own, providerOrderId: '' }], NOW);
    expect(recordShippedPart(unnamed, part(), NOW)).toBe(unnamed);
  });

  it('waits for a person where DEAR shows the package, until the service shows it again unchanged', () => {
    expect(waitingFor(takenBack)).toBe('confirmation-refused');
    const back = recordShippedPart(takenBack, part('label:1'), NOW);
    expect(back.confirmation.state).toBe('confirmed');
    expect(needsConfirmation(back, connection())).toBe(false);
    expect(stillToShip(back)).toEqual([]);
    expect(back.reason).toContain('shows it as shipped again');
    expect(back.log.at(-1)).toMatchObject({ by: 'lantern', what: back.reason });
    expect(recordShipments(back, [own], NOW)).toBe(back);
  });

  it('writes the number of a package that came back with another one to DEAR', () => {
    const back = recordShippedPart(takenBack, part('label:1'), NOW);
    const corrected = recordShipments(back, [{ ...own, trackingNumbers: ['1Z0002'] }], NOW);
    expect(corrected.confirmation.corrections).toEqual([{ id: 'label:1', staleNumbers: ['1Z0001'] }]);
  });

  it('lets a new package with the same goods take the place of one that DEAR shows', () => {
    const again = { ...own, ...another };
    const changed = recordShipments(recordShippedPart(told(left), part('label:2'), NOW), [again], NOW);
    expect(changed.confirmation).toMatchObject({ state: 'confirmed', packages: ['label:2'] });
    expect(recordShippedPart(changed, part('label:2'), NOW)).toBe(changed);
    expect(recordShippedPart(changed, part(), NOW).packages[0]?.voided).toBeDefined();
  });
});

import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import type { Confirmation, FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import type { ReportedShipment } from '../../../lib/domain/shipment/package.ts';
import { recordShipments, recordShippedPart } from '../../../lib/domain/shipment/shipment.ts';
import { needsConfirmation } from '../../../lib/domain/shipment/still-to-ship.ts';
import { recordWithdrawnPackage } from '../../../lib/domain/shipment/withdrawals-and-returns.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';

const REFERENCE = 'SO-00042-1';

/** A parcel with the goods of one line of the order. */
function parcel(line: 'line-1' | 'line-2', number: string): ReportedShipment {
  const contents = acceptedOrder()
    .lines.filter(({ key }) => key === line)
    .map(({ key, sku, quantity }) => ({ key, sku, quantity, batch: '', expiry: '' }));
  return reported(REFERENCE, { id: `label:${number}`, trackingNumbers: [number], contents });
}

const told = (order: FulfillmentOrder) =>
  recordConfirmed(order, NOW, { packages: order.packages, taskId: 't', remarks: [] });
const withdraw = (order: FulfillmentOrder, number: string) =>
  recordWithdrawnPackage(order, { id: `label:${number}`, cause: 'voided' }, NOW);
const inState = (order: FulfillmentOrder, state: Confirmation['state']) => ({
  ...order,
  confirmation: { ...order.confirmation, state },
});

const quills = parcel('line-1', '1Z0001');
const wax = parcel('line-2', '1Z0002');
const both = told(recordShipments(acceptedOrder(), [quills, wax], NOW));
const newQuills = parcel('line-1', '1Z0003');

describe('a new label for the goods of one of two packages that DEAR shows', () => {
  it('says which number takes whose place', () => {
    const order = recordShipments(withdraw(both, '1Z0001'), [newQuills], NOW);
    const what = 'The goods of 1Z0001, which was voided, leave by 1Z0003 instead.';
    expect(order.log.at(-1)?.what).toBe(what);
    expect(order.reason).toBe(`${what} DEAR is being updated.`);
    expect(order.confirmation.packages).toEqual(['label:1Z0003', 'label:1Z0002']);
  });

  it('keeps the correction of the other package, which is not written yet', () => {
    const corrected = recordShipments(both, [{ ...wax, trackingNumbers: ['1Z0009'] }], NOW);
    const order = recordShipments(withdraw(corrected, '1Z0001'), [newQuills], NOW);
    expect(order.confirmation.corrections).toEqual([
      { id: 'label:1Z0002', staleNumbers: ['1Z0002'] },
      { id: 'label:1Z0003', staleNumbers: ['1Z0001'] },
    ]);
  });

  it('drops the correction of the voided package, which DEAR shows no more', () => {
    const corrected = recordShipments(both, [{ ...quills, trackingNumbers: ['1Z0009'] }], NOW);
    const order = recordShipments(withdraw(corrected, '1Z0001'), [newQuills], NOW);
    expect(order.confirmation.corrections).toEqual([{ id: 'label:1Z0003', staleNumbers: ['1Z0009'] }]);
  });

  it('leaves the confirmation open while a parcel is not told to DEAR yet', () => {
    const late = parcel('line-2', '1Z0004');
    const partly = told(recordShipments(acceptedOrder(), [quills], NOW));
    const order = recordShipments(withdraw(recordShipments(partly, [late], NOW), '1Z0001'), [newQuills], NOW);
    expect(order.confirmation.state).toBe('none');
  });

  it('leaves the order with a person while the other one is void too', () => {
    const voided = withdraw(withdraw(both, '1Z0001'), '1Z0002');
    const order = recordShipments(voided, [newQuills], NOW);
    expect(waitingFor(order)).toBe('confirmation-refused');
    expect(order.reason).toBe(voided.reason);
  });

  it.each(['abandoned', 'claimed'] as const)(
    'does not change a confirmation that is %s, though the other one is void too',
    (state) => {
      const voided = inState(withdraw(withdraw(both, '1Z0001'), '1Z0002'), state);
      expect(recordShipments(voided, [newQuills], NOW).confirmation.state).toBe(state);
    },
  );

  it('leaves the confirmation open while other goods are still to come', () => {
    const partly = told(recordShipments(acceptedOrder(), [quills], NOW));
    const order = recordShipments(withdraw(partly, '1Z0001'), [newQuills], NOW);
    expect(order.confirmation.state).toBe('none');
  });
});

describe('a service that shows one of two voided packages as shipped again', () => {
  const part = (...packageIds: string[]) => ({
    reference: REFERENCE,
    providerOrderId: 'prov-1',
    packageIds,
    changedAt: '',
  });

  it('leaves the order with a person until it shows the other one too', () => {
    const one = recordShippedPart(recordShippedPart(both, part(), NOW), part('label:1Z0001'), NOW);
    expect(waitingFor(one)).toBe('confirmation-refused');
    const all = recordShippedPart(one, part('label:1Z0001', 'label:1Z0002'), NOW);
    expect(waitingFor(all)).toBe('');
  });
});

describe('a package with other goods than those of a voided label', () => {
  it('leaves what DEAR refused meanwhile as the reason', () => {
    const refused = { ...withdraw(both, '1Z0001'), reason: 'DEAR does not take it: the period is locked.' };
    const order = recordShipments(refused, [reported(REFERENCE, { id: 'label:4', contents: [] })], NOW);
    expect(order.reason).toBe(refused.reason);
  });
});

it('does not write the correction of a package whose order a person settled otherwise', () => {
  const corrected = recordShipments(both, [{ ...wax, trackingNumbers: ['1Z0009'] }], NOW);
  expect(needsConfirmation(corrected, connection())).toBe(true);
  expect(needsConfirmation(inState(corrected, 'abandoned'), connection())).toBe(false);
});

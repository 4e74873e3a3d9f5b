import { describe, expect, it } from 'vitest';
import { recordConfirmed } from '../../lib/domain/confirmation.ts';
import { recordShipments } from '../../lib/domain/shipment.ts';
import { needsConfirmation } from '../../lib/domain/unconfirmed.ts';
import { recordWithdrawnPackage } from '../../lib/domain/withdrawn-package.ts';
import { connection } from '../builders/connection.ts';
import { acceptedOrder, NOW, reported } from '../builders/order.ts';

const shipped = recordShipments(acceptedOrder(), [reported('SO-00042-1')], NOW);

describe('a voided label', () => {
  it('takes its package off an order that DEAR was not told of, and the goods are still to come', () => {
    const order = recordWithdrawnPackage(shipped, 'label:1', NOW);
    expect(order.packages).toEqual([]);
    expect(order.reason).toBe('A label was voided; still to come: 2 × QUILL-01, 3 × WAX-02.');
    const again = recordShipments(order, [reported('SO-00042-1', { id: 'label:2' })], NOW);
    expect(needsConfirmation(again, connection())).toBe(true);
  });

  it('of a package that DEAR shows is raised once, for a person', () => {
    const told = recordConfirmed(shipped, NOW, { packages: shipped.packages, taskId: 't', remarks: [] });
    const raised = recordWithdrawnPackage(told, 'label:1', NOW);
    expect(raised.packages).toHaveLength(1);
    expect(raised.reason).toContain('Undo the shipment in DEAR by hand');
    expect(recordWithdrawnPackage(raised, 'label:1', NOW)).toBe(raised);
  });

  it('that we never heard of changes nothing', () => {
    expect(recordWithdrawnPackage(shipped, 'label:9', NOW)).toBe(shipped);
  });
});

describe('a late parcel', () => {
  it('makes a confirmed order worth telling DEAR about again', () => {
    const told = recordConfirmed(shipped, NOW, { packages: shipped.packages, taskId: 't', remarks: [] });
    const late = recordShipments(
      told,
      [reported('SO-00042-1', { id: 'label:2', trackingNumbers: ['1Z0002'] })],
      NOW,
    );
    expect(needsConfirmation(told, connection())).toBe(false);
    expect(needsConfirmation(late, connection())).toBe(true);
  });
});

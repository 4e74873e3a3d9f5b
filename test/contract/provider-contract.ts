import { afterEach, beforeEach, describe } from 'vitest';
import type { Capability } from '../../lib/providers/provider-definition.ts';
import { describeAcknowledgement } from './acknowledge-contract.ts';
import { describeCancellation } from './cancel-contract.ts';
import { describeCapabilities } from './capability-contract.ts';
import { describeCollection } from './collection-contract.ts';
import { describeDeliveries } from './delivery-contract.ts';
import { describeFailures } from './failure-contract.ts';
import { describeHolds } from './hold-contract.ts';
import { describeOddOrders } from './odd-orders-contract.ts';
import { describeForeignOrders, describeOrders } from './order-contract.ts';
import { describePulls } from './pull-contract.ts';
import { describeReturns } from './return-contract.ts';
import type { ServiceUnderTest } from './service-under-test.ts';
import { describeShipments } from './shipment-contract.ts';
import { describeStandings } from './standing-contract.ts';
import { describeStock } from './stock-contract.ts';
import { describeUpdates } from './update-contract.ts';
import { describeWithdrawals } from './withdrawal-contract.ts';

/**
 * The contract of every provider: run against its sandbox, and against the in-memory fake. The promises of a capability are
 * tested where it is declared; where it is not, that the provider does not have it.
 * @param capabilities as its definition declares them
 */
export function describeProviderContract(
  name: string,
  capabilities: readonly Capability[],
  setUp: () => Promise<ServiceUnderTest>,
): void {
  describe(name, () => {
    let current: ServiceUnderTest;
    beforeEach(async () => {
      current = await setUp();
    });
    afterEach(async () => {
      await current.close();
    });
    const service = () => current;

    describeCapabilities(service, capabilities);
    describeOrders(service);
    describeShipments(service);
    describeOddOrders(service);
    describeCollection(service);
    describeFailures(service);
    describeWithdrawals(service, capabilities.includes('voids'));
    describeReturns(service, capabilities.includes('returns'));
    if (capabilities.includes('acknowledge')) describeAcknowledgement(service);
    if (capabilities.includes('cancel')) describeCancellation(service);
    if (capabilities.includes('update')) describeUpdates(service);
    if (capabilities.includes('hold')) describeHolds(service, capabilities.includes('reportOrders'));
    if (capabilities.includes('reportOrders')) describeStandings(service);
    if (capabilities.includes('foreignOrders')) describeForeignOrders(service);
    if (capabilities.includes('trackDelivery')) describeDeliveries(service);
    if (capabilities.includes('pulls')) describePulls(service);
    describeStock(service, capabilities);
  });
}

import { afterEach, beforeEach, describe } from 'vitest';
import { describeDeliveries } from './delivery-contract.ts';
import { describeFailures } from './failure-contract.ts';
import { describeOrders } from './order-contract.ts';
import { describeReturns } from './return-contract.ts';
import type { ServiceUnderTest } from './service-under-test.ts';
import { describeShipments } from './shipment-contract.ts';
import { describeStandings } from './standing-contract.ts';
import { describeStock } from './stock-contract.ts';
import { describeUpdates } from './update-contract.ts';
import { describeWithdrawals } from './withdrawal-contract.ts';

/** The contract of every provider: run against its sandbox, and against the in-memory fake. */
export function describeProviderContract(name: string, setUp: () => Promise<ServiceUnderTest>): void {
  describe(name, () => {
    let current: ServiceUnderTest;
    beforeEach(async () => {
      current = await setUp();
    });
    afterEach(async () => {
      await current.close();
    });
    const service = () => current;

    describeOrders(service);
    describeUpdates(service);
    describeShipments(service);
    describeStandings(service);
    describeWithdrawals(service);
    describeReturns(service);
    describeDeliveries(service);
    describeStock(service);
    describeFailures(service);
  });
}

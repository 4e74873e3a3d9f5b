import { describe, expect, it } from 'vitest';
import { isOwnedByBuiltInIntegration } from '../../lib/dear/reference.ts';
import { Rejected } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { TASK_ID } from './samples.ts';
import { answering } from './server.ts';

async function findRefusal(Exception: string): Promise<Rejected> {
  const { client } = await answering([{ ErrorCode: 400, Exception }], 400);
  const error = await getError(client.authoriseShip(TASK_ID, []));
  expect(error).toBeInstanceOf(Rejected);
  return error as Rejected;
}

describe('isOwnedByBuiltInIntegration', () => {
  it.each([
    'The task contains products from an external location',
    'Not possible for a location with External Fulfilment',
    'Use the external-fulfillment service instead',
    'These goods are externally fulfilled',
  ])('recognises “%s”', async (upstreamMessage) => {
    expect(isOwnedByBuiltInIntegration(await findRefusal(upstreamMessage))).toBe(true);
  });

  it.each(['Ship is authorised', 'ExternalID is too long', 'Box B1 is not in the pack', ''])(
    'does not take “%s” for it',
    async (upstreamMessage) => {
      const error =
        upstreamMessage === ''
          ? new Rejected({ system: 'DEAR', operation: 'authorise ship' })
          : await findRefusal(upstreamMessage);
      expect(isOwnedByBuiltInIntegration(error)).toBe(false);
    },
  );
});

import { expect } from 'vitest';
import type { DearCall } from '../../lib/dear/transport.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';

export const READ: DearCall = {
  operation: 'list webhooks',
  method: 'GET',
  path: 'webhooks',
  reference: 'SO-1',
};
export const WRITE: DearCall = {
  operation: 'create fulfilment',
  method: 'POST',
  path: 'sale/fulfilment',
  body: { SaleID: 'x' },
  reference: 'SO-1',
};
/** The error that the promise rejects with, which must be an `UpstreamError`. */
export async function getError(promise: Promise<unknown>): Promise<UpstreamError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  return error as UpstreamError;
}

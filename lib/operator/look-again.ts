import { isoTime } from '../domain/clock.ts';

/** What a queue is told where a person wants a sale to be looked at. */
export function lookAgain(saleId: string, saleOrderNumber: string, now: number) {
  return {
    saleId,
    saleTaskId: '',
    saleOrderNumber,
    event: 'operator',
    trackingNumbers: [],
    receivedAt: isoTime(now),
  };
}

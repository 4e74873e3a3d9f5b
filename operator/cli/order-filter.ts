import { STATUSES } from '../../lib/domain/order/fulfillment-order.ts';
import { WAITING_FOR } from '../../lib/domain/order/waiting.ts';
import type { OrderFilter } from '../list-orders.ts';
import { UsageError } from '../user-errors.ts';
import type { Options } from './command.ts';

/** What sales wait for, which are no orders yet. */
const GOODS = 'goods';
const WORDS = [...WAITING_FOR, GOODS] as const;

/**
 * Every order is packed for a while, so that is listed where it is late, or asked for by its word.
 * @param lateSince the moment (ISO UTC) before which an order that has not left must have been accepted to be late
 * @throws {UsageError} for a word that names no status, or nothing that an order can wait for
 */
export function toFilter(options: Options, limit: number, lateSince: string): OrderFilter {
  const words = known('waiting', options.list('waiting'), WORDS);
  const asked = options.flag('waiting') || words.length > 0;
  const waiting = words.length === 0 ? WAITING_FOR : words.filter((word) => word !== GOODS);
  return {
    waiting: asked ? waiting : null,
    goods: asked && (words.length === 0 || words.includes(GOODS)),
    departureUntil: words.length === 0 ? lateSince : '',
    since: options.moment('since', '24h'),
    until: options.moment('until', '0m'),
    connections: options.list('connection'),
    statuses: known('status', options.list('status'), STATUSES),
    limit: options.count('limit', limit),
  };
}

function known<Word extends string>(option: string, words: readonly string[], all: readonly Word[]): Word[] {
  return words.map((word) => {
    const found = all.find((one) => one.toLowerCase() === word.toLowerCase());
    if (found === undefined) throw new UsageError(`--${option} ${word}: there are ${all.join(', ')}`);
    return found;
  });
}

import { describe, expect, it } from 'vitest';
import {
  AmbiguousWrite,
  BudgetExhausted,
  Deferred,
  NewerSchemaVersion,
  OperatorActionNeeded,
  Rejected,
  Throttled,
  toDisposition,
  Unavailable,
  UnexpectedAnswer,
  UnreadableRecord,
} from '../../lib/domain/errors.ts';

const details = {
  system: 'DEAR',
  operation: 'authorise pick',
  reference: 'SO-1-1',
  upstreamMessage: 'secret street 5',
};

describe('toDisposition', () => {
  it.each([
    [
      'a refusal that no workflow recorded is tried again',
      new Rejected(details),
      { action: 'retry', afterMs: 15_000 },
    ],
    [
      'a refusal by rate waits as asked',
      new Throttled(details, 42_000),
      { action: 'retry', afterMs: 42_000 },
    ],
    ['a lost answer is looked up soon', new AmbiguousWrite(details), { action: 'retry', afterMs: 5_000 }],
    ['an outage backs off', new Unavailable(details), { action: 'retry', afterMs: 15_000 }],
    [
      'refused credentials wait for the operator',
      new OperatorActionNeeded(details),
      { action: 'retry', afterMs: 900_000 },
    ],
    ['something unknown is tried again', new UnexpectedAnswer(details), { action: 'retry', afterMs: 15_000 }],
    ['a bug is tried again', new TypeError('x'), { action: 'retry', afterMs: 15_000 }],
    [
      'what is too early comes back in time',
      new Deferred('wait', 1_234),
      { action: 'retry', afterMs: 1_234 },
    ],
  ])('%s', (_, error, expected) => {
    expect(toDisposition(error, 1, 0)).toEqual(expected);
  });

  it('parks a bug that persists, and never an outage', () => {
    expect(toDisposition(new TypeError('x'), 4, 0)).toEqual({ action: 'park' });
    expect(toDisposition(new Rejected(details), 4, 0)).toEqual({ action: 'park' });
    expect(toDisposition(new Unavailable(details), 99, 0)).toEqual({ action: 'retry', afterMs: 1_800_000 });
  });

  it('waits longer each time, up to half an hour', () => {
    const waits = [1, 2, 3, 8].map((attempt) => toDisposition(new Unavailable(details), attempt, 0));
    expect(waits.map((wait) => wait.action === 'retry' && wait.afterMs)).toEqual([
      15_000, 30_000, 60_000, 1_800_000,
    ]);
  });

  it('adds a second to each wait for the budget, up to a minute', () => {
    const exhausted = new BudgetExhausted(details, 10_000);
    const waits = [1, 2, 61, 400].map((attempt) => toDisposition(exhausted, attempt, 0));
    expect(waits.map((wait) => wait.action === 'retry' && wait.afterMs)).toEqual([
      10_000, 11_000, 70_000, 70_000,
    ]);
    expect(toDisposition(new Throttled(details, 10_000), 400, 0)).toEqual({
      action: 'retry',
      afterMs: 10_000,
    });
  });

  it('lengthens a wait by up to a fifth and never shortens it', () => {
    expect(toDisposition(new Throttled(details, 60_000), 1, 0.999)).toEqual({
      action: 'retry',
      afterMs: 71_988,
    });
  });
});

describe('the message of an upstream error', () => {
  it('names the system, the operation and the order, but not the upstream message', () => {
    const error = new Rejected({ ...details, status: 400 });
    expect(error.message).toBe('DEAR refused: authorise pick for SO-1-1 (HTTP 400)');
    expect(error.details.upstreamMessage).toBe('secret street 5');
  });

  it('keeps what caused it, where something did', () => {
    const cause = new TypeError('fetch failed');
    expect(new Unavailable({ ...details, cause }).cause).toBe(cause);
    expect('cause' in new Unavailable(details)).toBe(false);
  });
});

describe('the message of an error for the person who runs the bridge', () => {
  it.each([
    [
      'ends with what failed, where there is nothing else to do',
      new UnreadableRecord('order SO-1-1', 'lines.0.sku'),
      'The stored order SO-1-1 cannot be read: lines.0.sku',
    ],
    [
      'says to deploy the newer version that wrote a record',
      new NewerSchemaVersion('order item', 4, 3),
      'The order item has schema version 4, and this version of the bridge reads up to 3. Deploy the newer version again.',
    ],
    [
      'says so also where only a refused write shows that it is newer',
      new NewerSchemaVersion('order item', null, 3),
      'The order item has a newer schema version, and this version of the bridge reads up to 3. Deploy the newer version again.',
    ],
  ])('%s', (_, error, message) => {
    expect(error.message).toBe(message);
  });
});

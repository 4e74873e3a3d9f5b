import { AsyncLocalStorage } from 'node:async_hooks';
import type { ObservedCall } from '../domain/call/recorded-call.ts';

export type CallObserver = (call: ObservedCall) => void;

const observers = new AsyncLocalStorage<CallObserver>();

/** Runs work, and reports each exchange that it causes, of whatever client. @param onCall must not throw */
export function observeCalls<Result>(onCall: CallObserver, work: () => Promise<Result>): Promise<Result> {
  return observers.run(onCall, work);
}

/** Who observes the calls of the work in progress; undefined where they are not observed. */
export function getCallObserver(): CallObserver | undefined {
  return observers.getStore();
}

import * as z from 'zod';
import type { DearCall } from './call.ts';
import { parseAnswer } from './parse-answer.ts';
import type { Caller } from './transport.ts';
import { text } from './wire-values.ts';

/** The DEAR account that the credentials belong to. */
export interface Account {
  readonly company: string;
  /** IANA: `Australia/Sydney`. */
  readonly timeZone: string;
  readonly currency: string;
}

const account = z
  .looseObject({ Company: text, TimeZone: text, Currency: text })
  .transform((raw): Account => ({ company: raw.Company, timeZone: raw.TimeZone, currency: raw.Currency }));

/**
 * The least that can be asked of DEAR: whose account it is.
 * @throws {OperatorActionNeeded} the credentials are wrong
 */
export async function readAccount(client: Caller): Promise<Account> {
  const call: DearCall = { operation: 'read account', method: 'GET', path: 'me', reference: 'me' };
  return parseAnswer(account, await client.transport.send(call), call);
}

import { Rejected } from '../domain/errors.ts';
import { type DearCall, detailsOf } from './call.ts';
import { parseAnswer } from './parse-answer.ts';
import {
  type AdditionalAttribute,
  attributeOf,
  LONGEST_ATTRIBUTE,
  saleHeaderSchema,
  toDearSaleHeader,
} from './sale-header.ts';
import type { DearTransport } from './transport.ts';

/** As `DearClient.setAdditionalAttribute`, which is its only caller. */
export async function setAdditionalAttribute(
  transport: DearTransport,
  saleId: string,
  attribute: AdditionalAttribute,
  value: string,
  reference: string,
): Promise<void> {
  // Without `CountryFormat`: a country goes back as DEAR keeps it, never as the code that we read elsewhere.
  const query = { ID: saleId, HideInventoryMovements: 'true' };
  const read: DearCall = { operation: 'read sale header', method: 'GET', path: 'sale', query, reference };
  if (value.trim().length > LONGEST_ATTRIBUTE) {
    const words = `DEAR holds ${LONGEST_ATTRIBUTE} characters in ${attribute}; this value has ${value.trim().length}`;
    throw new Rejected(detailsOf({ ...read, operation: 'set additional attribute' }, { words }));
  }
  const header = parseAnswer(saleHeaderSchema, await transport.send(read), read);
  if (attributeOf(header, attribute) === value.trim()) return;
  const body = toDearSaleHeader(header, attribute, value.trim());
  const write: DearCall = {
    operation: 'set additional attribute',
    method: 'PUT',
    path: 'sale',
    body,
    reference,
  };
  if (shows(await transport.send(write), attribute, value)) return;
  if (shows(await transport.send(read), attribute, value)) return;
  const words = `DEAR answered that it did, and shows ${attribute} as it was`;
  throw new Rejected(detailsOf(write, { status: 200, words }));
}

function shows(answer: unknown, attribute: AdditionalAttribute, value: string): boolean {
  const header = saleHeaderSchema.pick({ AdditionalAttributes: true }).safeParse(answer);
  return header.success && attributeOf(header.data, attribute) === value.trim();
}

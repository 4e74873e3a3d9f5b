import * as z from 'zod';
import { NotDone } from '../domain/errors.ts';
import type { SaleAttachment } from '../domain/ports/labels.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { type DearCall, type DearTransport, toAttempt } from './transport.ts';

const attachmentsAnswer = z.looseObject({
  Lines: z
    .array(z.looseObject({ ID: z.string(), FileName: z.string().nullish() }))
    .nullish()
    .transform((lines) => lines ?? []),
});

/** The files attached to a sale. */
export async function listAttachments(
  transport: DearTransport,
  saleId: string,
  reference: string,
): Promise<SaleAttachment[]> {
  const call: DearCall = {
    operation: 'list attachments',
    method: 'GET',
    path: 'sale/attachment',
    query: { SaleID: saleId },
    reference,
  };
  return toAttachments(await transport.send(call, attachmentsAnswer));
}

/**
 * Attaches a file to a sale, one more at every call.
 * @throws {NotDone} DEAR answered with success, and the answer does not show the file
 */
export async function attachFile(
  transport: DearTransport,
  saleId: string,
  fileName: string,
  content: Uint8Array,
  reference: string,
): Promise<void> {
  const call: DearCall = {
    operation: 'attach file',
    method: 'POST',
    path: 'sale/attachment',
    body: { SaleID: saleId, FileName: fileName, Content: Buffer.from(content).toString('base64') },
    reference,
  };
  const attached = toAttachments(await transport.send(call, attachmentsAnswer));
  if (attached.some((one) => one.fileName === fileName)) return;
  const upstreamMessage = 'the answer does not show the file';
  throw new NotDone(toErrorDetails(toAttempt(call), { status: 200, upstreamMessage }));
}

/** Removes a file from its sale. */
export async function removeAttachment(
  transport: DearTransport,
  id: string,
  reference: string,
): Promise<void> {
  const query = { ID: id };
  await transport.send({
    operation: 'remove attachment',
    method: 'DELETE',
    path: 'sale/attachment',
    query,
    reference,
  });
}

function toAttachments({ Lines }: z.output<typeof attachmentsAnswer>): SaleAttachment[] {
  return Lines.map(({ ID, FileName }) => ({ id: ID, fileName: FileName ?? '' }));
}

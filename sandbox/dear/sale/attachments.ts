import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Call, Refusal, type Routes } from '../call.ts';
import { parseGuid, saleById } from '../lookup.ts';
import { parseRequest } from '../requests.ts';
import { type AttachmentRecord, isoNow, type SaleRecord, type Store } from '../state.ts';

const attachmentRequest = z.looseObject({
  SaleID: z.string(),
  FileName: z.string().trim().min(1),
  Content: z.string().nullish(),
  FileDownloadUrl: z.string().nullish(),
});

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
};

/** Every POST adds a file, also under a name that the sale has already: DEAR's blueprint knows no other way. */
export function attachmentRoutes(store: Store): Routes {
  return {
    'sale/attachment': {
      GET: (call: Call) => toWire(saleById(store.state(), parseGuid(call.query.saleid, 'SaleID'))),
      POST: (call: Call) =>
        store.change((world) => {
          const request = parseRequest(attachmentRequest, call.body);
          const sale = saleById(world.state, parseGuid(request.SaleID, 'SaleID'));
          const content = readContent(request);
          sale.attachments = [
            ...(sale.attachments ?? []),
            { id: randomUUID(), fileName: request.FileName, bytes: content.length },
          ];
          sale.updatedAt = isoNow(world);
          return toWire(sale);
        }),
      DELETE: (call: Call) =>
        store.change((world) => {
          const id = parseGuid(call.query.id, 'ID');
          const sale = world.state.sales.find(({ attachments }) => attachments?.some((one) => one.id === id));
          if (sale === undefined) throw new Refusal(`Attachment with ID ${id} was not found`);
          sale.attachments = sale.attachments?.filter((one) => one.id !== id) ?? [];
          sale.updatedAt = isoNow(world);
          return toWire(sale);
        }),
    },
  };
}

/** @throws {Refusal} there is no file, or it is not base64 */
function readContent({ Content, FileDownloadUrl }: z.infer<typeof attachmentRequest>): Buffer {
  if (FileDownloadUrl) throw new Refusal('The sandbox does not implement FileDownloadUrl', 501);
  if (!Content) throw new Refusal("'Content' is required");
  const content = Buffer.from(Content, 'base64');
  if (content.toString('base64') !== Content) throw new Refusal("'Content' is not a base64 string");
  return content;
}

function toWire(sale: SaleRecord) {
  return { SaleID: sale.id, Lines: toWireAttachments(sale) };
}

export function toWireAttachments({ attachments = [] }: SaleRecord) {
  return attachments.map(toWireAttachment);
}

function toWireAttachment({ id, fileName }: AttachmentRecord) {
  const type = CONTENT_TYPES[fileName.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  const query = new URLSearchParams({ ID: id, ContentType: type, FileName: fileName });
  return {
    ID: id,
    ContentType: type,
    FileName: fileName,
    DownloadUrl: `https://dear.example/Attachment/Download?${query}`,
  };
}

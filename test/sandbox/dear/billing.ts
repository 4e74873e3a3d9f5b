import type { DeliveryRecord } from 'dear-sandbox/dear';
import { expect } from 'vitest';
import { type Answer, type Play, subscription } from './play.ts';

export const NO_ID = '00000000-0000-0000-0000-000000000000';
const MUG = 'b7e40c91-2d8f-4a53-8c16-3f9a05d2e001';

/** Three mugs at 14.50 each, 8 % on top. */
export const billedMugs = (Quantity: number, more: object = {}) => {
  const Total = Math.round(Quantity * 1450) / 100;
  return {
    ProductID: MUG,
    SKU: 'TRL-MUG-350',
    Name: 'Enamel trail mug',
    Quantity,
    Price: 14.5,
    Discount: 0,
    Tax: Math.round(Total * 8) / 100,
    Total,
    TaxRule: 'Sales Tax',
    ...more,
  };
};

export const getInvoice = (SaleID: string, more: object = {}) => ({
  SaleID,
  TaskID: SaleID,
  CombineAdditionalCharges: false,
  Status: 'AUTHORISED',
  InvoiceDate: '2026-01-06T00:00:00',
  InvoiceDueDate: '2026-02-05T00:00:00',
  Lines: [billedMugs(3)],
  ...more,
});

export const getCreditNote = (SaleID: string, more: object = {}) => ({
  SaleID,
  TaskID: NO_ID,
  CombineAdditionalCharges: false,
  CreditNoteInvoiceNumber: 'INV-00001',
  Status: 'AUTHORISED',
  CreditNoteDate: '2026-01-20T00:00:00',
  Lines: [billedMugs(1)],
  ...more,
});

/** What a refusal says, after checking that it is one. */
export function refused(answer: Answer): string {
  expect(answer.status, answer.text).toBe(400);
  return answer.json.error ?? answer.json[0].Exception;
}

/** Subscribes to these sale events; the answer gives the bodies queued so far. */
export async function listening({ api, screen }: Play, ...types: string[]) {
  for (const type of types) {
    await api('POST', 'webhooks', subscription('http://127.0.0.1:9/', `Sale/${type}`));
  }
  return async (): Promise<Array<Record<string, unknown>>> => {
    const deliveries: DeliveryRecord[] = (await screen('GET', 'webhook-deliveries')).json;
    return deliveries.map(({ body }) => JSON.parse(body));
  };
}

export const CONTACT = {
  CustomerContactName: 'Rowan Ellery',
  CustomerContactEmail: 'rowan.ellery@juniperslate.example',
};
export const CUSTOMER = { CustomerName: 'Juniper & Slate Outfitters', ...CONTACT };

export async function readSale({ api }: Play, id: string) {
  return (await api('GET', `sale?ID=${id}&CountryFormat=Code2`)).json;
}

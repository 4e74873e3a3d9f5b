import type { SaleBilling, SaleTerms } from './billing-state.ts';
import type { Company, DearState, SaleRecord } from './state.ts';

type Later = 'nextInvoiceNumber' | 'nextCreditNoteNumber';
type SavedSale = Omit<SaleRecord, keyof SaleTerms | keyof SaleBilling> & Partial<SaleTerms & SaleBilling>;

/** A state as any version of the sandbox may have saved it: the first ones knew neither invoices nor terms. */
export type SavedState = Omit<DearState, 'sales' | Later> &
  Partial<Pick<DearState, Later>> & { sales: SavedSale[] };

/** Fills in what a state lacks that an earlier version saved. */
export function upToDate(saved: SavedState): DearState {
  return {
    ...saved,
    nextInvoiceNumber: saved.nextInvoiceNumber ?? 1,
    nextCreditNoteNumber: saved.nextCreditNoteNumber ?? 1,
    sales: saved.sales.map((sale) => ({
      ...usualTerms(saved.company),
      invoices: [],
      creditNotes: [],
      payments: [],
      ...sale,
    })),
  };
}

/** What stands on a sale's form before anybody types. */
export function usualTerms({ taxRule }: Company): SaleTerms {
  return {
    defaultAccount: '200',
    skipQuote: true,
    taxRule,
    taxInclusive: false,
    terms: '30 days',
    priceTier: 'Tier 1',
    salesRepresentative: '',
  };
}

import type { SaleTerms } from './billing-state.ts';
import type { Company } from './state.ts';

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

import type { ReportedReturn, ReportedShipment, WithdrawnPackage } from './package.ts';

/** What a provider reports, for any number of orders. */
export interface ReportedNews {
  readonly shipments: readonly ReportedShipment[];
  /** Packages that did not leave after all. */
  readonly withdrawn: readonly WithdrawnPackage[];
  readonly returns: readonly ReportedReturn[];
}

/** What a provider reports for one order. */
export interface OrderNews extends ReportedNews {
  readonly reference: string;
}

/** News that could not be recorded on its order. It is retried with each collection of shipments. */
export interface NewsSetAside {
  readonly news: OrderNews;
  /** ISO UTC of the first try. */
  readonly since: string;
  /** One sentence for a person, without personal data. */
  readonly reason: string;
}

export function newsByReference({ shipments, withdrawn, returns }: ReportedNews): OrderNews[] {
  const references = new Set([...shipments, ...withdrawn, ...returns].map(({ reference }) => reference));
  return [...references].map((reference) => ({
    reference,
    shipments: shipments.filter((one) => one.reference === reference),
    withdrawn: withdrawn.filter((one) => one.reference === reference),
    returns: returns.filter((one) => one.reference === reference),
  }));
}

/** Both, with the later report where both have one of the same id. */
export function joinNews(earlier: OrderNews | undefined, later: OrderNews): OrderNews {
  if (earlier === undefined) return later;
  return {
    reference: later.reference,
    shipments: latestById([...earlier.shipments, ...later.shipments]),
    withdrawn: latestById([...earlier.withdrawn, ...later.withdrawn]),
    returns: latestById([...earlier.returns, ...later.returns]),
  };
}

function latestById<Report extends { readonly id: string }>(reports: readonly Report[]): Report[] {
  return [...new Map(reports.map((report) => [report.id, report])).values()];
}

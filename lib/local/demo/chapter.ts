import type { Promised } from './promises.ts';
import type { Stage, StagedSale } from './stage.ts';

/** A part of the story: what people do in DEAR and ShipStation, and what the bridge promises about it. */
export interface Chapter {
  /** `cancel-in-time` */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** @throws {BrokenPromiseError} where the bridge does not do its part in time */
  play(stage: Stage): Promise<Played>;
}

export interface Played {
  readonly promises: readonly Promised[];
  /** Sales whose orders the report lists, with the references that were made for them. */
  readonly sales: ReadonlyArray<{ readonly sale: StagedSale; readonly references: readonly string[] }>;
  /** Sales that no order was made for. */
  readonly ignored: readonly StagedSale[];
}

/** One sale, and one order of it. */
export function played(
  sale: StagedSale,
  promises: readonly Promised[],
  references = [sale.reference],
): Played {
  return { promises, sales: [{ sale, references }], ignored: [] };
}

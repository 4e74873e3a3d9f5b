declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** The directory of the LevelDB store. @default in memory */
    readonly path?: string;
    /** How long a table stays in CREATING: ms. */
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }
  /** Its `close` also closes the store. */
  export default function dynalite(options?: Options): Server;
}

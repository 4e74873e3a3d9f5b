declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** Folder of the LevelDB store; in memory where it is left out. */
    readonly path?: string;
    /** ms that a table stays in CREATING. */
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }
  /** Its `close` also closes the store. */
  export default function dynalite(options?: Options): Server;
}

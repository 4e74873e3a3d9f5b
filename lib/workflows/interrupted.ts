/** An attempt that ended in an error, and whether anything may have been written or read before it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly error: unknown;
  readonly wrote: boolean;

  constructor(error: unknown, wrote: boolean) {
    super('interrupted', { cause: error });
    this.error = error;
    this.wrote = wrote;
  }
}

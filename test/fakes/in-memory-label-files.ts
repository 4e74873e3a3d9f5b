import type { LabelFileStore } from '../../lib/domain/ports/labels.ts';

/** The bucket's labels, in memory. */
export class InMemoryLabelFiles implements LabelFileStore {
  readonly files = new Map<string, Uint8Array>();

  async save(reference: string, labelId: string, pdf: Uint8Array): Promise<void> {
    this.files.set(`${reference}/${labelId}`, pdf);
  }

  async read(reference: string, labelId: string): Promise<Uint8Array | null> {
    return this.files.get(`${reference}/${labelId}`) ?? null;
  }
}

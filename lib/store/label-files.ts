import type { LabelFileStore } from '../domain/ports/labels.ts';
import type { FileBucket } from './bucket.ts';

/**
 * The PDF files of labels, in the bucket of the reports. They show names and addresses, so a rule of the bucket deletes them
 * after `personalDataDays`.
 */
export class LabelFiles implements LabelFileStore {
  readonly #bucket: Pick<FileBucket, 'put' | 'get'>;

  constructor(bucket: Pick<FileBucket, 'put' | 'get'>) {
    this.#bucket = bucket;
  }

  save(reference: string, labelId: string, pdf: Uint8Array): Promise<void> {
    return this.#bucket.put(toKey(reference, labelId), pdf, 'application/pdf');
  }

  read(reference: string, labelId: string): Promise<Uint8Array | null> {
    return this.#bucket.get(toKey(reference, labelId));
  }
}

/** A provider's id may be any text; a slash in it must not make a folder. */
function toKey(reference: string, labelId: string): string {
  return `labels/${encodeURIComponent(reference)}/${encodeURIComponent(labelId)}.pdf`;
}

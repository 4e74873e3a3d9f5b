/** The PDF files of labels, which expire as other personal data does. */
export interface LabelFileStore {
  /** Stores the file, over what is there. */
  save(reference: string, labelId: string, pdf: Uint8Array): Promise<void>;
  /** null once it has expired. */
  read(reference: string, labelId: string): Promise<Uint8Array | null>;
}

/** A file that is attached to a sale in DEAR. */
export interface SaleAttachment {
  readonly id: string;
  readonly fileName: string;
}

/** The attachments of sales in DEAR. */
export interface AttachmentsInDear {
  listAttachments(saleId: string, reference?: string): Promise<readonly SaleAttachment[]>;
  /**
   * Every call adds another one, also under the same name.
   * @throws {Rejected} DEAR has no such sale, or refuses the file
   */
  attachFile(saleId: string, fileName: string, content: Uint8Array, reference?: string): Promise<void>;
  /** @throws {Rejected} there is no such attachment */
  removeAttachment(id: string, reference?: string): Promise<void>;
}

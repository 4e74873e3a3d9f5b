/**
 * A SKU without what people and systems change about it: blanks around it, capitals, and how an accented letter is stored.
 * Two SKUs of one form are only taken for one where no third is meant; see `sameSku`.
 */
export function foldSku(sku: string): string {
  return sku.normalize('NFC').trim().toLowerCase();
}

/**
 * The one of the known SKUs that another system means by a text: the same text, else the only one of the same form;
 * undefined where there is none, or several, so that nothing is guessed.
 */
export function sameSku(text: string, known: Iterable<string>): string | undefined {
  const wanted = foldSku(text);
  const alike = new Set<string>();
  for (const sku of known) {
    if (sku === text) return sku;
    if (foldSku(sku) === wanted) alike.add(sku);
  }
  const [only, ...others] = alike;
  return wanted === '' || others.length > 0 ? undefined : only;
}

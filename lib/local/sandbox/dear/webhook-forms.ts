/**
 * How a webhook's body is put into text. The blueprint prints `printed`, as if pasted together; the others are what senders
 * and proxies make of JSON, and the help page's spelling.
 */
export const WEBHOOK_FORMS = [
  'json',
  'printed',
  'byte-order-mark',
  'form',
  'list',
  'other-capitals',
  'american',
  'numbers',
  'empty',
] as const;
export type WebhookForm = (typeof WEBHOOK_FORMS)[number];

export interface SentBody {
  readonly text: string;
  readonly contentType: string;
}

/** @param body JSON text */
export function inForm(body: string, form: WebhookForm): SentBody {
  const sent = (text: string, contentType = 'application/json') => ({ text, contentType });
  switch (form) {
    case 'json':
      return sent(body);
    case 'printed':
      return sent(body.replace(/,?"EventType"/, ',\n,"EventType"').replace(/}\s*$/, ',\n}'));
    case 'byte-order-mark':
      return sent(`\ufeff${body}`);
    case 'form':
      return sent(new URLSearchParams(textsOf(body)).toString(), 'application/x-www-form-urlencoded');
    case 'list':
      return sent(`[${body}]`);
    case 'other-capitals':
      return sent(body.replace('"SaleID"', '"SaleId"').replace(/"Sale\/\w+"/, (type) => type.toLowerCase()));
    case 'american':
      return sent(body.replace(/"Sale\/(\w+)Authorised"/, '"$1Authorized"'));
    case 'numbers':
      return sent(body.replaceAll(/"(Sale)?OrderNumber":"\D*(\d+)"/g, '"$1OrderNumber":$2'));
    case 'empty':
      return sent('');
  }
}

function textsOf(body: string): Record<string, string> {
  const fields: [string, unknown][] = Object.entries(JSON.parse(body) as object);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

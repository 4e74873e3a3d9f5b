import * as z from 'zod';

/** Close to JSON Schema, as far as zod writes it. */
export interface Form {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Form[];
  readonly oneOf?: readonly Form[];
  readonly items?: Form;
  readonly properties?: Readonly<Record<string, Form>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Form | boolean;
}

/** One line for each field that a schema knows: its path and its type, in the order of the alphabet. */
export function describeForm(schema: z.ZodType): string[] {
  return [...new Set(describe(toForm(schema), ''))].sort();
}

export function toForm(schema: z.ZodType): Form {
  return z.toJSONSchema(schema, { io: 'output' }) as Form;
}

function describe(form: Form, path: string): string[] {
  const alternatives = form.anyOf ?? form.oneOf;
  if (alternatives !== undefined) return alternatives.flatMap((one) => describe(one, path));
  if (form.items !== undefined) return describe(form.items, `${path}[]`);
  if (form.properties !== undefined) return describeFields(form, path);
  if (typeof form.additionalProperties === 'object') return describe(form.additionalProperties, `${path}{}`);
  const values = form.enum ?? (form.const === undefined ? undefined : [form.const]);
  return [`${path}: ${values === undefined ? form.type : values.toSorted().join(' | ')}`];
}

function describeFields({ properties = {}, required = [] }: Form, path: string): string[] {
  return Object.entries(properties).flatMap(([name, form]) => {
    const field = required.includes(name) ? name : `${name}?`;
    return describe(form, path === '' ? field : `${path}.${field}`);
  });
}

import * as z from 'zod';

/** The part of a JSON Schema that zod writes and the settings page reads. */
export interface JsonSchema {
  readonly type: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly format?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly items?: JsonSchema | undefined;
  readonly anyOf: readonly JsonSchema[];
  readonly oneOf: readonly JsonSchema[];
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean | undefined;
}

export const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    type: z.string().default(''),
    title: z.string().optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    items: jsonSchema.optional(),
    anyOf: z.array(jsonSchema).default([]),
    oneOf: z.array(jsonSchema).default([]),
    properties: z.record(z.string(), jsonSchema).default({}),
    required: z.array(z.string()).default([]),
    additionalProperties: z.union([z.boolean(), jsonSchema]).optional(),
  }),
);

const FORMATS: Readonly<Record<string, string>> = {
  uri: 'a URL',
  email: 'an e-mail address',
  date: 'a date `yyyy-mm-dd`',
};

/** What may stand for a setting, in words: `1 to 6000`, `'wait'` or `'convert'`, `list of a URL`. */
export function describeValues(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  const alternatives = [...schema.anyOf, ...schema.oneOf];
  if (alternatives.length > 0)
    return alternatives
      .map(describeValues)
      .filter((text) => text !== "`''`")
      .join(' or ');
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(', ');
  if (schema.format !== undefined) return FORMATS[schema.format] ?? schema.format;
  return describeType(schema);
}

function describeType({ type, minimum, maximum, items, properties, additionalProperties }: JsonSchema) {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (type === 'array' && items !== undefined && items.oneOf.length === 0)
    return `list: ${describeValues(items)}`;
  if (typeof additionalProperties === 'object') return `map to ${describeValues(additionalProperties)}`;
  const keys = Object.keys(properties);
  if (keys.length > 0) return `\`{ ${keys.join(', ')} }\``;
  return { boolean: '`true`, `false`', string: 'text', null: '`null`', array: 'list' }[type] ?? type;
}

function literal(value: unknown): string {
  return `\`${JSON.stringify(value).replaceAll('"', "'")}\``;
}

import * as z from 'zod';

/** Only what the schema asks for, at any depth, so that what nobody reads need not be resolved. */
export function pickRead(value: unknown, schema: unknown): unknown {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.some(([name]) => name === 'Ref' || name.startsWith('Fn::'))) return value;
  const read = entries.filter(([name]) => name in inner.shape);
  return Object.fromEntries(read.map(([name, item]) => [name, pickRead(item, inner.shape[name])]));
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap());
  }
  return schema;
}

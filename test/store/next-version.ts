import type * as z from 'zod';
import { type Form, toForm } from './describe-form.ts';

type Item = Record<string, unknown>;

const ADDED = { text: 'of the next version', rows: [{ id: 'added-1' }] };

/** What the version after this one may store of a record: more fields in each of its objects. */
export function toNextVersion(record: Item, schema: z.ZodType, version: number): Item {
  return { ...Object(extend(toForm(schema), record)), schemaVersion: version + 1 };
}

function extend(form: Form, value: unknown): unknown {
  const { items, properties } = findForm(form, value);
  if (items !== undefined && Array.isArray(value)) return value.map((row) => extend(items, row));
  if (properties === undefined || !isObject(value)) return value;
  const known = Object.entries(value).map(([name, one]) => {
    const own = properties[name];
    return [name, own === undefined ? one : extend(own, one)];
  });
  return { ...Object.fromEntries(known), addedLater: ADDED };
}

/** The record once for each of its fields that has one of several values, there with a value of the next version. */
export function withUnknownValues(
  record: Item,
  schema: z.ZodType,
  version: number,
): Array<{ path: string; record: Item }> {
  return [...replaceValues(toForm(schema), record, '')].map(({ path, value }) => ({
    path,
    record: { ...Object(value), schemaVersion: version + 1 },
  }));
}

function* replaceValues(
  form: Form,
  value: unknown,
  path: string,
): Generator<{ path: string; value: unknown }> {
  const { items, properties, enum: values } = findForm(form, value);
  if (values !== undefined) yield { path, value: 'of the next version' };
  if (items !== undefined && Array.isArray(value))
    for (const [index, row] of value.entries())
      for (const changed of replaceValues(items, row, `${path}.${index}`))
        yield { path: changed.path, value: value.with(index, changed.value) };
  if (properties === undefined || !isObject(value)) return;
  for (const [name, one] of Object.entries(value))
    for (const changed of replaceValues(properties[name] ?? {}, one, path === '' ? name : `${path}.${name}`))
      yield { path: changed.path, value: { ...value, [name]: changed.value } };
}

/** Of several forms the one that the value has. */
function findForm(form: Form, value: unknown): Form {
  const forms = form.anyOf ?? form.oneOf;
  if (forms === undefined) return form;
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return forms.find((one) => one.type === type) ?? {};
}

function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

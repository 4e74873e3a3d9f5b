import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedDocuments } from '../../docs/generate/documents.ts';
import { describeValues, jsonSchema } from '../../docs/generate/values.ts';
import { settingsSchema } from '../../lib/settings/schema.ts';

const DOCUMENTS = await generatedDocuments();

describe.each(Object.keys(DOCUMENTS))('docs/%s', (name) => {
  it('is what the code says', () => {
    expect(readFileSync(`docs/${name}`, 'utf8')).toBe(DOCUMENTS[name]);
  });
});

describe('the settings page', () => {
  /** `alarms.emails`, `inventory.guard.lines`: every key that has a value when only the required ones are given. */
  function toKeys(settings: object, path: readonly string[] = []): string[] {
    return Object.entries(settings).flatMap(([key, value]) => {
      const here = [...path, key];
      const isGroup = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
      return isGroup && !Array.isArray(value) ? toKeys(value, here) : [here.join('.')];
    });
  }

  it('has a row for each setting', () => {
    const { connections, ...account } = settingsSchema.parse({
      connections: [{ id: 'lantern', provider: 'shipstation-v2', location: 'Yard', warehouseId: 'se-1' }],
    });
    const rows = [...(DOCUMENTS['settings.md'] ?? '').matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
    const keys = [...toKeys(account), ...toKeys(connections[0] ?? {})];
    expect(keys).toContain('inventory.guard.lines');
    expect(keys.filter((key) => !rows.includes(key))).toEqual([]);
  });
});

describe('the values of a setting', () => {
  it.each([
    [{ type: 'integer', minimum: 1, maximum: 9 }, '1 to 9'],
    [{ enum: ['wait', 'convert'] }, "`'wait'`, `'convert'`"],
    [{ anyOf: [{ title: 'an interval' }, { const: 'off' }] }, "an interval or `'off'`"],
    [{ anyOf: [{ type: 'string', format: 'date' }, { const: '' }] }, 'a date `yyyy-mm-dd`'],
    [{ type: 'array', items: { format: 'email' } }, 'list: an e-mail address'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'map to text'],
    [{ type: 'boolean' }, '`true`, `false`'],
  ])('%j reads %s', (schema, upstreamMessage) => {
    expect(describeValues(jsonSchema.parse(schema))).toBe(upstreamMessage);
  });
});

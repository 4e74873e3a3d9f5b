import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { NewerSchemaVersion } from '../../lib/domain/errors.ts';
import {
  jobMessage,
  MESSAGE_VERSIONS,
  type MessageName,
  orderMessage,
  saleEventMessage,
  toMessageBody,
} from '../../lib/messaging/messages.ts';
import { describeForm } from '../store/describe-form.ts';
import { Fixtures } from '../store/fixtures/fixtures.ts';

const SCHEMAS: Readonly<Record<MessageName, z.ZodType>> = {
  'sale event': saleEventMessage,
  order: orderMessage,
  job: jobMessage,
};
const NAMES = Object.keys(SCHEMAS) as MessageName[];

const fixtures = new Fixtures(new URL('./fixtures/', import.meta.url));
const VERSIONS = NAMES.flatMap((name) =>
  Array.from({ length: MESSAGE_VERSIONS[name] }, (_, index) => [name, index + 1] as const),
);

describe('a message', () => {
  it.each(VERSIONS)('of the kind %s has a frozen fixture of version %i', (name, version) => {
    const messages = fixtures.records(name, version);
    expect(messages.length).toBeGreaterThan(0);
    expect(new Set(messages.map(({ schemaVersion }) => schemaVersion))).toEqual(new Set([version]));
  });

  it.each(VERSIONS)('of the kind %s and version %i is read by this version', (name, version) => {
    for (const message of fixtures.records(name, version)) {
      expect(SCHEMAS[name].safeParse(message).error).toBeUndefined();
    }
  });

  it.each(NAMES)('of the kind %s has the form of its version', (name) => {
    const advice = `The schema of '${name}' changed: raise its version, add an upgrade and fixtures of the new version`;
    expect(describeForm(SCHEMAS[name]), advice).toEqual(fixtures.form(name, MESSAGE_VERSIONS[name]));
  });

  it.each(NAMES)('of the kind %s and a newer version is refused', (name) => {
    const [message] = fixtures.records(name, 1);
    const newer = { ...message, schemaVersion: MESSAGE_VERSIONS[name] + 1 };
    expect(() => SCHEMAS[name].parse(newer)).toThrow(NewerSchemaVersion);
  });

  it('without a version is of version 1', () => {
    expect(orderMessage.parse({ reference: 'SO-00042-1' })).toEqual({ reference: 'SO-00042-1' });
  });

  it.each(NAMES)('of the kind %s is sent with its version', (name) => {
    expect(JSON.parse(toMessageBody(name, {}))).toEqual({ schemaVersion: MESSAGE_VERSIONS[name] });
  });
});

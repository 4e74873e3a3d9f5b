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
import { toNextVersion, withUnknownValues } from '../store/next-version.ts';

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

  it.each(NAMES)('of the kind %s that says so is refused by an older version', (name) => {
    const version = MESSAGE_VERSIONS[name] + 1;
    const [message] = fixtures.records(name, version - 1);
    const newer = { ...message, schemaVersion: version, readableFrom: version };
    expect(() => SCHEMAS[name].parse(newer)).toThrow(NewerSchemaVersion);
  });

  it.each(NAMES)('of the kind %s is read without what a newer version added', (name) => {
    for (const message of fixtures.records(name, MESSAGE_VERSIONS[name])) {
      const newer = toNextVersion(message, SCHEMAS[name], MESSAGE_VERSIONS[name]);
      expect(SCHEMAS[name].parse(newer)).toEqual(SCHEMAS[name].parse(message));
    }
  });

  it('of a newer version with a job that this one does not have is refused', () => {
    const [message = {}] = fixtures.records('job', MESSAGE_VERSIONS.job);
    const values = withUnknownValues(message, jobMessage, MESSAGE_VERSIONS.job);
    expect(values.map(({ path }) => path)).toEqual(['job']);
    for (const { record } of values) expect(() => jobMessage.parse(record)).toThrow(NewerSchemaVersion);
  });

  it('without a version is of version 1', () => {
    expect(orderMessage.parse({ reference: 'SO-00042-1' })).toEqual({ reference: 'SO-00042-1' });
  });

  it.each(NAMES)('of the kind %s is sent with its version', (name) => {
    expect(JSON.parse(toMessageBody(name, {}))).toEqual({ schemaVersion: MESSAGE_VERSIONS[name] });
  });
});

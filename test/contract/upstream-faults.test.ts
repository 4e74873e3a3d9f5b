import { type Dispatcher, Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../lib/upstream/faults.ts';
import { CLIENTS, getOutcome } from './clients-under-test.ts';

const NEVER_SENT = { read: 'unavailable', write: 'unavailable' };
const LOST = { read: 'unavailable', write: 'ambiguous' };
const UNUSABLE = { read: 'unexpected', write: 'ambiguous' };

/** The class of each fault before the request began, and after. Null where it cannot occur then. */
const EXPECTED: Readonly<Record<string, { before: object | null; after: object | null }>> = {
  ...connecting('ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'),
  ...connecting('CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_REVOKED', 'CERT_UNTRUSTED'),
  ...connecting('DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT'),
  ...connecting('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  ...connecting('ERR_TLS_CERT_ALTNAME_INVALID'),
  ...atAnyTime('ECONNRESET', 'ECONNABORTED', 'EPIPE', 'EPROTO', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'),
  ...atAnyTime('UND_ERR_SOCKET', 'UND_ERR_ABORTED', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'),
  ...atAnyTime('UND_ERR_INVALID_ARG', 'A_CODE_THAT_IS_NOT_IN_THE_TABLE'),
  ...whileAnswering(LOST, 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'),
  ...whileAnswering(
    LOST,
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    'HPE_INVALID_CONSTANT',
    'HPE_INVALID_VERSION',
  ),
  ...whileAnswering(LOST, 'HPE_INVALID_HEADER_TOKEN', 'HPE_INVALID_CHUNK_SIZE'),
  ...whileAnswering(UNUSABLE, 'UND_ERR_RES_EXCEEDED_MAX_SIZE', 'UND_ERR_HEADERS_OVERFLOW'),
  ...whileAnswering(UNUSABLE, 'ERR_BUFFER_TOO_LARGE', 'CONTENT_ENCODING'),
};

function connecting(...codes: string[]) {
  return Object.fromEntries(codes.map((code) => [code, { before: NEVER_SENT, after: null }]));
}

function atAnyTime(...codes: string[]) {
  return Object.fromEntries(codes.map((code) => [code, { before: NEVER_SENT, after: LOST }]));
}

function whileAnswering(after: object, ...codes: string[]) {
  return Object.fromEntries(codes.map((code) => [code, { before: null, after }]));
}

/** An undici pool whose requests fail with the code, before or after they began. */
function failing(code: string, hasBegun: boolean) {
  return (origin: string, options: Pool.Options): Dispatcher => {
    const pool = new Pool(origin, options);
    const fault = Object.assign(new Error('injected'), { code });
    const controller = {
      aborted: false,
      paused: false,
      reason: null,
      abort() {},
      pause() {},
      resume() {},
    };
    pool.dispatch = (_, handler) => {
      if (hasBegun) handler.onRequestStart?.(controller, {});
      handler.onResponseError?.(controller, fault);
      return true;
    };
    return pool;
  };
}

describe.each(CLIENTS)('A fault of the %s client', (_, getClient) => {
  const cases = Object.entries(EXPECTED).flatMap(([code, { before, after }]) => [
    { code, phase: 'before the request began', hasBegun: false, expected: before },
    { code, phase: 'after the request began', hasBegun: true, expected: after },
  ]);

  it.each(cases.filter(({ expected }) => expected !== null))(
    '$code $phase is $expected.read for a read and $expected.write for a write',
    async ({ code, hasBegun, expected }) => {
      const { read, write } = getClient('https://vendor.test', { openPool: failing(code, hasBegun) });
      const outcomes = { read: await getOutcome(read()), write: await getOutcome(write()) };
      expect({ read: outcomes.read.kind, write: outcomes.write.kind }).toEqual(expected);
      expect([outcomes.read.code, outcomes.write.code]).toEqual([code, code]);
    },
  );
});

describe('The table of faults', () => {
  it('has no fault that the contract does not test for every client', () => {
    expect(Object.keys(FAULTS).filter((code) => !(code in EXPECTED))).toEqual([]);
  });
});

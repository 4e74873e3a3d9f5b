import tls from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate, startTlsServer } from '../upstream/certificate.ts';
import { CLIENTS, getOutcome } from './clients-under-test.ts';

const DAY_MS = 24 * 60 * 60_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

const FAULTS = [
  ['has expired', 'CERT_HAS_EXPIRED', { host: 'localhost', from: inDays(-30), until: inDays(-1) }, true],
  ['is not valid yet', 'CERT_NOT_YET_VALID', { host: 'localhost', from: inDays(1), until: inDays(30) }, true],
  [
    'is of another host',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    { host: 'other.test', from: inDays(-1), until: inDays(30) },
    true,
  ],
  [
    'is self-signed',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    { host: 'localhost', from: inDays(-1), until: inDays(30) },
    false,
  ],
] as const;

/** Trusted by the system, so that nothing else is wrong with the certificate. */
function trust(certificate: string): void {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, certificate]);
  onTestFinished(() => tls.setDefaultCACertificates(before));
}

describe.each(CLIENTS)('For the %s client, a certificate', (_, getClient) => {
  it.each(FAULTS)('that %s leaves a write unsent', async (_title, code, options, isTrusted) => {
    const certificate = makeCertificate(options);
    if (isTrusted) trust(certificate.cert);
    const { read, write } = getClient(`https://localhost:${await startTlsServer(certificate)}`);
    const expected = { kind: 'unavailable', code };
    expect([await getOutcome(read()), await getOutcome(write())]).toEqual([expected, expected]);
  });
});

import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUsableSecret, sign, verify } from '../../../lib/providers/http/signature.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const KEY = Buffer.from('thirty bytes of a signing secret');
const ONE = { signingSecret: `whsec_${KEY.toString('base64')}`, previousSigningSecret: '' };
const OTHER = { signingSecret: 'another secret, as a plain text', previousSigningSecret: '' };
const BODY = '{"type":"order.updated"}';

describe('a signature', () => {
  it('is the HMAC-SHA256 of id, timestamp and body, in base64 after v1', () => {
    const headers = sign(BODY, ONE, NOW, 'msg_1');
    const expected = createHmac('sha256', KEY)
      .update(`msg_1.${NOW / 1000}.${BODY}`)
      .digest('base64');
    expect(headers).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(NOW / 1000),
      'webhook-signature': `v1,${expected}`,
    });
  });

  it('is accepted for the same body and secret alone', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), (body, other) => {
        const headers = sign(body, ONE, NOW);
        expect(verify(headers, body, ONE, NOW).isGenuine).toBe(true);
        expect(verify(headers, body, OTHER, NOW).isGenuine).toBe(false);
        expect(verify(headers, other, ONE, NOW).isGenuine).toBe(other === body);
      }),
    ));

  it('is accepted by both sides at each step of a replacement of the secret', () => {
    const both = { signingSecret: OTHER.signingSecret, previousSigningSecret: ONE.signingSecret };
    for (const [sender, receiver] of [
      [ONE, ONE],
      [both, ONE],
      [ONE, both],
      [both, both],
      [OTHER, both],
      [both, OTHER],
    ] as const) {
      expect(verify(sign(BODY, sender, NOW), BODY, receiver, NOW).isGenuine).toBe(true);
    }
    expect(sign(BODY, both, NOW)['webhook-signature'].split(' ')).toHaveLength(2);
    expect(verify(sign(BODY, ONE, NOW), BODY, OTHER, NOW).isGenuine).toBe(false);
  });

  it.each([
    ['as the specification’s own example has it', (own: string) => own],
    ['behind another', (own: string) => `v1,${Buffer.alloc(32).toString('base64')} ${own}`],
    [
      'beside one of a public key',
      (own: string) => `v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5B== ${own}`,
    ],
    ['joined to another by a proxy', (own: string) => `${own}, v1,${Buffer.alloc(32).toString('base64')}`],
    ['joined without a blank', (own: string) => `v1,${Buffer.alloc(32).toString('base64')},${own}`],
  ])('is accepted %s', (_, toHeader) => {
    const example = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': toHeader('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='),
    };
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    for (const signingSecret of [secret, `v1,${secret}`, `${secret}\n`]) {
      const secrets = { signingSecret, previousSigningSecret: '' };
      expect(verify(example, '{"test": 2432232314}', secrets, 1_614_265_330_000).isGenuine).toBe(true);
    }
  });

  it.each([
    [-301, 'timestamp_out_of_tolerance'],
    [-300, null],
    [0, null],
    [300, null],
    [301, 'timestamp_out_of_tolerance'],
  ])('of a time %i s from ours is refused with: %s', (seconds, code) => {
    const verdict = verify(sign(BODY, ONE, NOW + seconds * 1000), BODY, ONE, NOW);
    expect(verdict.isGenuine ? null : verdict.code).toBe(code);
  });

  it.each([
    ['no id', { 'webhook-id': undefined }],
    ['an id with a line break', { 'webhook-id': 'a\nb' }],
    ['another id', { 'webhook-id': 'msg_2' }],
    ['no timestamp', { 'webhook-timestamp': '' }],
    ['another timestamp', { 'webhook-timestamp': String(NOW / 1000 + 1) }],
    ['a timestamp that is no number', { 'webhook-timestamp': 'NaN' }],
    ['no signature', { 'webhook-signature': undefined }],
    ['an unknown version', { 'webhook-signature': 'v2,AAAA' }],
  ])('is refused where a request has %s', (_, changes) => {
    const headers = { ...sign(BODY, ONE, NOW), ...changes };
    expect(verify(headers, BODY, ONE, NOW)).toMatchObject({ isGenuine: false, code: 'invalid_signature' });
  });

  it('is never accepted for an empty secret', () => {
    const none = { signingSecret: '', previousSigningSecret: '' };
    expect(verify(sign(BODY, none, NOW), BODY, none, NOW).isGenuine).toBe(false);
  });

  it.each([
    ['whsec_c2hvcnQ=', false],
    ['23 characters are not en', true],
    ['23 characters are not e', false],
    [`whsec_${Buffer.alloc(64).toString('base64')}`, true],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, false],
  ])('%s is a usable secret: %s', (secret, isUsable) => {
    expect(isUsableSecret(secret)).toBe(isUsable);
  });
});

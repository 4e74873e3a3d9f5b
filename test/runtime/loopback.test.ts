import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../lib/runtime/loopback.ts';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '[::1]', 'localhost', 'sqs.us-east-1.localhost'])(
    'takes %s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    '10.0.0.1',
    '169.254.169.254',
    'localhost.example',
    'example.com',
    '127.example.com',
    '2001:db8::1',
  ])('refuses %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

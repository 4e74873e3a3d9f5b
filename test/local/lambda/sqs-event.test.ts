import { describe, expect, it } from 'vitest';
import { succeededMessages } from '../../../local/lambda/event-source-mapping.ts';

const batch = [{ MessageId: 'a' }, { MessageId: 'b' }];
const succeeded = (answer: unknown) => succeededMessages(batch, answer).map(({ MessageId }) => MessageId);

describe('succeededMessages', () => {
  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['no list', { batchItemFailures: null }],
  ])('takes %s for success', (_, answer) => {
    expect(succeeded(answer)).toEqual(['a', 'b']);
  });

  it('leaves out the messages in batchItemFailures', () => {
    expect(succeeded({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['a']);
  });

  it.each([
    ['names a message that was not in the batch', { batchItemFailures: [{ itemIdentifier: 'stranger' }] }],
    ['names no message', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['names null', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['misspells a key', { batchItemFailures: [{ id: 'b' }] }],
    ['is no object', 'done'],
  ])('fails the whole batch for an answer that %s', (_, answer) => {
    expect(succeeded(answer)).toEqual([]);
  });
});

/** `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`, per SQS's API reference. */
const TEXT = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
/** Letters, digits and punctuation of ASCII, 1 to 128 of them. */
const FIFO_ID = /^[!-~]{1,128}$/;
/** Of the body and the attributes, since August 2025. */
const LARGEST_BYTES = 1024 * 1024;

/** What a sender says of a message, as far as SQS restricts it. */
export interface SentMessage {
  readonly MessageBody?: unknown;
  readonly MessageGroupId?: unknown;
  readonly MessageDeduplicationId?: unknown;
}

export interface SqsRefusal {
  readonly code: 'InvalidMessageContents' | 'InvalidParameterValue';
  readonly message: string;
}

export function isSqsText(text: string): boolean {
  return TEXT.test(text);
}

/** Why SQS does not take the message; null where it does. Parameters that are missing are for the engine to refuse. */
export function refusalOf(message: SentMessage): SqsRefusal | null {
  const { MessageBody: body } = message;
  if (typeof body === 'string' && !isSqsText(body)) {
    return { code: 'InvalidMessageContents', message: 'Invalid characters were found in the message body.' };
  }
  if (typeof body === 'string' && Buffer.byteLength(body) > LARGEST_BYTES) {
    return {
      code: 'InvalidParameterValue',
      message: `The message must be shorter than ${LARGEST_BYTES} bytes.`,
    };
  }
  const ids = ['MessageGroupId', 'MessageDeduplicationId'] as const;
  const wrong = ids.find((name) => message[name] !== undefined && !FIFO_ID.test(String(message[name])));
  if (wrong === undefined) return null;
  const what = `${wrong} can only include alphanumeric and punctuation characters, 1 to 128 of them.`;
  return { code: 'InvalidParameterValue', message: what };
}

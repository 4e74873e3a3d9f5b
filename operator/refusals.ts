/** What was asked for is not there. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** No bridge answers where one was asked for. The message says how to start or name one. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** It could be done, and is not: it needs a decision, or would do harm. The message says what to do instead. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** AWS was not even asked: it is not known where, or in whose name. The message says how to say so. */
export class AwsUnreachable extends Error {
  override readonly name = 'AwsUnreachable';
}

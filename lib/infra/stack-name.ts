import { ConfigurationError } from '../settings/define-config.ts';

const DEFAULT_NAME = 'dear-fulfillment-bridge';
const DEFAULT_STAGE = 'dev';

/** A function's name may have 64 characters and the longest ending is `-confirm-shipment`; the rest is room for new ones. */
const LONGEST = 40;
const WORD = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * The stack's name, which every physical name begins with, so that several DEAR accounts live side by side in one AWS account.
 * @throws {ConfigurationError} where AWS would refuse a name made from it, halfway through a deployment
 */
export function toStackName(name = DEFAULT_NAME, stage = DEFAULT_STAGE): string {
  for (const [key, value] of Object.entries({ name, stage })) {
    if (!WORD.test(value)) {
      throw new ConfigurationError(
        `-c ${key}='${value}' cannot be used: lower-case letters, digits and single dashes, beginning with a letter; for example: -c name=acme -c stage=prod`,
      );
    }
  }
  const stackName = `${name}-${stage}`;
  if (stackName.length > LONGEST) {
    throw new ConfigurationError(
      `the stack's name '${stackName}' has ${stackName.length} characters, at most ${LONGEST} fit; choose a shorter one: -c name=acme -c stage=prod`,
    );
  }
  return stackName;
}

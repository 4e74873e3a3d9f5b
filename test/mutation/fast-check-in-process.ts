/** Stands for `fast-check` in the tests that `InProcessRunner` imports: the same properties, with few examples and one seed. */
import * as all from 'fast-check';

/** The suite itself runs up to thousands. */
const MAX_EXAMPLES = 10;

all.default.configureGlobal({ seed: 1 });

export * from 'fast-check';
export const assert: typeof all.assert = (property, options) =>
  all.assert(property, {
    ...options,
    numRuns: Math.min(options?.numRuns ?? MAX_EXAMPLES, MAX_EXAMPLES),
  }) as never;
export default { ...all.default, assert };

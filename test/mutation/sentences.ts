/**
 * Leaves out the texts that only people read: string literals with three words in a row, such as messages of errors, reasons
 * and descriptions. A test that pins them would pin sentences. Expressions of DynamoDB (`=`, `#`) are no sentences.
 */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis?: ReadonlyArray<{ readonly value: { readonly raw: string } }>;
  readonly expressions?: readonly Node[];
}

const THREE_WORDS = /[A-Za-z’']+[,;:]? [A-Za-z’']+[,;:]? [A-Za-z’']+/;
const DATABASE = /[=#]|:[a-z]/;
/** In a template these stay in: what they decide is more than words. */
const PLAIN = new Set(['Identifier', 'MemberExpression', 'CallExpression', 'OptionalMemberExpression']);

function getText(node: Node): string | null {
  if (node.type === 'StringLiteral') return String(node.value);
  if (node.type !== 'TemplateLiteral') return null;
  if (!node.expressions?.every(({ type }) => PLAIN.has(type))) return null;
  return node.quasis?.map(({ value }) => value.raw).join('x') ?? null;
}

const sentences = {
  shouldIgnore({ node }: { readonly node: Node }): string | undefined {
    const text = getText(node);
    if (text === null || !THREE_WORDS.test(text) || DATABASE.test(text)) return;
    return 'A sentence for people';
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'sentences', value: sentences }];

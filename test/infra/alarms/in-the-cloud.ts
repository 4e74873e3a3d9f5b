import * as z from 'zod';

/** As long as such words get: the longest of AWS's regions that the bridge's engines run in, and any account. */
export const REGION = 'ap-northeast-1';
const WORDS: Readonly<Record<string, string>> = { 'AWS::Region': REGION, 'AWS::AccountId': '123456789012' };

const joined = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });
const reference = z.object({ Ref: z.string() });
const attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });

/** A text of the template as CloudFormation would fill it in; a resource stands as `<its logical id>`. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = joined.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(toText).join('');
  const ref = reference.safeParse(value);
  if (ref.success) return WORDS[ref.data.Ref] ?? `<${ref.data.Ref}>`;
  return `<${attribute.parse(value)['Fn::GetAtt'][0]}>`;
}

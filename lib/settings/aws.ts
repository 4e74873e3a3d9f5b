import * as z from 'zod';

/** As far as all services of the stack allow: most take more. */
const TAG_TEXT = /^[\p{L}\p{N} _.:/=+@-]*$/u;
/** Of a resource, for most services of the stack; CloudFormation's own do not count. */
const MAX_TAGS = 50;
const tagKey = z
  .string()
  .min(1)
  .max(128)
  .regex(TAG_TEXT)
  .regex(/^(?!aws:)/i);
const tagValue = z.string().max(256).regex(TAG_TEXT);

const keyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, { error: 'is not the ARN of a KMS key' })
  .meta({ title: 'the ARN of a KMS key' });

/** How the stack is deployed into an AWS account. */
export const awsSettings = z
  .strictObject({
    tags: z
      .record(tagKey, tagValue)
      .refine((tags) => Object.keys(tags).length <= MAX_TAGS, { error: `has more than ${MAX_TAGS}` })
      .default({})
      .describe('Tags of each resource, for the bill and for rules of your account.'),
    customerKey: z
      .union([z.boolean(), keyArn])
      .default(false)
      .describe(
        'Encrypts table, queues, secrets, bucket and logs with a KMS key of your account, which costs 1 USD a month and its use: `true` for one that the stack makes and that stays when the stack is deleted, or the ARN of yours, whose policy has to leave access to IAM and let CloudWatch Logs use it.',
      ),
    reservedForWebhooks: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .describe(
        'Concurrent Lambda executions that only webhooks may use, such as 10; 0: none. AWS refuses it where fewer than 100 would be left to the other functions of the account, and `bridge doctor` says whether yours has enough.',
      ),
    deployment: z
      .enum(['at-once', 'canary'])
      .default('at-once')
      .describe(
        '`canary`: a new version is started as a check, takes a tenth of the work for half an hour and then all of it; an alarm brings the old one back. `npx cdk deploy -c urgent=true` skips the half hour and the alarms.',
      ),
    tracing: z
      .enum(['off', 'on'])
      .default('off')
      .describe(
        '`on`: Lambda records in X-Ray when each function was started and for how long it ran. At a shop’s volume that is every run, 8 traces an order; the rate cannot be set.',
      ),
  })
  .prefault({});

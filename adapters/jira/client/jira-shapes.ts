import { z } from "zod";

/** What is read of Jira's answers; all else in them is left alone. Cloud v3 and Data Center v2. */

const userSchema = z.object({
  displayName: z.string().nullish(),
  emailAddress: z.string().nullish(),
  /** Cloud. */
  accountId: z.string().nullish(),
  /** Data Center. */
  name: z.string().nullish(),
});
export type JiraUser = z.output<typeof userSchema>;

const statusSchema = z.object({
  name: z.string(),
  statusCategory: z.object({ key: z.string() }).nullish(),
});
export type JiraStatus = z.output<typeof statusSchema>;

export const createdSchema = z.object({ id: z.string(), key: z.string() });
export const foundSchema = z.object({ issues: z.array(createdSchema) });

const moment = z
  .string()
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()), { error: "no moment" });

export const issueSchema = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.looseObject({
    status: statusSchema.optional(),
    assignee: userSchema.nullish(),
    resolution: z.object({ name: z.string() }).nullish(),
    labels: z.array(z.string()).nullish(),
    updated: moment.optional(),
    attachment: z.array(z.object({ filename: z.string(), size: z.number() })).nullish(),
  }),
  /** Display names of the fields by their ids. */
  names: z.record(z.string(), z.string()).optional(),
  changelog: z
    .object({
      histories: z
        .array(
          z.object({
            author: userSchema.nullish(),
            created: moment,
            items: z.array(z.object({ field: z.string() })),
            historyMetadata: z
              .object({ type: z.string().nullish(), description: z.string().nullish() })
              .nullish()
              .catch(null),
          }),
        )
        .catch([]),
    })
    .nullish(),
});
export type JiraIssue = z.output<typeof issueSchema>;

const commentSchema = z.object({
  id: z.string(),
  author: userSchema.nullish(),
  /** A document (Cloud) or wiki markup (Data Center). */
  body: z.unknown().optional(),
  created: moment,
  updated: moment.nullish(),
  visibility: z.unknown().optional(),
  jsdPublic: z.boolean().nullish(),
  properties: z.array(z.object({ key: z.string(), value: z.unknown().optional() })).nullish(),
});
export type JiraComment = z.output<typeof commentSchema>;
export const commentsSchema = z.object({ total: z.number().catch(0), comments: z.array(commentSchema) });

export const transitionsSchema = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      to: statusSchema,
      isAvailable: z.boolean().nullish(),
      fields: z
        .record(
          z.string(),
          z.object({
            required: z.boolean().catch(false),
            hasDefaultValue: z.boolean().nullish(),
            allowedValues: z.array(z.looseObject({ name: z.string().optional() })).nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});
export type JiraTransition = z.output<typeof transitionsSchema>["transitions"][number];

export const myselfSchema = userSchema;
export const permissionsSchema = z.object({
  permissions: z.record(z.string(), z.object({ havePermission: z.boolean() })),
});

import { z } from "zod";

/**
 * What this product writes of the Atlassian Document Format, as Atlassian describes each node
 * (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/): nothing unknown, nothing where it may not
 * stand.
 */
const link = z.strictObject({ type: z.literal("link"), attrs: z.strictObject({ href: z.url() }) });
const text = z.union([
  z.strictObject({
    type: z.literal("text"),
    text: z.string().min(1),
    marks: z
      .array(z.union([z.strictObject({ type: z.enum(["strong", "em", "strike"]) }), link]))
      .min(1)
      .optional(),
  }),
  z.strictObject({
    type: z.literal("text"),
    text: z.string().min(1),
    marks: z.array(z.union([z.strictObject({ type: z.literal("code") }), link])).min(1),
  }),
]);
const inline = z.union([text, z.strictObject({ type: z.literal("hardBreak") })]);
const paragraph = z.strictObject({ type: z.literal("paragraph"), content: z.array(inline) });
const heading = z.strictObject({
  type: z.literal("heading"),
  attrs: z.strictObject({ level: z.int().min(1).max(6) }),
  content: z.array(inline),
});
const code = z.strictObject({
  type: z.literal("codeBlock"),
  attrs: z.strictObject({ language: z.string() }).optional(),
  content: z.array(z.strictObject({ type: z.literal("text"), text: z.string().min(1) })).max(1),
});
const rule = z.strictObject({ type: z.literal("rule") });

const item = z.strictObject({
  type: z.literal("listItem"),
  get content() {
    return z.tuple([z.union([paragraph, code])], z.union([paragraph, code, list]));
  },
});
const list: z.ZodType = z.union([
  z.strictObject({
    type: z.literal("bulletList"),
    get content() {
      return z.array(item).min(1);
    },
  }),
  z.strictObject({
    type: z.literal("orderedList"),
    attrs: z.strictObject({ order: z.int().min(0) }),
    get content() {
      return z.array(item).min(1);
    },
  }),
]);
const quote = z.strictObject({
  type: z.literal("blockquote"),
  content: z.array(z.union([paragraph, list, code])).min(1),
});
const cell = (type: "tableHeader" | "tableCell"): z.ZodType =>
  z.strictObject({
    type: z.literal(type),
    content: z.array(z.union([paragraph, heading, list, code])).min(1),
  });
const table = z.strictObject({
  type: z.literal("table"),
  content: z
    .array(
      z.strictObject({
        type: z.literal("tableRow"),
        content: z.array(z.union([cell("tableHeader"), cell("tableCell")])).min(1),
      }),
    )
    .min(1),
});

export const documentShape = z.strictObject({
  type: z.literal("doc"),
  version: z.literal(1),
  content: z.array(z.union([paragraph, heading, code, rule, list, quote, table])),
});

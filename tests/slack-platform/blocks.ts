import { z } from "zod";
import {
  accessory,
  actionsElement,
  cardButton,
  contextAction,
  contextElement,
  imageElement,
  inputElement,
} from "./block-elements.ts";
import { anyText, blockId, imageSource, mrkdwn, plainText, url } from "./block-objects.ts";
import { richText } from "./rich-text.ts";

/** The blocks of Block Kit, closed. A block type that is not here is refused, as Slack refuses what it does not know. */
const id = { block_id: blockId };

const header = z.strictObject({ type: z.literal("header"), text: plainText(150), ...id });
const divider = z.strictObject({ type: z.literal("divider"), ...id });
const markdown = z.strictObject({ type: z.literal("markdown"), text: z.string().min(1).max(12_000), ...id });
const section = z
  .strictObject({
    type: z.literal("section"),
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
    ...id,
  })
  .refine((it) => it.text !== undefined || it.fields !== undefined, "needs text or fields");
const context = z.strictObject({
  type: z.literal("context"),
  elements: z.array(contextElement).min(1).max(10),
  ...id,
});
const contextActions = z.strictObject({
  type: z.literal("context_actions"),
  elements: z.array(contextAction).min(1).max(5),
  ...id,
});
const actions = z.strictObject({
  type: z.literal("actions"),
  elements: z.array(actionsElement).min(1).max(25),
  ...id,
});
const input = z.strictObject({
  type: z.literal("input"),
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  ...id,
});
const image = z
  .strictObject({
    type: z.literal("image"),
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
    ...imageSource,
    ...id,
  })
  .refine((it) => (it.image_url === undefined) !== (it.slack_file === undefined), "needs one source");

const cell = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: z.string().min(1) }),
  richText,
]);
const table = z.strictObject({
  type: z.literal("table"),
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z
        .strictObject({
          align: z.enum(["left", "center", "right"]).optional(),
          is_wrapped: z.boolean().optional(),
        })
        .nullable(),
    )
    .max(20)
    .optional(),
  ...id,
});

const alert = z.strictObject({
  type: z.literal("alert"),
  text: anyText(3000),
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
  ...id,
});
const card = z.strictObject({
  type: z.literal("card"),
  hero_image: imageElement.optional(),
  icon: imageElement.optional(),
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  actions: z.array(cardButton).max(5).optional(),
  ...id,
});
const taskCard = z.strictObject({
  type: z.literal("task_card"),
  task_id: z.string().min(1),
  title: z.string().min(1),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(z.strictObject({ type: z.literal("url"), url, text: z.string() })).optional(),
  status: z.enum(["pending", "in_progress", "complete", "error"]),
  ...id,
});
const plan = z.strictObject({
  type: z.literal("plan"),
  title: z.string().min(1),
  tasks: z.array(taskCard).optional(),
  ...id,
});

const everywhere = [header, divider, section, context, actions, image, richText, input] as const;

/** Of a message. */
export const messageBlock = z.discriminatedUnion("type", [
  ...everywhere,
  markdown,
  contextActions,
  table,
  alert,
  card,
  taskCard,
  plan,
]);
/** Of a modal or a home tab, which take no markdown, table, context_actions or cards. */
export const viewBlock = z.discriminatedUnion("type", everywhere);

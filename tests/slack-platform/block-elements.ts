import { z } from "zod";
import {
  actionId,
  anyOption,
  anyText,
  confirm,
  imageSource,
  plainOption,
  plainText,
  url,
} from "./block-objects.ts";
import { richText } from "./rich-text.ts";

/** The elements of Block Kit, closed; which block may hold which is in blocks.ts. */
const acts = { action_id: actionId };
const confirms = { confirm: confirm.optional() };
const focuses = { focus_on_load: z.boolean().optional() };
const shows = { placeholder: plainText(150).optional() };
const dispatches = {
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(["on_enter_pressed", "on_character_entered"]))
        .min(1)
        .optional(),
    })
    .optional(),
};
const many = { max_selected_items: z.int().min(1).optional() };
const style = z.enum(["primary", "danger"]).optional();
const label = z.string().max(75).optional();

const button = z.strictObject({
  type: z.literal("button"),
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: url.optional(),
  style,
  accessibility_label: label,
  ...acts,
  ...confirms,
});

const feedbackButton = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(2000),
  accessibility_label: label,
});
const feedbackButtons = z.strictObject({
  type: z.literal("feedback_buttons"),
  positive_button: feedbackButton,
  negative_button: feedbackButton,
  ...acts,
});
const iconButton = z.strictObject({
  type: z.literal("icon_button"),
  // The only icon that Slack documents.
  icon: z.literal("trash"),
  text: plainText(75),
  value: z.string().max(2000).optional(),
  accessibility_label: label,
  visible_to_user_ids: z.array(z.string()).optional(),
  ...acts,
  ...confirms,
});

const image = z
  .strictObject({ type: z.literal("image"), alt_text: z.string().min(1).max(2000), ...imageSource })
  .refine((it) => (it.image_url === undefined) !== (it.slack_file === undefined), "needs one source");

const optionGroups = z
  .array(z.strictObject({ label: plainText(75), options: z.array(plainOption).min(1).max(100) }))
  .min(1)
  .max(100);
const staticOptions = {
  options: z.array(plainOption).min(1).max(100).optional(),
  option_groups: optionGroups.optional(),
};
const oneSource = (it: { options?: unknown; option_groups?: unknown }) =>
  (it.options === undefined) !== (it.option_groups === undefined);

const staticSelect = z
  .strictObject({
    type: z.literal("static_select"),
    initial_option: plainOption.optional(),
    ...staticOptions,
    ...acts,
    ...confirms,
    ...focuses,
    ...shows,
  })
  .refine(oneSource, "needs options or option_groups");
const multiStaticSelect = z
  .strictObject({
    type: z.literal("multi_static_select"),
    initial_options: z.array(plainOption).min(1).optional(),
    ...staticOptions,
    ...acts,
    ...confirms,
    ...focuses,
    ...shows,
    ...many,
  })
  .refine(oneSource, "needs options or option_groups");

const menu = { ...acts, ...confirms, ...focuses, ...shows };
const usersSelect = z.strictObject({
  type: z.literal("users_select"),
  initial_user: z.string().optional(),
  ...menu,
});
const multiUsersSelect = z.strictObject({
  type: z.literal("multi_users_select"),
  initial_users: z.array(z.string()).optional(),
  ...menu,
  ...many,
});
const externalSelect = z.strictObject({
  type: z.literal("external_select"),
  initial_option: plainOption.optional(),
  min_query_length: z.int().min(0).optional(),
  ...menu,
});
const filter = z
  .strictObject({
    include: z
      .array(z.enum(["im", "mpim", "private", "public"]))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional();
const conversationsSelect = z.strictObject({
  type: z.literal("conversations_select"),
  initial_conversation: z.string().optional(),
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
  filter,
  ...menu,
});
const channelsSelect = z.strictObject({
  type: z.literal("channels_select"),
  initial_channel: z.string().optional(),
  response_url_enabled: z.boolean().optional(),
  ...menu,
});

const choices = { options: z.array(anyOption).min(1).max(10), ...acts, ...confirms, ...focuses };
const checkboxes = z.strictObject({
  type: z.literal("checkboxes"),
  initial_options: z.array(anyOption).min(1).optional(),
  ...choices,
});
const radioButtons = z.strictObject({
  type: z.literal("radio_buttons"),
  initial_option: anyOption.optional(),
  ...choices,
});
const overflow = z.strictObject({
  type: z.literal("overflow"),
  options: z.array(plainOption).min(1).max(5),
  ...acts,
  ...confirms,
});
const datepicker = z.strictObject({
  type: z.literal("datepicker"),
  initial_date: z.iso.date().optional(),
  ...menu,
});

const plainTextInput = z.strictObject({
  type: z.literal("plain_text_input"),
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  ...acts,
  ...dispatches,
  ...focuses,
  ...shows,
});
const numberInput = z.strictObject({
  type: z.literal("number_input"),
  is_decimal_allowed: z.boolean(),
  initial_value: z.string().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
  ...acts,
  ...dispatches,
  ...focuses,
  ...shows,
});
const lineInput = <Name extends string>(type: Name) =>
  z.strictObject({
    type: z.literal(type),
    initial_value: z.string().optional(),
    ...acts,
    ...dispatches,
    ...focuses,
    ...shows,
  });
const richTextInput = z.strictObject({
  type: z.literal("rich_text_input"),
  initial_value: richText.optional(),
  ...acts,
  ...dispatches,
  ...focuses,
  ...shows,
});

const selects = [
  staticSelect,
  multiStaticSelect,
  usersSelect,
  multiUsersSelect,
  externalSelect,
  conversationsSelect,
  channelsSelect,
  checkboxes,
  radioButtons,
  datepicker,
] as const;

export const actionsElement = z.discriminatedUnion("type", [button, overflow, ...selects]);
export const accessory = z.discriminatedUnion("type", [button, overflow, image, ...selects]);
export const inputElement = z.discriminatedUnion("type", [
  plainTextInput,
  numberInput,
  lineInput("email_text_input"),
  lineInput("url_text_input"),
  richTextInput,
  ...selects,
]);
export const contextElement = z.union([image, anyText(3000)]);
export const contextAction = z.discriminatedUnion("type", [feedbackButtons, iconButton]);
export const cardButton = button;
export const imageElement = image;

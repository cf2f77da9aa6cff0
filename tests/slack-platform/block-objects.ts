import { z } from "zod";

/**
 * The composition objects of Block Kit, closed, with the limits of docs.slack.dev/reference/block-kit and of the
 * comments in @slack/types.
 */
const plainText = (max: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });

const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });

const anyText = (max: number) => z.discriminatedUnion("type", [plainText(max), mrkdwn(max)]);

const blockId = z.string().min(1).max(255).optional();
const actionId = z.string().min(1).max(255).optional();
const url = z.url().max(3000);

const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(["primary", "danger"]).optional(),
});

const optionRest = {
  value: z.string().min(1).max(150),
  description: anyText(75).optional(),
  url: url.optional(),
};
const plainOption = z.strictObject({ text: plainText(75), ...optionRest });
const anyOption = z.strictObject({ text: anyText(75), ...optionRest });

/** A file of Slack's own or an address, never both. */
const imageSource = {
  image_url: url.optional(),
  slack_file: z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]).optional(),
};

export { actionId, anyOption, anyText, blockId, confirm, imageSource, mrkdwn, plainOption, plainText, url };

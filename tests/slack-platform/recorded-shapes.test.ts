import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { quietClient } from "./quiet-client.ts";
import type { Channel, Installation, Person, SlackPlatform, Workspace } from "./slack-platform.ts";
import { startSlackPlatform } from "./start-slack-platform.ts";

const folder = join(resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"), "wire/slack/recorded");
const present = existsSync(folder);
if (!present)
  console.log(
    `Slack's recorded payloads are absent (${folder}): the local Slack is not held to them. Set EXPERT_CORPORA.`,
  );

type Json = Record<string, unknown>;
const recorded = (file: string, name: string): Json =>
  (JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, Json>)[name]!;

/** The paths of all keys; those of a list are those of its first item. */
function paths(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : paths(value[0], `${at}[]`);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${at}.${key}`, ...paths(inner, `${at}.${key}`)]);
}
const missing = (theirs: Json, ours: Json, except: readonly string[] = []): string[] => {
  const known = new Set(paths(ours));
  return paths(theirs).filter((path) => !known.has(path) && !except.some((start) => path.startsWith(start)));
};

(present ? describe : describe.skip)("what the local Slack sends has every key of what Slack sent", () => {
  let platform: SlackPlatform;
  let acme: Workspace;
  let ann: Person;
  let bot: Installation;
  let general: Channel;

  beforeAll(async () => {
    platform = await startSlackPlatform({ rateLimits: "off" });
    const organisation = platform.organisation({ name: "Umbrella" });
    acme = platform.workspace({ name: "Acme", organisation });
    ann = acme.person({ name: "Ann Lee" });
    bot = acme.install();
    general = acme.channel({ name: "general", members: [ann, bot] });
  });
  afterAll(() => platform.close());

  const postButton = async (thread_ts: string) => {
    await quietClient(platform, bot.botToken).chat.postMessage({
      channel: general.id,
      thread_ts,
      text: "choose",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "Choose", emoji: true } },
        {
          type: "actions",
          elements: [
            { type: "button", action_id: "go", text: { type: "plain_text", text: "Go", emoji: true } },
          ],
        },
      ],
    });
    return general.messages().at(-1)!;
  };

  it("for mentions, messages and their replies", async () => {
    const asked = await ann.mention(general, "Hello <#C0123456789>");
    const [mention, message] = asked.deliveries.map(({ body }) => body);
    expect(missing(recorded("modals/slack.json", "mention"), mention!)).toEqual([]);
    expect(missing(recorded("slack-multi-workspace/team1.json", "mention"), mention!)).toEqual([]);
    expect(missing(recorded("channel-mention/slack.json", "mention"), message!)).toEqual([]);
    const reply = await ann.message(general, "and more", { threadTs: asked.ts });
    expect(missing(recorded("dm/slack.json", "dmRequest"), reply.deliveries[0]!.body)).toEqual([]);
    const dm = await ann.dm("Hey!");
    expect(missing(recorded("dm/slack.json", "dmMessage"), dm.deliveries[0]!.body)).toEqual([]);
  });

  it("for members who join", async () => {
    const joined = await general.join(bot, ann);
    expect(
      missing(recorded("member-joined-channel/slack.json", "memberJoinedChannel"), joined[0]!.body),
    ).toEqual([]);
  });

  it("for buttons, commands and modals", async () => {
    const asked = await ann.message(general, "a question");
    const message = await postButton(asked.ts);
    const click = await ann.click(message, "go");
    expect(missing(recorded("modals/slack.json", "action"), click.body)).toEqual([]);
    expect(missing(recorded("actions-reactions/slack.json", "action"), click.body)).toEqual([]);
    const command = await ann.slash("/expert", "help", general);
    expect(missing(recorded("slash-commands/slack.json", "slashCommandWithArgs"), command.body)).toEqual([]);
    expect(Object.values(command.body).every((value) => typeof value === "string")).toBe(true);

    await quietClient(platform, bot.botToken).views.open({
      trigger_id: String(click.body["trigger_id"]),
      view: {
        type: "modal",
        callback_id: "feedback_form",
        notify_on_close: true,
        title: { type: "plain_text", text: "Send", emoji: true },
        close: { type: "plain_text", text: "Cancel", emoji: true },
        submit: { type: "plain_text", text: "Send", emoji: true },
        blocks: [
          {
            type: "input",
            block_id: "message",
            optional: false,
            dispatch_action: false,
            label: { type: "plain_text", text: "Message", emoji: true },
            element: {
              type: "plain_text_input",
              action_id: "message",
              multiline: true,
              placeholder: { type: "plain_text", text: "Tell us", emoji: true },
            },
          },
        ],
      },
    });
    const { delivery } = await ann.submit(ann.modals()[0]!, { message: "Hello!" });
    const otherInputs = [".view.state.values.category", ".view.state.values.email"];
    expect(missing(recorded("modals/slack.json", "viewSubmission"), delivery.body, otherInputs)).toEqual([]);
  });
});

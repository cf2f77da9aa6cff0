import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { WebClient } from "@slack/web-api";
import { quietClient } from "./quiet-client.ts";
import type { Channel, Installation, Person, SlackPlatform } from "./slack-platform.ts";
import { startSlackPlatform } from "./start-slack-platform.ts";

let platform: SlackPlatform;
let ann: Person;
let bot: Installation;
let general: Channel;
let client: WebClient;

beforeAll(async () => {
  platform = await startSlackPlatform({ rateLimits: "off" });
  const acme = platform.workspace({ name: "Acme" });
  ann = acme.person({ name: "Ann Lee" });
  bot = acme.install();
  general = acme.channel({ name: "general", members: [ann, bot] });
  client = quietClient(platform, bot.botToken);
});
afterAll(() => platform.close());

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const section = (text: string) => ({ type: "section", text: mrkdwn(text) });
const button = (id: string, more: object = {}) => ({
  type: "button",
  action_id: id,
  text: plain("Go"),
  ...more,
});
const actions = (...elements: object[]) => ({ type: "actions", elements });
const a = (length: number) => "a".repeat(length);
const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, i) => make(i));
const cell = (text: string) => ({ type: "raw_text", text });
const feedback = {
  type: "context_actions",
  elements: [
    {
      type: "feedback_buttons",
      action_id: "feedback",
      positive_button: { text: plain("Good"), value: "up" },
      negative_button: { text: plain("Bad"), value: "down" },
    },
    { type: "icon_button", action_id: "remove", icon: "trash", text: plain("Remove") },
  ],
};

const post = async (blocks: unknown[]): Promise<string> => {
  try {
    await client.apiCall("chat.postMessage", { channel: general.id, text: "x", blocks });
    return "ok";
  } catch (thrown) {
    return (thrown as { data: { error: string } }).data.error;
  }
};

it.each<[what: string, blocks: unknown[]]>([
  [
    "every kind at its limit",
    [{ type: "header", text: plain(a(150)) }, section(a(3000)), { type: "divider" }, feedback],
  ],
  ["25 buttons", [actions(...times(25, (index) => button(`b${index}`)))]],
  ["10 fields of 1,000", [{ type: "section", fields: times(10, () => mrkdwn(a(1000))) }]],
  ["50 blocks", times(50, () => ({ type: "divider" }))],
  ["12,000 of markdown", [{ type: "markdown", text: a(12_000) }]],
  ["a table of 100 rows of 20", [{ type: "table", rows: times(100, () => times(20, () => cell("1"))) }]],
])("takes %s", async (_, blocks) => {
  expect(await post(blocks)).toBe("ok");
});

it.each<[what: string, blocks: unknown[], error?: string]>([
  ["51 blocks", times(51, () => ({ type: "divider" }))],
  ["an unknown block", [{ type: "banner" }]],
  ["an unknown property", [{ ...section("x"), colour: "red" }]],
  ["a section of 3,001", [section(a(3001))]],
  ["a section of nothing", [{ type: "section" }]],
  ["11 fields", [{ type: "section", fields: times(11, () => mrkdwn("x")) }]],
  ["a field of 2,001", [{ type: "section", fields: [mrkdwn(a(2001))] }]],
  ["a header of 151", [{ type: "header", text: plain(a(151)) }]],
  ["a header in mrkdwn", [{ type: "header", text: mrkdwn("x") }]],
  ["26 buttons", [actions(...times(26, (index) => button(`b${index}`)))]],
  ["no buttons", [actions()]],
  ["11 context elements", [{ type: "context", elements: times(11, () => mrkdwn("x")) }]],
  ["button text of 76", [actions({ ...button("b"), text: plain(a(76)) })]],
  ["a value of 2,001", [actions(button("b", { value: a(2001) }))]],
  ["an action_id of 256", [actions(button(a(256)))]],
  ["an action_id twice in a block", [actions(button("b"), button("b"))]],
  ["a block_id of 256", [{ ...section("x"), block_id: a(256) }]],
  ["a block_id twice", times(2, () => ({ ...section("x"), block_id: "same" }))],
  [
    "101 options",
    [
      actions({
        type: "static_select",
        action_id: "s",
        options: times(101, (i) => ({ text: plain("x"), value: `${i}` })),
      }),
    ],
  ],
  [
    "6 overflow options",
    [
      actions({
        type: "overflow",
        action_id: "o",
        options: times(6, (i) => ({ text: plain("x"), value: `${i}` })),
      }),
    ],
  ],
  ["12,001 of markdown", [{ type: "markdown", text: a(12_001) }]],
  ["12,001 of markdown in two", times(2, () => ({ type: "markdown", text: a(6001) }))],
  ["101 rows", [{ type: "table", rows: times(101, () => [cell("x")]) }]],
  ["21 cells", [{ type: "table", rows: [times(21, () => cell("x"))] }]],
  ["two tables", times(2, () => ({ type: "table", rows: [[cell("x")]] }))],
  [
    "feedback without values",
    [
      {
        type: "context_actions",
        elements: [
          {
            type: "feedback_buttons",
            action_id: "f",
            positive_button: { text: plain("x") },
            negative_button: { text: plain("y") },
          },
        ],
      },
    ],
  ],
  ["a button in context_actions", [{ type: "context_actions", elements: [button("b")] }]],
  ["over 13,200 characters", times(5, () => section(a(2700))), "msg_blocks_too_long"],
])("refuses %s", async (_, blocks, error = "invalid_blocks") => {
  const before = platform.violations.length;
  expect(await post(blocks)).toBe(error);
  expect(platform.violations.slice(before).map((violation) => violation.error)).toEqual([error]);
});

it("refuses text of 40,001 characters and markdown beside text", async () => {
  const failed = (given: Record<string, unknown>) =>
    client.apiCall("chat.postMessage", { channel: general.id, ...given }).catch((thrown: unknown) => thrown);
  expect(await failed({ text: a(40_001) })).toMatchObject({ data: { error: "msg_too_long" } });
  expect(await failed({ text: "x", markdown_text: "y" })).toMatchObject({
    data: { error: "markdown_text_conflict" },
  });
});

it.each<[what: string, view: Record<string, unknown>]>([
  ["a title of 25", { title: plain(a(25)), blocks: [] }],
  ["a submit of 25", { title: plain("x"), submit: plain(a(25)), blocks: [] }],
  ["a close of 25", { title: plain("x"), close: plain(a(25)), blocks: [] }],
  ["private_metadata of 3,001", { title: plain("x"), private_metadata: a(3001), blocks: [] }],
  ["101 blocks", { title: plain("x"), blocks: times(101, () => ({ type: "divider" })) }],
  ["markdown", { title: plain("x"), blocks: [{ type: "markdown", text: "x" }] }],
  ["feedback buttons", { title: plain("x"), blocks: [feedback] }],
  [
    "inputs without submit",
    {
      title: plain("x"),
      blocks: [{ type: "input", label: plain("x"), element: { type: "plain_text_input" } }],
    },
  ],
  ["an unknown property", { title: plain("x"), blocks: [], size: "large" }],
])("refuses a modal with %s", async (_, view) => {
  const opened = client.apiCall("views.open", { trigger_id: "any", view: { type: "modal", ...view } });
  await expect(opened).rejects.toMatchObject({ data: { error: "invalid_arguments" } });
});

it("refuses a home tab of 101 blocks, and one for nobody", async () => {
  const publish = (user: string, count: number) =>
    client.views.publish({
      user_id: user,
      view: { type: "home", blocks: times(count, () => ({ type: "divider" })) },
    });
  await expect(publish(ann.id, 101)).rejects.toMatchObject({ data: { error: "invalid_arguments" } });
  await expect(publish("U0", 1)).rejects.toMatchObject({ data: { error: "user_not_found" } });
  await publish(ann.id, 100);
  expect(ann.home()?.blocks).toHaveLength(100);
});

import { describe, expect, it } from "@jest/globals";
import { parseActivity } from "./parse-activity.ts";

const botId = "28:bot";
const msTenantId = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
const bot = { id: botId, name: "Expert" };
const base = {
  id: "10",
  channelId: "msteams",
  serviceUrl: "https://smba.trafficmanager.net/amer/",
  from: { id: "29:1", name: "Ada", aadObjectId: "AAD-1" },
  recipient: bot,
  conversation: { id: "a:1", conversationType: "personal", tenantId: msTenantId },
};
const channel = { id: "19:c@thread.tacv2;messageid=1", conversationType: "channel", tenantId: msTenantId };
const group = { id: "19:g@thread.v2", conversationType: "groupChat", isGroup: true, tenantId: msTenantId };
const message = (more: object = {}) => ({ ...base, type: "message", text: "hi", ...more });
const invoke = (name: string, value: unknown, more: object = {}) => ({
  ...base,
  type: "invoke",
  id: "f:1",
  replyToId: "9",
  name,
  value,
  ...more,
});
const mention = (text = "<at>Expert</at>") => ({ type: "mention", mentioned: bot, text });

function read(body: object): {
  readonly parsed: ReturnType<typeof parseActivity>;
  readonly faults: string[];
} {
  const faults: string[] = [];
  return { parsed: parseActivity(body, (fault) => faults.push(fault)), faults };
}

/** What it is read as, where nothing is wrong with it. */
function understood(body: object): unknown {
  const { parsed, faults } = read(body);
  expect(faults).toEqual([]);
  return parsed;
}

describe("a message", () => {
  it.each([
    ["with the bot's name", "<at>Expert</at> hi", [mention()], "hi"],
    ["with it twice", "<at>Expert</at> hi <at>Expert</at>", [mention(), mention()], "hi"],
    [
      "with other people's names",
      "<at>Expert</at> ask <at>Bo Li</at> too",
      [mention(), { type: "mention", mentioned: { id: "29:2", name: "Bo Li" }, text: "<at>Bo Li</at>" }],
      "ask Bo Li too",
    ],
    [
      "with lines and blanks",
      "<at>Expert</at>&nbsp;".replace("&nbsp;", "\u00a0") + " a \n\n b",
      [mention()],
      "a\n\nb",
    ],
    [
      "with marks that are not explained",
      '<at id="0">Expert</at> hi',
      [mention("<at>other</at>")],
      "Expert hi",
    ],
    ["with what it cannot know", "<at>Expert</at> hi", [mention(), { type: "mention" }, 7, null], "hi"],
    ["with nothing else", "<at>Expert</at>", [mention()], ""],
  ])("%s is its words", (_what, text, entities, words) => {
    expect(understood(message({ text, entities, conversation: group }))).toMatchObject({
      eventId: "mention-19:g@thread.v2-10",
      event: { message: { text: words }, addressed: true },
    });
  });

  it.each([
    ["in a group chat that does not name the bot", { conversation: group }],
    ["that begins a thread and does not name the bot", { conversation: channel, id: "1" }],
    ["of the bot", { from: bot }],
    ["of another bot", { from: { id: "28:other" } }],
    ["that was edited in a personal chat", { type: "messageUpdate" }],
    ["that was edited without naming the bot", { type: "messageUpdate", conversation: channel }],
    ["that is said to somebody else", { conversation: channel, text: "<at>Bo Li</at> can you help?" }],
    [
      "that is said to somebody else in another way",
      {
        conversation: channel,
        text: "Bo Li, can you help?",
        entities: [{ type: "mention", mentioned: { id: "29:2", name: "Bo Li" }, text: "Bo Li" }],
      },
    ],
  ])("%s is left", (_what, more) => {
    expect(understood(message(more))).toBeNull();
  });

  it("that was edited is what it was before where it named the bot, and a new one where it did not", () => {
    const named = { conversation: channel, text: "<at>Expert</at> hi", entities: [mention()] };
    const before = understood(message(named)) as { eventId: string };
    expect(understood(message({ ...named, type: "messageUpdate" }))).toMatchObject({
      eventId: before.eventId,
    });
    const unnamed = understood(message({ conversation: channel })) as { eventId: string };
    expect(unnamed.eventId).not.toBe(before.eventId);
  });

  it("brings files and pictures", () => {
    const downloadUrl = "https://acme.sharepoint.com/download?tempauth=x";
    const download = { contentType: "application/vnd.microsoft.teams.file.download.info" };
    const attachments = [
      { ...download, name: "Leave.pdf", content: { downloadUrl, uniqueId: "u", fileType: "pdf" } },
      { ...download, name: "notes", content: { downloadUrl, fileType: "txt" } },
      { ...download, name: "x.txt", content: { downloadUrl: "http://evil.example/" } },
      { contentType: "image/*", contentUrl: "https://smba.trafficmanager.net/v3/attachments/1" },
      { contentType: "image/png", contentUrl: "data:image/png;base64,AA", name: "a.png" },
      { contentType: "reference", contentUrl: "https://acme.sharepoint.com/f", name: "plan.docx" },
      { contentType: "text/html", content: "<p>hi</p>" },
      { contentType: "application/vnd.microsoft.card.adaptive", content: {} },
    ];
    expect(understood(message({ attachments }))).toMatchObject({
      event: {
        message: {
          files: [
            { name: "Leave.pdf", mediaType: null, access: "link", url: downloadUrl },
            { name: "notes.txt", access: "link" },
            { name: "x.txt", access: "none", url: null },
            { name: "image", mediaType: null, access: "bot" },
            { name: "a.png", mediaType: "image/png", access: "none" },
            { name: "plan.docx", access: "none" },
          ],
        },
      },
    });
  });

  it("has its words from its HTML where it has no other, and where it names nobody else", () => {
    const html = {
      contentType: "text/html",
      content: "<p>Is a &lt; b\u0000?</p><table><tr><td>1</td></tr></table>",
    };
    expect(understood(message({ text: "", attachments: [html] }))).toMatchObject({
      event: { message: { text: "Is a < b?\n1" } },
    });
    expect(understood(message({ text: "hi", attachments: [html] }))).toMatchObject({
      event: { message: { text: "hi" } },
    });
    const named = message({ text: "<at>Expert</at>", entities: [mention()], attachments: [html] });
    expect(understood(named)).toMatchObject({ event: { message: { text: "" } } });
  });

  it("knows where it stands by its conversation where it does not say", () => {
    const kindOf = (conversation: object): unknown =>
      understood(message({ conversation: { ...conversation, tenantId: msTenantId }, entities: [mention()] }));
    expect(kindOf({ id: "x" })).toMatchObject({ event: { conversationType: "personal" } });
    expect(kindOf({ id: "x", isGroup: true })).toMatchObject({ event: { conversationType: "groupChat" } });
    expect(kindOf({ id: "x;messageid=1" })).toMatchObject({
      event: { conversationType: "channel", channelId: "x" },
    });
  });

  it("keeps what the database could not store out", () => {
    expect(understood(message({ text: "a\u0000b\ud800" }))).toMatchObject({
      event: { message: { text: "ab\ufffd" } },
    });
  });

  it.each<[string, object, string]>([
    ["no Microsoft tenant", { conversation: { id: "a:1" } }, "tenantId"],
    ["two Microsoft tenants", { channelData: { tenant: { id: "another" } } }, "tenantId"],
    ["no sender", { from: undefined }, "from"],
    ["no id", { id: undefined }, "id"],
    ["attachments of another form", { attachments: 7 }, "attachments"],
  ])("with %s is not understood, and its words are not told", (_what, more, field) => {
    const { parsed, faults } = read(message({ text: "salaries", ...more }));
    expect(parsed).toBeNull();
    expect(faults.join()).toContain(field);
    expect(faults.join()).not.toContain("salaries");
  });
});

describe("an invoke", () => {
  it("of a card's button is an action, in both of its forms", () => {
    const data = { verb: "ask_human", turn: "t", days: 3, sure: true, msteams: { x: 1 }, list: [1] };
    const values = { turn: "t", days: "3", sure: "true" };
    const told = { kind: "card_action", verb: "ask_human", values, messageId: "9" };
    expect(
      understood(invoke("adaptiveCard/action", { action: { verb: "ask_human", data }, trigger: "manual" })),
    ).toMatchObject({
      kind: "event",
      invoke: true,
      eventId: "invoke-a:1-f:1",
      event: { ...told, by: "execute" },
    });
    expect(understood(message({ text: "", value: data, replyToId: "9" }))).toMatchObject({
      invoke: false,
      eventId: "submit-a:1-10",
      event: { ...told, by: "submit" },
    });
  });

  it("of a card that renews itself is read at once", () => {
    const value = { action: { verb: "state", data: { id: "h" } }, trigger: "automatic" };
    expect(understood(invoke("adaptiveCard/action", value))).toMatchObject({
      kind: "inquiry",
      inquiry: { kind: "refresh_card", verb: "state", values: { id: "h" }, messageId: "9" },
    });
  });

  it.each([
    ['{"reason":"too old"}', { reason: "too old" }],
    [{ reason: "too old" }, { reason: "too old" }],
    ["{", {}],
    [undefined, {}],
  ])("of the feedback form with %j is feedback", (feedback, values) => {
    const value = { actionName: "feedback", actionValue: { reaction: "dislike", feedback } };
    expect(understood(invoke("message/submitAction", value))).toMatchObject({
      kind: "event",
      event: { kind: "feedback", reaction: "dislike", values, messageId: "9" },
    });
  });

  it("of the feedback buttons asks for their form", () => {
    const feedback = { actionName: "feedback", actionValue: { reaction: "like" } };
    const asked = { kind: "inquiry", inquiry: { kind: "open_feedback", reaction: "like", messageId: "9" } };
    expect(understood(invoke("message/fetchTask", { data: feedback }))).toMatchObject(asked);
    expect(understood(invoke("message/fetchTask", feedback))).toMatchObject(asked);
  });

  it.each([
    [[{ name: "query", value: " leave " }], { skip: 25, count: 10 }, { query: "leave", skip: 25, count: 10 }],
    [[{ name: "initialRun", value: "true" }], undefined, { query: "", skip: 0, count: 25 }],
    [undefined, {}, { query: "", skip: 0, count: 25 }],
  ])("of the search with %j searches", (parameters, queryOptions, asked) => {
    const value = { commandId: "search", parameters, queryOptions };
    expect(understood(invoke("composeExtension/query", value))).toMatchObject({
      inquiry: { kind: "search", commandId: "search", ...asked },
    });
  });

  it("of the action command opens a form about a message, and sends it", () => {
    const messagePayload = {
      id: "77",
      body: {
        contentType: "html",
        content: "<p>Is <b>this</b> right?</p><ul><li>a&amp;b</li><li>c</li></ul>",
      },
      from: { user: { id: "AAD-2", displayName: "Bo" } },
    };
    const about = { id: "77", text: "Is this right?\na&b\nc", fromAadId: "aad-2", conversationId: "a:1" };
    const value = { commandId: "ask", messagePayload };
    expect(understood(invoke("composeExtension/fetchTask", value))).toMatchObject({
      inquiry: { kind: "open_message_action", commandId: "ask", about },
    });
    const sent = invoke("composeExtension/submitAction", { ...value, data: { question: "why?" } });
    expect(understood(sent)).toMatchObject({
      kind: "event",
      event: { kind: "message_action", values: { question: "why?" }, about },
    });
  });

  it("that is not offered is told apart from one that is not understood", () => {
    expect(understood(invoke("fileConsent/invoke", {}))).toEqual({ kind: "unknown_invoke" });
    const { parsed, faults } = read(invoke("adaptiveCard/action", {}));
    expect([parsed, faults.join()]).toEqual([null, expect.stringContaining("action")]);
  });
});

describe("a notice", () => {
  const installation = (action: string) => ({ ...base, type: "installationUpdate", action });
  const update = (more: object) => ({ ...base, type: "conversationUpdate", ...more });
  it.each<[string, object, object | null]>([
    [
      "that the app was added",
      installation("add"),
      { kind: "installed", told: "installation", upgrade: false },
    ],
    ["that it was brought up to date", installation("add-upgrade"), { kind: "installed", upgrade: true }],
    ["that it was taken out", installation("remove"), { kind: "removed", told: "installation" }],
    ["that its old version went", installation("remove-upgrade"), null],
    [
      "that the bot came",
      update({ membersAdded: [{ id: "29:1" }, bot] }),
      { kind: "installed", told: "members" },
    ],
    ["that the bot went", update({ membersRemoved: [bot] }), { kind: "removed", told: "members" }],
    ["that people came", update({ membersAdded: [{ id: "29:2" }] }), { kind: "members_changed" }],
    ["that people went", update({ membersRemoved: [{ id: "29:2" }] }), { kind: "members_changed" }],
    [
      "that a channel was renamed",
      update({ channelData: { eventType: "channelRenamed" }, conversation: channel }),
      { kind: "place_changed", eventType: "channelRenamed", conversationType: "channel" },
    ],
    ["of a new topic", update({ topicName: "x" }), null],
    ["that somebody types", { ...base, type: "typing" }, null],
    ["of a reaction", { ...base, type: "messageReaction" }, null],
    ["of nothing known", { type: 7 }, null],
  ])("%s", (_what, body, event) => {
    const parsed = understood(body);
    if (event === null) expect(parsed).toBeNull();
    else
      expect(parsed).toMatchObject({
        kind: "event",
        eventId: expect.stringMatching(/^notice-.*-10$/),
        event,
      });
  });
});

import { describe, expect, it } from "@jest/globals";
import type { ParsedSlackEvent } from "../slack-event.ts";
import { parseSlackBody } from "./parse-body.ts";

type Fields = Record<string, unknown>;

const authorization = { team_id: "T1", enterprise_id: null, user_id: "UBOT", is_enterprise_install: false };
const envelope = (event: Fields, change: Fields = {}): Fields => ({
  type: "event_callback",
  event_id: "Ev1",
  team_id: "T1",
  authorizations: [authorization],
  event,
  ...change,
});
const said = (change: Fields = {}): Fields => ({
  type: "message",
  user: "U1",
  channel: "C1",
  channel_type: "channel",
  ts: "10.1",
  text: "how do I start the pump?",
  ...change,
});
const mention = (change: Fields = {}): Fields => {
  const { channel_type: _, ...message } = said({ type: "app_mention", text: "<@UBOT> hi", ...change });
  return message;
};
/** A message that was written and edited. */
const edit = (before: string, now: string, change: Fields = {}): Fields => {
  const { channel, channel_type, ...message } = said(change);
  return {
    type: "message",
    subtype: "message_changed",
    hidden: true,
    ts: "11.1",
    channel,
    channel_type,
    message: { ...message, text: now, edited: { user: "U1", ts: "11.1" } },
    previous_message: { ...message, text: before },
  };
};
const parsed = (body: unknown): ParsedSlackEvent => {
  const faults: string[] = [];
  const result = parseSlackBody(body, (fault) => faults.push(fault));
  if (!result) throw new Error(`nothing for us: ${faults.join()}`);
  return result;
};
const eventOf = (event: Fields, change: Fields = {}) => parsed(envelope(event, change)).event;
const faultOf = (body: unknown): string | null => {
  let told: string | null = null;
  expect(parseSlackBody(body, (fault) => (told = fault))).toBeNull();
  return told;
};

describe("a message", () => {
  it("that mentions the bot is addressed, wherever it stands", () => {
    expect(parsed(envelope(mention({ thread_ts: "9.1", team: "T1" })))).toEqual({
      eventId: "mention-T1-C1-10.1",
      event: {
        kind: "message",
        teamId: "T1",
        organisationId: null,
        userId: "U1",
        userTeamId: "T1",
        channelId: "C1",
        channelType: null,
        message: { ts: "10.1", threadTs: "9.1", text: "<@UBOT> hi", files: [] },
        addressed: true,
      },
    });
  });

  it.each<[string, Fields]>([
    ["app_mention", mention()],
    ["message", said({ text: "a <@UBOT> b" })],
    ["message in a thread", said({ text: "<@UBOT|expert> b", thread_ts: "9.1" })],
    ["message in a group message", said({ text: "<@UBOT> b", channel_type: "mpim" })],
    ["app_mention of an edit", mention({ edited: { user: "U1", ts: "11.1" }, event_ts: "11.1" })],
    ["edit that adds the name", edit("b", "<@UBOT> b")],
  ])("that mentions the bot is one event, whether it comes as %s", (_what, event) => {
    expect(parsed(envelope(event, { event_id: "Ev2" }))).toMatchObject({
      eventId: "mention-T1-C1-10.1",
      event: { kind: "message", userId: "U1", channelId: "C1", message: { ts: "10.1" }, addressed: true },
    });
  });

  it("that mentions the bot is the organisation's where it installed the bot for all", () => {
    const wide = { team_id: "T1", enterprise_id: "E1", user_id: "UBOT", is_enterprise_install: true };
    expect(parsed(envelope(mention(), { authorizations: [wide] })).eventId).toBe("mention-E1-C1-10.1");
    expect(
      parsed(envelope(said({ text: "<@UBOT> hi" }), { authorizations: [wide], team_id: "T2" })).eventId,
    ).toBe("mention-E1-C1-10.1");
  });

  it("that names anybody may name the bot where Slack does not tell who that is", () => {
    const change = { authorizations: [{ ...authorization, user_id: null }] };
    expect(parsed(envelope(said({ text: "a <@UBOT> b" }), change))).toMatchObject({
      eventId: "mention-T1-C1-10.1",
      event: { addressed: false },
    });
    expect(parsed(envelope(mention(), change))).toMatchObject({
      eventId: "mention-T1-C1-10.1",
      event: { addressed: true },
    });
    expect(parsed(envelope(said({ thread_ts: "9.1" }), change)).eventId).toBe("Ev1");
    expect(faultOf(envelope(said(), change))).toBeNull();
    expect(faultOf(envelope(edit("hi", "<@UBOT> hi"), change))).toBeNull();
  });

  it("to the bot directly is addressed, in a thread and with a mention as well", () => {
    for (const change of [{}, { thread_ts: "9.1" }, { text: "<@UBOT> hi" }]) {
      const direct = said({ channel: "D1", channel_type: "im", ...change });
      expect(eventOf(direct)).toMatchObject({ addressed: true, channelType: "im" });
    }
    expect(eventOf(said({ channel: "D1", channel_type: undefined }))).toMatchObject({ channelType: "im" });
  });

  it.each(["channel", "group", "mpim"] as const)("in a thread of a %s may be a follow-up", (type) => {
    const event = eventOf(said({ channel_type: type, thread_ts: "9.1" }));
    expect(event).toMatchObject({ kind: "message", addressed: false, channelType: type });
  });

  it.each([undefined, "file_share", "thread_broadcast", "me_message"])(
    "of subtype %s is a person's",
    (subtype) => {
      expect(eventOf(said({ subtype, thread_ts: "9.1" }))).toMatchObject({ kind: "message" });
    },
  );

  it.each<[string, Fields]>([
    ["outside a thread", said()],
    ["that begins a thread", said({ thread_ts: "10.1" })],
    ["of our own", said({ user: "UBOT", thread_ts: "9.1" })],
    ["of a bot", said({ bot_id: "B1", thread_ts: "9.1" })],
    ["of a bot that mentions us", mention({ bot_id: "B1" })],
    ["that was edited", said({ subtype: "message_changed", thread_ts: "9.1" })],
    ["that was edited and names somebody else", edit("hi", "hi <@U2>")],
    ["that was edited and named us before", edit("<@UBOT> hi", "<@UBOT> hello")],
    ["that was edited and names us no more", edit("<@UBOT> hi", "hi")],
    ["of a bot whose edit names us", edit("hi", "<@UBOT> hi", { bot_id: "B1" })],
    ["of our own whose edit names us", edit("hi", "<@UBOT> hi", { user: "UBOT" })],
    ["that was deleted", said({ subtype: "message_deleted" })],
    ["that is hidden", said({ hidden: true, thread_ts: "9.1" })],
    ["that tells of a join", said({ subtype: "channel_join", thread_ts: "9.1" })],
    ["of a subtype that is not known yet", said({ subtype: "something_new", thread_ts: "9.1" })],
    ["that mentions us where message.im tells it", mention({ channel: "D1" })],
  ])("%s is nothing", (_what, event) => {
    expect(faultOf(envelope(event))).toBeNull();
  });

  it("tells the workspace of a stranger in a shared channel", () => {
    const stranger = mention({ team: "T9", user_team: "T9", source_team: "T9" });
    expect(eventOf(stranger)).toMatchObject({ teamId: "T1", userTeamId: "T9" });
    expect(eventOf(mention({ source_team: "T9" }))).toMatchObject({ userTeamId: "T9" });
  });

  it("keeps what can be stored of its text", () => {
    const event = eventOf(mention({ text: "a\u0000b \ud83d ด 😀" }));
    expect(event).toMatchObject({ message: { text: "ab \ufffd ด 😀" } });
  });

  it("names its files, and fetches only those that Slack keeps for us", () => {
    const files = [
      {
        id: "F1",
        name: "a.pdf",
        mimetype: "application/pdf",
        size: 9,
        url_private_download: "https://d",
        permalink: "https://p",
      },
      { id: "F2", title: "plan", is_external: true, url_private: "https://elsewhere.example" },
      { id: "F3", mode: "tombstone", url_private: "https://gone" },
      { id: "F4", file_access: "check_file_info" },
      { name: "no id" },
      null,
    ];
    const event = eventOf(mention({ text: undefined, files }));
    expect(event).toMatchObject({
      message: {
        text: "",
        files: [
          {
            id: "F1",
            name: "a.pdf",
            mediaType: "application/pdf",
            sizeBytes: 9,
            downloadUrl: "https://d",
            permalink: "https://p",
          },
          { id: "F2", name: "plan", mediaType: "application/octet-stream", downloadUrl: null },
          { id: "F3", downloadUrl: null },
          { id: "F4", name: "F4", sizeBytes: 0, downloadUrl: null, permalink: null },
        ],
      },
    });
  });
});

describe("an event's workspace", () => {
  const of = (change: Fields) => {
    const { teamId, organisationId } = eventOf(mention(), change);
    return { teamId, organisationId };
  };
  it("is its installation's, also where it happened in another company's part of a shared channel", () => {
    expect(of({ team_id: "T9", enterprise_id: "E9" })).toEqual({ teamId: "T1", organisationId: null });
  });
  it("is the event's where an organisation installed the bot for all", () => {
    const wide = { team_id: "T2", enterprise_id: "E1", user_id: "UBOT", is_enterprise_install: true };
    const change = { authorizations: [wide], team_id: "T3" };
    expect(of(change)).toEqual({ teamId: "T3", organisationId: "E1" });
    expect(of({ ...change, context_team_id: "T4" })).toEqual({ teamId: "T4", organisationId: "E1" });
    expect(of({ ...change, team_id: null })).toEqual({ teamId: "T2", organisationId: "E1" });
  });
  it("is the organisation where there is no workspace", () => {
    const change = {
      authorizations: [{ enterprise_id: "E1", team_id: null, user_id: "UBOT" }],
      team_id: null,
    };
    expect(of(change)).toEqual({ teamId: "E1", organisationId: "E1" });
  });
  it("is the envelope's where nothing is authorized", () => {
    expect(of({ authorizations: [], enterprise_id: "E1" })).toEqual({ teamId: "T1", organisationId: "E1" });
    expect(faultOf(envelope(mention(), { authorizations: [], team_id: "" }))).toBe("team_id (missing)");
  });
});

describe("a notice", () => {
  it.each<[Fields, Fields]>([
    [
      { type: "app_home_opened", user: "U1", channel: "D1", tab: "home" },
      { kind: "home_opened", tab: "home", userId: "U1", channelId: "D1" },
    ],
    [
      {
        type: "assistant_thread_started",
        assistant_thread: { user_id: "U1", channel_id: "D1", thread_ts: "1.1" },
      },
      { kind: "home_opened", tab: "messages", userId: "U1", channelId: "D1" },
    ],
    [
      { type: "member_joined_channel", user: "U1", channel: "C1" },
      { kind: "readers_changed", channelId: "C1" },
    ],
    [
      { type: "channel_rename", channel: { id: "C1", name: "new" } },
      { kind: "readers_changed", channelId: "C1" },
    ],
    [
      { type: "channel_shared", channel: "C1" },
      { kind: "readers_changed", channelId: "C1" },
    ],
    [
      { type: "user_change", user: { id: "U1" } },
      { kind: "person_changed", userId: "U1" },
    ],
    [
      { type: "team_join", user: { id: "U1" } },
      { kind: "person_changed", userId: "U1" },
    ],
    [{ type: "app_uninstalled" }, { kind: "installation_ended", how: "app_uninstalled" }],
    [
      { type: "tokens_revoked", tokens: { bot: ["UBOT"] } },
      { kind: "installation_ended", how: "tokens_revoked" },
    ],
  ])("%j", (event, expected) => {
    expect(eventOf(event)).toEqual({
      ...{ teamId: "T1", organisationId: null },
      ...(expected["kind"] === "home_opened" && { userTeamId: "T1" }),
      ...expected,
    });
  });

  it.each<Fields>([
    { type: "assistant_thread_context_changed" },
    { type: "tokens_revoked", tokens: { oauth: ["U1"], bot: [] } },
    { type: "reaction_added", user: "U1" },
    { type: "something_new" },
  ])("%j is nothing", (event) => {
    expect(faultOf(envelope(event))).toBeNull();
  });
});

describe("a body that is not as it should be", () => {
  it.each<[unknown, RegExp]>([
    [null, /^body/],
    ["text", /^body/],
    [[], /^type/],
    [{}, /^type/],
    [{ type: "event_callback" }, /^event/],
    [{ type: "event_callback", event: null }, /^event/],
    [{ type: "event_callback", event: "message" }, /^event/],
    [envelope(mention({ user: 7 })), /^user \(invalid_type\)$/],
    [envelope(mention({ user: "" })), /^user/],
    [envelope(mention({ ts: undefined })), /^ts/],
    [envelope(mention({ channel: "C".repeat(501) })), /^channel \(too_big\)$/],
    [envelope(mention(), { authorizations: "all" }), /^authorizations/],
    [envelope(said({ thread_ts: "9.1" }), { event_id: undefined }), /^event_id/],
    [envelope({ type: "user_change", user: "U1" }), /^user/],
    [envelope({ type: "channel_rename", channel: {} }), /^channel/],
    [{ command: "/expert" }, /^channel_id/],
    [{ type: "block_actions" }, /^user/],
    [{ type: "block_actions", user: { id: "U1" }, container: { type: "message" }, actions: [] }, /^actions/],
    [{ type: "view_submission", user: { id: "U1" }, view: {} }, /^view\.id/],
    [{ type: "view_submission", user: { id: "U1" }, view: { id: "V1" } }, /^team\.id/],
    [{ type: "message_action", user: { id: "U1" } }, /^trigger_id/],
  ])("is left, and its fields named: %j", (body, fault) => {
    expect(faultOf(body)).toMatch(fault);
  });

  it("is told by its fields alone, not by what people wrote", () => {
    expect(faultOf(envelope(mention({ text: { secret: "hush" } })))).toBe("text (invalid_type)");
  });
});

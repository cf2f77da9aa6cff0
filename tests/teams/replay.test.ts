import { describe, expect, it } from "@jest/globals";
import { parseActivity } from "../../adapters/teams/receive/parse-activity.ts";
import { threadKey } from "../../adapters/teams/thread-key.ts";
import { hasRecordedActivities, recordedActivities } from "./recorded-activities.ts";

const present = hasRecordedActivities();

const tenant = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
const channel = "19:d441d38c655c47a085215b2726e76927@thread.tacv2";
const team = "19:8j-Mnacwmq2QFDbzykeQH5v55m6cN1X3QJ5viHvGIIQ1@thread.tacv2";
const origin = {
  msTenantId: tenant,
  serviceUrl: `https://smba.trafficmanager.net/amer/${tenant}/`,
  botId: "28:11111111-2222-3333-4444-555555555555",
  userAadId: "00000000-1111-2222-3333-444444444444",
  userMsTenantId: tenant,
  teamId: team,
  channelId: channel,
  conversationType: "channel",
};
const noTeam = { ...origin, userAadId: null, teamId: null };
const mention = (id: string, text: string, more: object = origin) => ({
  kind: "event",
  invoke: false,
  eventId: `mention-${channel};messageid=${id}-${id}`,
  event: {
    ...more,
    kind: "message",
    addressed: true,
    conversationId: `${channel};messageid=${id}`,
    message: { id, text, files: [] },
  },
});
const followUp = (thread: string, id: string, text: string, more: object = origin) => ({
  kind: "event",
  invoke: false,
  eventId: `message-${channel};messageid=${thread}-${id}`,
  event: {
    ...more,
    kind: "message",
    addressed: false,
    conversationId: `${channel};messageid=${thread}`,
    message: { id, text, files: [] },
  },
});

/** What each recorded activity asks of the bot; null where it asks for nothing. */
const expected: Readonly<Record<string, object | null>> = {
  "actions-reactions/teams.json: mention": mention("1767326091220", "Test"),
  // A button of another product's card: it names no verb of ours.
  "actions-reactions/teams.json: action": {
    kind: "event",
    event: {
      ...origin,
      kind: "card_action",
      by: "submit",
      verb: "",
      values: { actionId: "info" },
      messageId: null,
    },
  },
  "actions-reactions/teams.json: reaction": null,
  "channel/teams.json: mention": mention("1771290107407", "Hey"),
  "channel/teams.json: channel_post_action": {
    kind: "event",
    eventId: `submit-${channel};messageid=1771290107407-f:56006e85-7a67-25c7-704d-7f0a1e45eeec`,
    event: {
      ...origin,
      kind: "card_action",
      by: "submit",
      values: { actionId: "channel-post" },
      messageId: "1771290108656",
      locale: "en-US",
    },
  },
  "dm/teams.json: mention": mention("1767377017138", "Hey"),
  "dm/teams.json: dmRequest": followUp("1767377017138", "1767378464588", "dm me"),
  "dm/teams.json: dmMessage": {
    kind: "event",
    event: {
      ...origin,
      kind: "message",
      teamId: null,
      channelId: null,
      conversationType: "personal",
      addressed: true,
      message: { text: "Hey" },
    },
  },
  "sample-messages.md: 1": {
    kind: "event",
    eventId: `notice-${channel}-f:b829f622-70c3-f15e-d57f-d7f86ec685f9`,
    event: { ...origin, kind: "installed", told: "installation", upgrade: false, teamName: "Acme Corp" },
  },
  "sample-messages.md: 2": {
    kind: "event",
    event: { ...origin, kind: "installed", told: "members", teamName: "Acme Corp", conversationId: channel },
  },
  "sample-messages.md: 3": mention("1766459963017", "test", { ...origin, locale: "en-US" }),
  "sample-messages.md: 4": followUp("1766459963017", "1766459970384", "test"),
  "streaming/teams.json: aiMention": mention("1767406652277", "AI What is love?"),
  "streaming/teams.json: followUp": followUp("1767406652277", "1767406665397", "Who are you?"),
  // Without a type of conversation, an Entra id, or the words of the mention.
  "teams.json: mention": mention("1767224924615", "Hey", noTeam),
  "teams.json: followUp": followUp("1767224924615", "1767224937245", "Hi", noTeam),
};

(present ? describe : describe.skip)("Teams' recorded payloads", () => {
  it("are all expected, and nothing else is", () => {
    expect(
      recordedActivities()
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(expected).sort());
  });

  it.each(present ? recordedActivities() : [["none", {}] as const])("%s", (name, activity) => {
    const faults: string[] = [];
    const parsed = parseActivity(activity, (fault) => faults.push(fault));
    expect(faults).toEqual([]);
    const wanted = expected[name];
    if (wanted === null || wanted === undefined) expect(parsed).toBeNull();
    else expect(parsed).toMatchObject(wanted);
  });

  it("keep apart what happened apart, and keep a thread together", () => {
    const events = recordedActivities().flatMap(([, activity]) => {
      const parsed = parseActivity(activity, () => undefined);
      return parsed?.kind === "event" ? [parsed] : [];
    });
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
    const keyOf = (text: string): string => {
      const found = events.find(
        ({ event }) => event.kind === "message" && event.message.text === text,
      )?.event;
      if (!found) throw new Error(`nothing says ${text}`);
      const { conversationType: kind, msTenantId, conversationId } = found;
      return threadKey({ kind, msTenantId, conversationId });
    };
    expect(keyOf("Who are you?")).toBe(keyOf("AI What is love?"));
    expect(keyOf("Who are you?")).not.toBe(keyOf("Test"));
  });
});

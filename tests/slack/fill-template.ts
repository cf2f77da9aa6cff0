type Fields = Record<string, unknown>;

/** Ids that a field of this name would have. */
const samples: Readonly<Record<string, string>> = {
  user: "U1",
  user_id: "U1",
  channel: "C1",
  channel_id: "C1",
  team: "T1",
  team_id: "T1",
  user_team: "T1",
  source_team: "T1",
  enterprise_id: "E1",
  bot_id: "B1",
  event_id: "Ev1",
  trigger_id: "1.2.x",
  ts: "10.2",
  thread_ts: "10.1",
  event_ts: "10.2",
  message_ts: "10.2",
  view_id: "V1",
  tab: "home",
  channel_type: "channel",
  action_id: "act",
  callback_id: "ask",
  command: "/expert",
  text: "why?",
  response_url: "https://hooks.slack.com/x",
  id: "X1",
  bot: "UBOT",
};

/** Fields that templates list although a person's message never has them all at once. */
const leftOut = new Set(["edited", "app_installed_team_id"]);

/**
 * A template of the SDK, in which every field that can be there is there and empty, with names filled in: what Slack
 * would send. Messages are a person's unless their subtype says otherwise.
 */
export function fillTemplate(template: Fields): Fields {
  const filled = fill(template, "") as Fields;
  const event = filled["event"];
  if (typeof event !== "object" || event === null) return filled;
  const { bot_id, bot_profile, subtype, ...rest } = event as Fields;
  const ofPerson = subtype !== "bot_message";
  return {
    ...filled,
    type: "event_callback",
    authorizations: [{ enterprise_id: "E1", team_id: "T1", user_id: "UBOT", is_enterprise_install: false }],
    event: {
      ...rest,
      ...(subtype !== "" && subtype !== undefined && { subtype }),
      ...(!ofPerson && { bot_id, bot_profile }),
    },
  };
}

function fill(value: unknown, name: string): unknown {
  if (value === "") return samples[name] ?? "";
  if (Array.isArray(value)) return value.map((item) => fill(item, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !leftOut.has(key))
      .map(([key, item]) => [key, fill(item, key)]),
  );
}

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { WebAPICallResult } from "@slack/web-api";
import { createEmulator, type Emulator } from "emulate";
import { quietClient } from "./quiet-client.ts";
import type { SlackPlatform } from "./slack-platform.ts";
import { startSlackPlatform } from "./start-slack-platform.ts";

/**
 * The local Slack serves chat, conversations and users itself, for strictness; here an independent account of Slack,
 * the emulate package, is asked the same, and what it answers must be in what we answer.
 */
let platform: SlackPlatform;
let emulator: Emulator;
beforeAll(async () => {
  platform = await startSlackPlatform({ rateLimits: "off", app: { scopes: allScopes } });
  emulator = await createEmulator({
    service: "slack",
    port: 0,
    seed: {
      slack: { strict_scopes: true, tokens: [{ token: "xoxb-emulated", type: "bot", scopes: allScopes }] },
    },
  });
}, 180_000);
afterAll(async () => {
  await platform.close();
  await emulator.close();
});

const allScopes = [
  "channels:history",
  "channels:read",
  "chat:write",
  "groups:read",
  "im:read",
  "reactions:write",
  "team:read",
  "users:read",
  "users:read.email",
];

/** One account of a thread: post, reply with metadata, edit, read, react, delete, and what is refused. */
async function account(apiUrl: string, token: string, channel: string, user: string) {
  const client = quietClient({ apiUrl }, token);
  const answers: Record<string, unknown> = {};
  const ask = async (name: string, method: string, given: Record<string, unknown>) => {
    const answer: WebAPICallResult & { error?: string } = await client
      .apiCall(method, given)
      .catch((thrown: unknown) => (thrown as { data: WebAPICallResult }).data);
    answers[name] = { ok: answer.ok, error: answer.error, answer };
    return answer as unknown as Record<string, string>;
  };
  const { ts } = await ask("post", "chat.postMessage", { channel, text: "a question" });
  const metadata = { event_type: "answer", event_payload: { id: "1" } };
  const reply = await ask("reply", "chat.postMessage", {
    channel,
    text: "an answer",
    thread_ts: ts,
    metadata,
  });
  await ask("update", "chat.update", { channel, ts: reply["ts"], text: "a better answer" });
  await ask("replies", "conversations.replies", { channel, ts, include_all_metadata: true });
  await ask("history", "conversations.history", { channel });
  await ask("info", "conversations.info", { channel });
  await ask("members", "conversations.members", { channel });
  await ask("user", "users.info", { user });
  await ask("react", "reactions.add", { channel, timestamp: ts, name: "eyes" });
  await ask("react twice", "reactions.add", { channel, timestamp: ts, name: "eyes" });
  await ask("delete", "chat.delete", { channel, ts: reply["ts"] });
  await ask("update what is gone", "chat.update", { channel, ts: reply["ts"], text: "x" });
  await ask("post nothing", "chat.postMessage", { channel });
  await ask("post nowhere", "chat.postMessage", { channel: "C0000000000", text: "x" });
  await ask("nobody", "users.info", { user: "U0000000000" });
  return answers as Record<
    string,
    { ok: boolean; error: string | undefined; answer: Record<string, unknown> }
  >;
}

it("answers what the emulate package answers", async () => {
  const acme = platform.workspace({ name: "Acme" });
  const ann = acme.person({ name: "Ann", email: "ann@acme.example" });
  const bot = acme.install();
  const general = acme.channel({ name: "general", members: [ann, bot] });
  const ours = await account(platform.apiUrl, bot.botToken, general.id, ann.id);
  const theirs = await account(`${emulator.url}/api/`, "xoxb-emulated", "C000000001", "U000000001");

  const outcome = (answers: typeof ours) =>
    Object.entries(answers).map(([name, { ok, error }]) => [name, ok, error]);
  expect(outcome(ours)).toEqual(outcome(theirs));
  const lacking = Object.entries(theirs).flatMap(([name, { answer }]) =>
    Object.keys(answer)
      .filter((key) => !(key in (ours[name]?.answer ?? {})))
      .map((key) => `${name}: ${key}`),
  );
  expect(lacking).toEqual([]);
  const texts = (answers: typeof ours) =>
    (answers["replies"]?.answer["messages"] as Record<string, unknown>[]).map(({ text, metadata }) => [
      text,
      metadata,
    ]);
  expect(texts(ours)).toEqual(texts(theirs));
});

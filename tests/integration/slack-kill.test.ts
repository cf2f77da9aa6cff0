import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import { slackInstallLink } from "../../adapters/connect/slack-setup.ts";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { systemClock } from "../../core/clock.ts";
import type { Channel, Message, Sent, SlackPlatform, Workspace } from "../slack-platform/slack-platform.ts";
import { signIn } from "../support/api-client.ts";
import { startModelServer, type ModelServer } from "../support/model-server.ts";
import { type MortalDatabase, openMortalDatabase, ownerUrlOf } from "../support/mortal-database.ts";
import { type MortalProcess, startMortal } from "../support/mortal-process.ts";
import { departmentOf, until } from "../support/sample-work.ts";
import {
  connectSlackTo,
  freeUrl,
  slackSettings,
  smallCompanyPeople,
  startSlack,
  type SlackCompany,
} from "../support/slack-product.ts";
import { smallCompany } from "../support/small-company.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** After each of these, in their order, the process is killed. */
const hangs = [
  /** In the middle of a stream; the stream's end and the final edit of its message. */
  "streaming",
  "sealed",
  /** The row, before Slack hears of it; the event in a worker's hands; its question. */
  "stored",
  "noticed",
  "accepted",
  "taken",
  "routed",
  "retrieved",
  "drafted",
  "checked",
  "ended",
  /** Between two messages of a long answer. */
  "part",
  /** The post, before its row is marked; and after. */
  "posting",
  "posted",
] as const;
/** Nothing stands still: Slack has asked for a pause, and the message waits. */
const paced = "paced";
const steps = [...hangs, paced] as const;
/** Longer than it takes to come to the kill on any machine. */
const pauseSeconds = 3_600;

const sentence = "To start the pump, open the inlet valve and turn the green key.";
const sessionSecret = "only-for-tests-only-for-tests-only-for-tests";

/** What the blocks of a message say, and whatever was only streamed. */
const seen = ({ blocks, text }: Message): string =>
  blocks.length === 0
    ? text
    : blocks.map((block) => (block["text"] as { text?: string } | undefined)?.text ?? "").join("\n");

/**
 * Every step of a question in Slack stands still in one process; SIGKILL ends it there, the embedded database with it;
 * another process of the same data folder goes on, and Slack sends again what nobody had acknowledged.
 */
describe("a process that is killed while it answers in Slack", () => {
  let folder: string;
  let model: ModelServer;
  let platform: SlackPlatform;
  let acme: Workspace;
  let people: SlackCompany["people"];
  let url: string;
  let settings: Record<string, string>;
  let second: MortalProcess | undefined;
  let database: MortalDatabase;
  const channels = new Map<string, Channel>();
  const asked = new Map<string, Sent>();
  /** What people saw in each thread at the kill. */
  const left = new Map<string, readonly Message[]>();

  const newChannel = (name: string): Channel => {
    const { ada, sam, vic, fay } = people;
    const members = [ada, sam, vic, fay, { id: acme.installation?.botUserId ?? "" }];
    const channel = acme.channel({ name, members });
    channels.set(name, channel);
    return channel;
  };
  const answersIn = (channel: Channel, ts: string): readonly Message[] =>
    channel.thread(ts).filter(({ user }) => user === acme.installation?.botUserId);
  const questionFor = (step: string): string => `How do I start the pump (hang-${step})?`;
  const sendAgain = async (sent: Sent): Promise<void> => {
    for (const { eventId, status } of sent.deliveries)
      if (eventId !== undefined && status !== 200) await platform.redeliver(eventId, { times: 2 });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "expert-slack-kill-"));
    model = await startModelServer({ betweenMs: 20 });
    platform = await startSlack();
    url = await freeUrl();
    settings = {
      DATA_DIR: folder,
      DEMO_COMPANY: "false",
      TURN_CONCURRENCY: "32",
      SESSION_SECRET: sessionSecret,
      MODEL_BASE_URL: model.baseUrl,
      MODEL_NAME: "test-chat",
      ANSWER_CACHE_MINUTES: "0",
      ...slackSettings(platform, { url }),
    };
    const first = await startMortal("hang", settings);
    connectSlackTo(platform, url);
    const company = await provisionCompany(await ownerUrlOf(folder), smallCompany(), { localAccounts: true });
    acme = platform.workspace({ name: "small" });
    people = smallCompanyPeople(acme, "small");
    const parts = { config: readConfig(settings), clock: systemClock, sessionSecret };
    const page = await people.ada.addToSlack(slackInstallLink(parts, company.tenantId, null).url);
    if (page.status !== 200) throw new Error(page.text);
    const client = await signIn(first.url, "ada@small.example");
    await client.upload("pump.md", `# Pump manual\n\n${sentence}\n`, departmentOf(company, "operations"));

    const paces = newChannel(paced);
    let pauseWanted = false;
    platform.fail({
      method: "chat.postMessage",
      how: "ratelimited",
      retryAfter: pauseSeconds,
      times: 1,
      where: (call) => (pauseWanted = call.arguments["channel"] === paces.id),
    });
    const asking = steps.map(async (step) => {
      const channel = channels.get(step) ?? newChannel(step);
      asked.set(step, await people.sam.mention(channel, questionFor(step)));
    });
    await first.waitForHung(hangs, 120_000);
    await until("Slack has asked for a pause", async () => pauseWanted);
    await until("what is streamed is seen", async () => {
      const [message] = answersIn(channels.get("streaming")!, asked.get("streaming")?.ts ?? "");
      return message?.streaming === "streaming";
    });
    await first.kill();
    await Promise.all(asking);
    for (const [step, { ts }] of asked) left.set(step, answersIn(channels.get(step)!, ts));
    await platform.settled();
    second = await startMortal("run", settings);
    database = await openMortalDatabase(folder);
    // As if the pause were over.
    await database.rows("update outbox set next_attempt_at = now() where state = 'pending'");
    for (const sent of asked.values()) await sendAgain(sent);
  }, 400_000);
  afterAll(async () => {
    await database?.end();
    await second?.stop();
    await platform?.close();
    await model?.close();
    await removeFolder(folder);
  }, 120_000);

  it("was killed in the middle of a stream, and with what nobody had acknowledged", () => {
    const unacknowledged = [...asked].filter(([, { deliveries }]) =>
      deliveries.some(({ status }) => status !== 200),
    );
    expect(unacknowledged.map(([step]) => step)).toContain("stored");
    const shown = (step: string) =>
      left.get(step)?.map(({ streaming, actionIds }) => [streaming, actionIds.length]);
    expect(shown("streaming")).toEqual([["streaming", 0]]);
    expect(shown("sealed")).toEqual([["stopped", 0]]);
    expect(shown("part")).toEqual([[undefined, 0]]);
    for (const step of ["posting", "posted"]) expect(shown(step)?.map(([, buttons]) => buttons)).toEqual([2]);
    for (const step of ["stored", "noticed", "accepted", "taken", paced]) expect(shown(step)).toEqual([]);
    expect(model.violations).toEqual([]);
  });

  it.each(steps)(
    "answers once, in the thread, what was left after “%s”",
    async (step) => {
      const channel = channels.get(step)!;
      const { ts } = asked.get(step)!;
      await database.untilPosted(questionFor(step), 60_000);
      const answers = answersIn(channel, ts);
      const lines = answers
        .map(seen)
        .join("\n")
        .split("\n")
        .filter((line) => line.includes("To start the pump"));
      expect(lines).toHaveLength(step === "part" ? 60 : 1);
      if (step === "part") expect(answers.length).toBeGreaterThan(1);
      else expect(answers).toHaveLength(1);
      expect(answers.at(-1)?.actionIds).toEqual(["feedback", "ask_human"]);
      expect(channel.messages().filter(({ streaming }) => streaming === "streaming")).toEqual([]);
      expect(await database.traceOf(questionFor(step))).toEqual({ events: 1, turns: 1, undelivered: 0 });
    },
    180_000,
  );

  it("answers no more when Slack sends all of it once more", async () => {
    const counts = () => steps.map((step) => answersIn(channels.get(step)!, asked.get(step)!.ts).length);
    const before = counts();
    for (const { deliveries } of asked.values())
      for (const { eventId } of deliveries) if (eventId !== undefined) await platform.redeliver(eventId);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(counts()).toEqual(before);
  }, 180_000);

  it("asked Slack for nothing that it refuses, but to end streams that had ended", () => {
    const ended = new Set(["message_not_in_streaming_state", "streaming_state_conflict"]);
    expect(platform.violations.filter(({ error }) => !ended.has(error))).toEqual([]);
  });

  it("answers every question that it accepted, once, when it is killed under load", async () => {
    if (!second) throw new Error("it did not start");
    const places = Array.from({ length: 12 }, (_, number) => newChannel(`load-${String(number)}`));
    const sent: { channel: Channel; sent: Sent }[] = [];
    const sending = places.flatMap((channel) =>
      [people.sam, people.ada, people.vic].map(async (person, turn) => {
        await new Promise((resolve) => setTimeout(resolve, turn * 400));
        sent.push({ channel, sent: await person.mention(channel, "How do I start the pump?") });
      }),
    );
    await until("some are taken in", async () => sent.length >= places.length);
    await second.kill();
    await database.end();
    await Promise.all(sending);
    second = await startMortal("run", settings);
    database = await openMortalDatabase(folder);
    for (const each of sent) await sendAgain(each.sent);
    await until(
      "every message is posted",
      async () => {
        const [row] = await database.rows<{ waiting: number; posted: number }>(
          `select count(*) filter (where o.state is distinct from 'posted')::integer as waiting,
             count(*) filter (where o.state = 'posted')::integer as posted
           from turns t left join outbox o on o.turn_id = t.id where t.question = 'How do I start the pump?'`,
        );
        return row?.waiting === 0 && row.posted === sent.length;
      },
      120_000,
    );
    for (const { channel, sent: question } of sent)
      expect(answersIn(channel, question.ts).map(seen)).toEqual([expect.stringContaining("inlet valve")]);
  }, 400_000);
});

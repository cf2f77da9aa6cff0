import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Channel, Person } from "../../slack-platform/slack-platform.ts";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { until } from "../../support/sample-work.ts";
import { replaceSlackChannel } from "../../support/slack-channel.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../../support/slack-product.ts";

const inlet = "open the inlet valve and turn the green key";
const question = "How do I start the pump?";
const stopped = "Stopped, as you asked.";

/** A model that takes one question at a time, and people who wait for it. */
describe("waiting for the model in Slack, and stopping", () => {
  let product: SlackProduct;
  let model: ModelServer;
  let small: SlackCompany;
  let people: SlackCompany["people"];
  let general: Channel;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startSlackProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat", MODEL_CONCURRENCY: "1" },
      platform: { rateLimits: {} },
    });
    // Told sooner than people are: the pace of what is posted is Slack's.
    replaceSlackChannel(product.parts(), { timings: { waitingEveryMs: 500 } });
    small = await product.join();
    ({ people } = small);
    await small.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    const { ada, sam, vic, fay } = people;
    general = small.workspace.channel({ name: "general", members: [ada, sam, vic, fay, small.bot] });
  }, 180_000);
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });
  const said = (ts: string, place = general): readonly string[] =>
    place
      .thread(ts)
      .filter(({ user }) => user === small.bot.botUserId)
      .map(({ text }) => text);
  const says = (ts: string, text: string, place = general): Promise<void> =>
    until(`it says “${text}”`, async () => said(ts, place).some((one) => one.includes(text)));
  const waits = (ts: string, place: string): Promise<void> =>
    until(`it waits: ${place}`, async () => general.statuses(ts).some((one) => one.includes(place)));
  const write = (person: Person, ts: string, text: string) => person.message(general, text, { threadTs: ts });

  it("tells who waits their place; a word stops one that waits and one that is answered, and its call is closed", async () => {
    const { sam, vic, fay } = people;
    model.script({ kind: "hang", pieces: [] });
    const first = await sam.mention(general, question);
    await until("the model is busy", async () => model.chats.length === 1);
    const second = await vic.mention(general, question);
    await waits(second.ts, "is waiting for the model: you are next…");
    const third = await fay.mention(general, question);
    await waits(third.ts, "is waiting for the model: 1 question before yours…");
    await write(fay, third.ts, "หยุด");
    await says(third.ts, stopped);
    // Only who asked may stop.
    await write(vic, first.ts, "stop");
    await product.platform.settled();
    expect([model.chats.length, model.abandoned]).toEqual([1, 0]);
    await write(sam, first.ts, "stop");
    await says(first.ts, stopped);
    await product.settled();
    await until("its call is closed", async () => model.abandoned === 1);
    expect(said(second.ts)).toEqual([expect.stringContaining(inlet)]);
    expect(general.status(second.ts)).toBeUndefined();
    expect([said(first.ts), said(third.ts)]).toEqual([[stopped], [stopped]]);
    expect(model.chats).toHaveLength(2);
    const ends = await product.rows<{ state: string }>("select state from turns order by state");
    expect(ends.map(({ state }) => state)).toEqual(["answered", "cancelled", "cancelled"]);
  }, 180_000);

  it("stops what is written in direct messages, by a word outside of its thread and by the command", async () => {
    const dm = small.workspace.dm(people.sam);
    // Questions of their own: an answer that is kept needs no model.
    for (const [asked, stop] of [
      ["What starts the pump?", () => people.sam.dm("Stop!")],
      ["How is the pump started?", () => people.sam.slash("/expert", "stop", general)],
    ] as const) {
      const before = model.abandoned;
      model.script({ kind: "hang", pieces: ["To start ", "the pump, "] });
      const { ts } = await people.sam.dm(asked);
      await until("it is being written", async () => said(ts, dm).length === 1);
      await stop();
      await says(ts, stopped, dm);
      await product.settled();
      expect(said(ts, dm)).toEqual([stopped]);
      await until("its call is closed", async () => model.abandoned === before + 1);
    }
    await people.sam.mention(general, "stop");
    await until("it is said that nothing runs", async () =>
      general.ephemerals(people.sam).some(({ text }) => text.includes("nothing to stop")),
    );
  }, 180_000);
});

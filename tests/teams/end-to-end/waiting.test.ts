import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { until } from "../../support/sample-work.ts";
import { saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Message, Person, Place } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";
const question = "How do I start the pump?";
const stopped = "Stopped, as you asked.";

/** A model that takes one question at a time, and people who wait for it. */
describe("waiting for the model in Teams, and stopping", () => {
  let product: TeamsProduct;
  let model: ModelServer;
  let people: TeamsProduct["people"];
  let general: Place;
  beforeAll(async () => {
    model = await startModelServer();
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat", MODEL_CONCURRENCY: "1" },
      platform: { throttle: {}, streams: {} },
    });
    ({ people } = product);
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.installForAll();
    await product.settled();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
    expect(model.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });
  /** What the bot said in a person's own chat, the welcome aside. */
  const inChat = ({ chat }: Person): readonly Message[] => product.ofBot(chat.messages()).slice(1);
  const inThread = (id: string): readonly Message[] => product.ofBot(general.thread(id));
  const says = (messages: () => readonly Message[], text: string): Promise<void> =>
    until(`it says “${text}”`, async () => messages().some((one) => saidBy(one).includes(text)));

  it("tells who waits their place; a word, and Stop, end one that waits and one that is answered, and its call is closed", async () => {
    const { sam, vic, fay } = people;
    model.script({ kind: "hang", pieces: [] });
    const first = await sam.mention(general, question);
    await until("the model is busy", async () => model.chats.length === 1);
    await vic.message(vic.chat, question);
    const informed = (place: string): Promise<void> =>
      until(`it waits: ${place}`, async () => inChat(vic)[0]?.informative.includes(place) === true);
    await informed("Waiting for the model: you are next…");
    const third = await fay.mention(general, question);
    await says(() => inThread(third.id), "Waiting for the model: 1 question before yours…");
    await fay.message(general, "หยุด", { threadId: third.id });
    await says(() => inThread(third.id), stopped);
    // Only who asked may stop.
    await vic.mention(general, "stop", { threadId: first.id });
    await says(() => inThread(first.id), "There is nothing to stop");
    vic.stop(inChat(vic)[0]!);
    await until("Stop is heard while it waits", async () => inChat(vic).length > 1);
    expect(product.platform.forgive()).toEqual(["ContentStreamNotAllowed"]);
    expect([model.chats.length, model.abandoned]).toEqual([1, 0]);
    await sam.message(general, "Stop!", { threadId: first.id });
    await says(() => inThread(first.id), stopped);
    await product.settled();
    await until("its call is closed", async () => model.abandoned > 0);
    expect([model.chats.length, model.abandoned]).toEqual([1, 1]);
    const ends = await product.rows<{ state: string }>("select state from turns");
    expect(ends.map(({ state }) => state)).toEqual(["cancelled", "cancelled", "cancelled"]);
    await vic.message(vic.chat, question);
    await product.settled();
    expect(inChat(vic).some(({ text }) => text.includes(inlet))).toBe(true);
  });

  it("stops what is written in the personal chat by a word in it", async () => {
    const { sam } = people;
    const before = model.abandoned;
    model.script({ kind: "hang", pieces: ["To start ", "the pump, ", "open "] });
    // A question of its own: an answer that is kept needs no model.
    await sam.message(sam.chat, "What starts the pump?");
    await until("it is being written", async () => (inChat(sam)[0]?.parts.length ?? 0) > 0);
    await sam.message(sam.chat, "stop");
    await says(() => inChat(sam), stopped);
    await product.settled();
    await until("its call is closed", async () => model.abandoned > before);
    expect(model.abandoned).toBe(before + 1);
    expect(inChat(sam).map(saidBy)).toEqual([expect.stringContaining(stopped)]);
    // A stream ends with no other words than those it began with: it has to go, and the word about it is posted anew.
    expect(product.platform.forgive()).toEqual(["ContentStreamNotAllowed", "BadArgument"]);
    await sam.message(sam.chat, "หยุด");
    await says(() => inChat(sam), "There is nothing to stop");
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { startModelServer, type ModelServer } from "../../support/model-server.ts";
import { until } from "../../support/sample-work.ts";
import { answersAmong, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import { defaultThrottle } from "../../teams-platform/throttles.ts";
import type {
  ConnectorCall,
  Message,
  Person,
  Place,
  ThrottleWindow,
} from "../../teams-platform/teams-platform.ts";

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

const requests = 12;
const askers = 24;
/** Calls are noted when they are answered, which is a little after they are counted. */
const noteMs = 25;
/** How long a call may be on its way. */
const wayMs = 500;

const isWriting = ({ operation }: ConnectorCall): boolean =>
  operation === "send" || operation === "update" || operation === "reply";

/** The local Teams counts as Teams does: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit */
describe("bursts in Teams, at its own limits", () => {
  let product: TeamsProduct;
  let channels: readonly Place[];
  beforeAll(async () => {
    product = await startTeamsProduct({ platform: { throttle: {} } });
    const { people, tenant } = product;
    await product.teach(
      "pump.md",
      "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n",
    );
    const team = tenant.team({ name: "Plant", members: Object.values(people) });
    channels = Array.from({ length: requests }, (_, number) => team.channel({ name: `p-${String(number)}` }));
    await team.install(people.ada);
    await product.installForAll();
  });
  afterAll(() => product.close());

  const since = (from: number): readonly ConnectorCall[] =>
    product.platform.calls.slice(from).filter(isWriting);
  /** The most that stands within a window, wherever it begins; shorter by as long as this process stood still around it. */
  const mostWithin = (times: readonly number[], ms: number): number =>
    Math.max(
      0,
      ...times.map((from) => {
        const stoodStillMs = product.platform.stoodStillMs(from - wayMs, from + ms);
        return times.filter((at) => at >= from && at < from + ms - noteMs - stoodStillMs).length;
      }),
    );
  const keepsTo = (calls: readonly ConnectorCall[], windows: readonly ThrottleWindow[]): void => {
    const taken = calls.filter(({ status }) => status !== 429);
    const times = taken.map(({ at }) => at);
    for (const { count, ms } of windows) expect(mostWithin(times, ms)).toBeLessThanOrEqual(count);
  };
  const isNeverRefused = (): void => {
    expect(product.platform.violations).toEqual([]);
  };

  it("brings an expert every request of a burst once, in order, at the pace of their chat", async () => {
    const { ada, sam } = product.people;
    for (const [number, channel] of channels.entries()) {
      await sam.mention(channel, `Who paints roof ${String(number)} on Mars?`);
      await product.settled();
    }
    const from = product.platform.calls.length;
    const before = product.ofBot(ada.chat.messages()).length;
    const cards = channels.map((channel) =>
      product.ofBot(channel.messages()).find(({ buttons }) => buttons.includes("Ask a human")),
    );
    await Promise.all(cards.map((card) => sam.click(card!, "Ask a human")));
    await product.settled();
    const offers = product.ofBot(ada.chat.messages()).slice(before);
    const roofs = offers.map((offer) => /roof \d+/.exec(saidBy(offer))?.[0]);
    expect(roofs).toHaveLength(requests);
    expect(new Set(roofs).size).toBe(requests);
    const written = await product.rows<{ question: string }>(
      `select body -> 'note' ->> 'question' as question from outbox
       where body -> 'note' ->> 'kind' = 'handoff_offered' order by position`,
    );
    expect(roofs).toEqual(written.map(({ question }) => /roof \d+/.exec(question)?.[0]));
    keepsTo(
      since(from).filter(({ conversationId }) => conversationId === ada.chat.id),
      defaultThrottle.conversation,
    );
    isNeverRefused();
  }, 240_000);

  it("answers everybody of a Microsoft tenant who asks at once, each once, at its pace", async () => {
    const people = Array.from({ length: askers }, (_, number) =>
      product.tenant.person({ name: `Pat ${String(number)}` }),
    );
    for (const person of people) await product.tenant.installFor(person);
    await product.settled();
    const from = product.platform.calls.length;
    await Promise.all(people.map((person) => person.message(person.chat, "How do I start the pump?")));
    await product.settled();
    for (const { chat } of people) expect(answersAmong(product.ofBot(chat.messages()))).toHaveLength(1);
    keepsTo(since(from), defaultThrottle.tenant);
    isNeverRefused();
  }, 180_000);
});

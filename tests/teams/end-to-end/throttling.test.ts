import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { answersAmong, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import { defaultThrottle } from "../../teams-platform/throttles.ts";
import type { ConnectorCall, Place, ThrottleWindow } from "../../teams-platform/teams-platform.ts";

const requests = 12;
const askers = 24;
/** Calls are noted when they are answered, which is a little after they are counted. */
const noteMs = 25;

const isWriting = ({ operation }: ConnectorCall): boolean =>
  operation === "send" || operation === "update" || operation === "reply";

/** The most that stands within a window, wherever it begins. */
const mostWithin = (times: readonly number[], ms: number): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + ms - noteMs).length));

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
    await product.installForAll();
    const team = tenant.team({ name: "Plant", members: Object.values(people) });
    channels = Array.from({ length: requests }, (_, number) => team.channel({ name: `p-${String(number)}` }));
    await team.install(people.ada);
    await product.settled(30_000);
  }, 90_000);
  afterAll(() => product.close());

  const since = (from: number): readonly ConnectorCall[] =>
    product.platform.calls.slice(from).filter(isWriting);
  const keepsTo = (calls: readonly ConnectorCall[], windows: readonly ThrottleWindow[]): void => {
    const times = calls.map(({ at }) => at);
    for (const { count, ms } of windows) expect(mostWithin(times, ms)).toBeLessThanOrEqual(count);
  };

  const isNeverRefused = (from: number): void => {
    const refused = product.platform.calls.slice(from).filter(({ status }) => status === 429);
    expect(refused.map(({ operation, conversationId }) => [operation, conversationId])).toEqual([]);
  };

  it("brings an expert every request of a burst once, in order, at the pace of their chat", async () => {
    const { ada, sam } = product.people;
    for (const [number, channel] of channels.entries()) {
      await sam.mention(channel, `Who paints roof ${String(number)} on Mars?`);
      await product.settled(30_000);
    }
    const from = product.platform.calls.length;
    const before = product.ofBot(ada.chat.messages()).length;
    const cards = channels.map((channel) =>
      product.ofBot(channel.messages()).find(({ buttons }) => buttons.includes("Ask a human")),
    );
    await Promise.all(cards.map((card) => sam.click(card!, "Ask a human")));
    await product.settled(90_000);
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
    isNeverRefused(from);
  }, 240_000);

  it("answers everybody of a Microsoft tenant who asks at once, each once, at its pace", async () => {
    const people = Array.from({ length: askers }, (_, number) =>
      product.tenant.person({ name: `Pat ${String(number)}` }),
    );
    for (const person of people) await product.tenant.installFor(person);
    await product.settled(60_000);
    const from = product.platform.calls.length;
    await Promise.all(people.map((person) => person.message(person.chat, "How do I start the pump?")));
    await product.settled(90_000);
    for (const { chat } of people) expect(answersAmong(product.ofBot(chat.messages()))).toHaveLength(1);
    keepsTo(since(from), defaultThrottle.tenant);
    isNeverRefused(from);
  }, 180_000);
});

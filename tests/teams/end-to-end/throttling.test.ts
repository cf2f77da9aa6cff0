import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { answersAmong, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import { defaultThrottle } from "../../teams-platform/throttles.ts";
import type { ConnectorCall, Place, ThrottleWindow } from "../../teams-platform/teams-platform.ts";

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
    await product.installForAll();
    const team = tenant.team({ name: "Plant", members: Object.values(people) });
    channels = Array.from({ length: requests }, (_, number) => team.channel({ name: `p-${String(number)}` }));
    await team.install(people.ada);
    await product.settled();
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

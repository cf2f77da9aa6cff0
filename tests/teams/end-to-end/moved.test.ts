import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type ModelServer, startModelServer } from "../../support/model-server.ts";
import { until } from "../../support/sample-work.ts";
import { allSaid } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Person } from "../../teams-platform/teams-platform.ts";

const inlet = "open the inlet valve and turn the green key";
const head =
  "I could not post this where you asked: Teams takes no message of mine there any more. You had asked “How do I start the pump?”.";

/** Places that are closed while somebody in them waits for an answer. */
describe("what Teams takes no more where it was asked", () => {
  let product: TeamsProduct;
  let model: ModelServer;
  let people: TeamsProduct["people"];
  beforeAll(async () => {
    model = await startModelServer({ betweenMs: 200 });
    product = await startTeamsProduct({
      settings: { MODEL_BASE_URL: model.baseUrl, MODEL_NAME: "test-chat" },
    });
    ({ people } = product);
    await product.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
    await product.installForAll();
  });
  afterAll(async () => {
    await product.close();
    await model.close();
  });

  const told = ({ chat }: Person): readonly string[] => allSaid(product.ofBot(chat.messages()));

  it("comes to its asker alone, once, where the bot was removed from the team", async () => {
    const { ada, sam, vic } = people;
    const team = product.tenant.team({ name: "Plant", members: [ada, sam, vic] });
    const channel = team.channel({ name: "Pumps" });
    await team.install(ada);
    await product.settled();
    const before = [sam, vic].map((person) => told(person).length);
    const asked = model.chats.length;
    await sam.mention(channel, "How do I start the pump?");
    await until("the answer is being written", () => Promise.resolve(model.chats.length > asked));
    await team.uninstall(ada);
    await product.settled();
    expect(product.ofBot(channel.messages()).filter(({ text }) => text.includes(inlet))).toEqual([]);
    const mine = told(sam).slice(before[0]);
    expect(mine.slice(0, 2)).toEqual([head, expect.stringContaining(inlet)]);
    expect(mine.filter((said) => said.includes(head))).toHaveLength(1);
    expect(told(vic)).toHaveLength(before[1] ?? 0);
    const kept = await product.rows(
      "select state, body -> 'note' ->> 'kind' as note from outbox order by position desc limit 2",
    );
    expect(kept).toEqual([
      { state: "posted", note: "moved_here" },
      { state: "dead", note: null },
    ]);
  });

  it("stays on the web where its asker has blocked the bot, too", async () => {
    const { sam, ada } = people;
    const chat = product.tenant.groupChat({ name: "Shift", members: [ada, sam], bot: true });
    product.platform.fail({
      operation: "send",
      how: { status: 403, code: "MessageWritesBlocked" },
      times: 100,
      where: ({ conversationId }) => [chat.id, sam.chat.id].includes(conversationId),
    });
    await sam.mention(chat, "How do I start the pump?");
    await product.settled();
    const kept = await product.rows("select state from outbox order by position desc limit 2");
    expect(kept).toEqual([{ state: "dead" }, { state: "dead" }]);
    const [turn] = await product.rows<{ state: string }>(
      "select state from turns order by created_at desc limit 1",
    );
    expect(turn).toEqual({ state: "answered" });
  });
});

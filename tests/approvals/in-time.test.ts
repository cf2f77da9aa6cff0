import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { WebClient } from "@slack/web-api";
import type { Channel } from "../slack-platform/slack-platform.ts";
import { type ApprovalsProduct, startApprovalsProduct } from "../support/approvals-product.ts";
import { personOf } from "../support/sample-work.ts";

jest.setTimeout(180_000);

const hourMs = 3_600_000;
/** What becomes of a question that nobody decides, and of one whose product, card or channel goes away meanwhile. */
describe("an answer that waits", () => {
  let all: ApprovalsProduct;
  let general: Channel;
  beforeAll(async () => {
    all = await startApprovalsProduct({
      policy: {
        required_for: "all",
        levels: [
          { approvers: { people: ["fay@small.example"] }, remind_after: "2h", next_after: "8h" },
          { approvers: { people: ["ada@small.example"] }, remind_after: "1h", next_after: "4h" },
        ],
      },
    });
    await all.small.teach(
      "plant.md",
      "# Plant manual\n\n## Pump\n\nTo vent the pump, turn the green key.\n\n## Boiler\n\nTo light the boiler, press the ignition.\n\n" +
        "## Crane\n\nTo lower the crane, pull the yellow lever.\n\n## Turbine\n\nTo oil the turbine, open the small hatch.\n",
    );
  });
  beforeEach(() => {
    general = all.newChannel();
  });
  afterEach(async () => {
    const refused = all.product.platform.violations.filter(({ error }) => !expected.has(error));
    expect(refused).toEqual([]);
    expect(all.teams.violations).toEqual([]);
  });
  afterAll(() => all.close(), 120_000);
  /** What Slack answers of messages that were deleted and channels that were archived. */
  const expected = new Set(["message_not_found", "is_archived"]);

  const ask = async (question: string) => {
    const { ts } = await all.small.people.sam.mention(general, question);
    return { ts, approval: await all.offered(question) };
  };
  const inThread = (ts: string): readonly string[] =>
    all.inThread(general, ts).map(({ text, blocks }) => text + JSON.stringify(blocks));
  const toFay = (question: string): readonly string[] =>
    all.inTeams.fay.chat
      .messages()
      .map(({ text, attachments }) => text + JSON.stringify(attachments))
      .filter((card) => card.includes(question));
  const toAda = (question: string): readonly string[] =>
    all.small.workspace
      .dm(all.small.people.ada)
      .messages()
      .filter(({ botId }) => botId !== undefined)
      .map(({ text, blocks }) => text + JSON.stringify(blocks))
      .filter((card) => card.includes(question));
  const approve = async (id: Parameters<ApprovalsProduct["find"]>[0]): Promise<void> => {
    await all.small.people.ada.click(await all.slackCard(id, "ada"), "approval_approve");
    await all.settled();
  };

  it("reminds, asks the next level, then escalates, and is still decided", async () => {
    const question = "How do I vent the pump?";
    const { ts, approval } = await ask(question);
    expect(toFay(question)).toHaveLength(1);
    expect(toAda(question)).toEqual([]);
    await all.pass(2 * hourMs + 1_000, approval.id);
    expect(toFay(question)).toHaveLength(2);
    await all.pass(6 * hourMs, approval.id);
    expect(toFay(question)).toHaveLength(2);
    expect(toAda(question)).toHaveLength(1);
    expect(inThread(ts).at(-1)).toContain("Ada Admin");
    expect((await all.find(approval.id)).level).toBe(1);
    await all.pass(hourMs, approval.id);
    expect(toAda(question)).toHaveLength(2);
    await all.pass(3 * hourMs, approval.id);
    expect((await all.find(approval.id)).state).toBe("escalated");
    const told = inThread(ts).length;
    await approve(approval.id);
    expect(inThread(ts)).toHaveLength(told + 1);
    expect(inThread(ts).at(-1)).toContain("Verified by Ada Admin");
    expect(JSON.stringify((await all.teamsCard(approval.id, "fay")).attachments)).toContain("Ada Admin");
    // No time-out of it is left.
    await all.pass(100 * hourMs, approval.id);
    expect(inThread(ts)).toHaveLength(told + 1);
  });

  it("is reminded of and decided by the process that follows", async () => {
    const question = "How do I light the boiler?";
    const { ts, approval } = await ask(question);
    await all.product.stop();
    await all.product.start();
    await all.pass(2 * hourMs + 1_000, approval.id);
    expect(toFay(question)).toHaveLength(2);
    await all.product.stop();
    // Nobody is there to hear the time pass.
    all.skip(6 * hourMs);
    await all.product.start();
    await all.pass(1, approval.id);
    expect(toAda(question)).toHaveLength(1);
    await all.product.stop();
    await all.product.start();
    await approve(approval.id);
    expect(inThread(ts).at(-1)).toContain("Verified by Ada Admin");
  });

  it("has its card again where somebody deleted it", async () => {
    const { ts, approval } = await ask("How do I lower the crane?");
    await all.place({ ada: "slack" });
    await all.pass(2 * hourMs + 1_000, approval.id);
    await all.pass(6 * hourMs, approval.id);
    const card = await all.slackCard(approval.id, "ada");
    // As an admin of the workspace may.
    const { apiUrl: slackApiUrl } = all.product.platform;
    await new WebClient(all.small.bot.botToken, { slackApiUrl }).chat.delete({
      channel: card.channel,
      ts: card.ts,
    });
    await all.inTeams.fay.click(await all.teamsCard(approval.id, "fay"), "Approve");
    await all.settled();
    expect(inThread(ts).at(-1)).toContain("Verified by Fay Finance");
    const again = await all.slackCard(approval.id, "ada");
    expect(again.ts).not.toBe(card.ts);
    expect(JSON.stringify(again.blocks)).toContain("Fay Finance approved this answer");
  });

  it("comes to its asker directly where the channel is archived meanwhile", async () => {
    const { approval } = await ask("How do I oil the turbine?");
    general.archive();
    await all.inTeams.fay.click(await all.teamsCard(approval.id, "fay"), "Approve");
    await all.settled();
    const direct = all.small.workspace.dm(all.small.people.sam).messages();
    expect(JSON.stringify(direct)).toContain("open the small hatch");
    expect(JSON.stringify(direct)).toContain("Verified by Fay Finance");
    const [known] = await all.product.rows("select state from verified_answers where approval_id = $1", [
      approval.id,
    ]);
    expect(known).toEqual({ state: "serving" });
    expect((await all.find(approval.id)).decision?.by).toBe(personOf(all.small.company, "fay"));
  });
});

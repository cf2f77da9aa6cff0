import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { ApprovalId, TenantId } from "../../../core/ids.ts";
import { until } from "../../support/sample-work.ts";
import { type ApprovalBench, openApprovalBench } from "../approval-bench.ts";

describe("answers that wait for an expert in Slack", () => {
  let bench: ApprovalBench;
  beforeAll(async () => {
    bench = await openApprovalBench(["welder", "saw", "conveyor", "compressor", "chiller"]);
  }, 180_000);
  afterEach(() => {
    expect(bench.product.platform.violations).toEqual([]);
  });
  afterAll(() => bench.product.close());

  it("reminds the approvers, and asks others when the time is over", async () => {
    const { product, people, policy, own, ask, cards, card, click } = bench;
    await policy({
      levels: [
        { approvers: { people: ["fay@small.example"] }, remind_after: "1h", next_after: "3h" },
        { approvers: { people: ["ada@small.example"] }, remind_after: "1h", next_after: "2h" },
      ],
    });
    const ts = await ask("How do I change the filter of the welder?");
    expect(cards(people.ada, "filter of the welder")).toEqual([]);
    expect(cards(people.fay, "filter of the welder")).toHaveLength(1);
    const { queue } = product.parts();
    const isTimeTo = async (step: string): Promise<void> => {
      const due = await product.rows<{ tenantId: TenantId; approvalId: ApprovalId }>(
        'update approvals set due_at = now() where due_step = $1 returning tenant_id as "tenantId", id as "approvalId"',
        [step],
      );
      // As the sweeper does, which wakes the same approval only after a while again.
      for (const job of due)
        await queue.enqueue("approval", job, { key: `approval-${job.approvalId}`, again: true });
    };
    await isTimeTo("remind");
    await until("Fay is reminded", async () => cards(people.fay, "filter of the welder").length === 2);
    const [, reminder] = cards(people.fay, "filter of the welder");
    expect(reminder?.text).toContain("This still waits for your decision");
    expect(reminder?.actionIds).toEqual([]);
    await until("the next level waits for its time", async () => {
      const rows = await product.rows("select from approvals where due_step = 'next_level'");
      return rows.length === 1;
    });
    expect(cards(people.ada, "filter of the welder")).toEqual([]);
    await isTimeTo("next_level");
    await until("Ada is asked", async () => cards(people.ada, "filter of the welder").length === 1);
    await product.settled();
    expect(own(ts).at(-1)?.text).toContain("I asked Ada Admin as well");
    await click(people.ada, card(people.ada, "filter of the welder"), "approve");
    expect(own(ts).at(-1)?.text).toContain("Verified by Ada Admin");
  });

  it("is kept, and learned, where the channel was archived while it waited", async () => {
    const { product, small, people, policy, own, ask, card, click, forgiven } = bench;
    await policy();
    const { ada, sam, fay } = people;
    const old = small.workspace.channel({ name: "old-line", members: [ada, sam, fay, small.bot] });
    await sam.mention(old, "How do I align the saw?");
    await product.settled();
    old.archive();
    await click(ada, card(ada, "align the saw"), "approve");
    expect(card(fay, "align the saw").text).toContain("Ada Admin approved this answer");
    const ts = await ask("How do I align the saw?", people.vic);
    expect(own(ts)[0]?.text).toContain("Answered before: verified by Ada Admin");
    expect([...new Set(forgiven())]).toEqual(["is_archived"]);
  });

  it("has its card again where somebody removed it by hand", async () => {
    const { product, small, people, policy, ask, cards, card, click, forgiven } = bench;
    await policy({ levels: [{ approvers: { role: "lead" }, required: 2 }] });
    await ask("How do I tension the conveyor?");
    const adas = card(people.ada, "tension the conveyor");
    const { slack } = product.parts();
    const bot = await slack?.workspaces.bot(small.company.tenantId, small.workspace.id);
    await bot?.client.chat.delete({ channel: adas.channel, ts: adas.ts });
    await click(people.fay, card(people.fay, "tension the conveyor"), "approve");
    const [anew, ...more] = cards(people.ada, "tension the conveyor");
    expect(more).toEqual([]);
    expect(anew?.ts).not.toBe(adas.ts);
    expect(forgiven()).toEqual(["message_not_found"]);
    expect(anew?.text).toContain("1 of 2 agreed: Fay Finance");
    await click(people.ada, anew!, "approve");
    expect(cards(people.ada, "tension the conveyor").at(-1)?.text).toContain("approved this answer");
  });

  it("is decided on the Home tab, too, and by who stands in for somebody away", async () => {
    const { product, people, general, policy, own, ask, cards } = bench;
    await policy({ levels: [{ approvers: { people: ["ada@small.example"] } }] });
    const ts = await ask("How do I vent the compressor?");
    expect(cards(people.fay, "vent the compressor")).toEqual([]);
    await people.ada.slash("/expert", `away until 2027-01-15 for <@${people.fay.id}|fay>`, general);
    await product.settled();
    expect(general.ephemerals(people.ada).at(-1)?.text).toContain("Fay Finance decides in your place");
    expect(cards(people.fay, "vent the compressor")).toHaveLength(1);
    await people.fay.openHome("home");
    await product.settled();
    const home = people.fay.home()!;
    expect(JSON.stringify(home.blocks)).toContain("vent the compressor");
    await people.fay.click(home, "approval_approve");
    await product.settled();
    expect(own(ts).at(-1)?.text).toContain("Verified by Fay Finance");
    expect(JSON.stringify(people.fay.home()?.blocks)).toContain("Approved.");
    await people.ada.slash("/expert", "back", general);
    await product.settled();
    expect(general.ephemerals(people.ada).at(-1)?.text).toContain("You are back");
  });

  it("wants a sign-in to the console first where the policy says so", async () => {
    const { product, people, policy, own, ask, dm, card, click } = bench;
    await policy({ sign_in_within: "1h" });
    const ts = await ask("How do I defrost the chiller?");
    await click(people.fay, card(people.fay, "defrost the chiller"), "approve");
    const told = dm(people.fay).ephemerals(people.fay).at(-1);
    expect(told?.text).toContain("signed in to the web console");
    expect(JSON.stringify(told?.blocks)).toContain(`${product.url}/approvals/`);
    expect(own(ts)).toHaveLength(1);
  });
});

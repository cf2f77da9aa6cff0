import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { until as untilWithin } from "../support/sample-work.ts";
import { type EscalationProduct, linkOf, startEscalationProduct } from "../support/escalation-product.ts";

/** What a machine that stands still has interrupted is gone on with once its lease of 30 s has run out. */
const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
  untilWithin(what, condition, 90_000);

const inlet = "open the inlet valve and turn the green key";

/** In the whole product, through Slack, to a Jira and a PagerDuty that hold each request to the published descriptions. */
describe("what escalates", () => {
  let escalating: EscalationProduct;
  beforeAll(async () => {
    escalating = await startEscalationProduct({
      approval: { required_for: "none" },
      policy: {
        on: { critical: "both", wrong: "ticket" },
        critical_words: ["start the pump"],
        ticket: { connection: "Jira", project: "OPS", issue_type: "Task" },
        page: { connection: "PagerDuty" },
      },
    });
    await escalating.all.small.teach("pump.md", `# Pump manual\n\nTo start the pump, ${inlet}.\n`);
  }, 240_000);
  afterEach(() => {
    expect(escalating.all.product.platform.violations).toEqual([]);
    expect(escalating.jira.violations).toEqual([]);
    expect(escalating.pagerDuty.violations).toEqual([]);
  });
  afterAll(() => escalating.close(), 180_000);

  it("a critical question becomes a ticket with its answer and a page, shown below the answer", async () => {
    const { all, jira, pagerDuty } = escalating;
    const general = all.newChannel();
    const question = "How do I start the pump?";
    const { ts } = await all.small.people.sam.mention(general, question);
    const escalation = await escalating.made(question);
    expect(escalation).toMatchObject({ severity: "critical", raised: [{ trigger: "critical", by: null }] });
    const [issue] = jira.issues();
    expect(linkOf(escalation, "ticket")).toMatchObject({ externalKey: issue?.key, state: "open" });
    expect(linkOf(escalation, "page").state).not.toBe("failed");
    const written = JSON.stringify(issue);
    expect(written).toContain(inlet);
    expect(written).toContain("The answer that was sent");
    expect(written).toContain("The question sounds like an emergency.");
    expect(written).toContain("archives");
    expect(pagerDuty.incidents).toHaveLength(1);
    const said = escalating.said(general, ts);
    const answerAt = said.findIndex((text) => text.includes(inlet));
    const cardAt = said.findIndex((text) => text.includes(issue?.key ?? "no ticket"));
    expect(answerAt).toBeGreaterThanOrEqual(0);
    expect(cardAt).toBeGreaterThan(answerAt);
  }, 240_000);

  it("an answer that is called wrong becomes a ticket, and no page, once however often it is said", async () => {
    const { all, jira, pagerDuty } = escalating;
    const before = { issues: jira.issues().length, incidents: pagerDuty.incidents.length };
    const general = all.newChannel();
    const question = "What opens the inlet valve of the pump?";
    const { ts } = await all.small.people.sam.mention(general, question);
    await all.settled();
    const turn = await all.product.rows<{ id: string }>("select id from turns where question = $1", [
      question,
    ]);
    const answer = all.inThread(general, ts).at(-1);
    if (!answer || !turn[0]) throw new Error("nothing was answered");
    for (let times = 0; times < 2; times += 1)
      await all.small.people.vic.click(answer, "feedback", `down:${turn[0].id}`);
    const escalation = await escalating.made(question);
    expect(escalation).toMatchObject({ raised: [{ trigger: "wrong" }], links: [{ kind: "ticket" }] });
    expect(jira.issues()).toHaveLength(before.issues + 1);
    expect(pagerDuty.incidents).toHaveLength(before.incidents);
    expect(escalating.said(general, ts).join("\n")).toContain(linkOf(escalation, "ticket").externalKey);

    const ada = { name: "Ada Admin", email: "ada@small.example" };
    const key = linkOf(escalation, "ticket").externalKey ?? "";
    const resolve = (text: string) => {
      jira.comment(key, { by: ada, text });
      jira.move(key, "Close issue", ada, "Done");
    };
    const says = (words: string) =>
      until(`the thread says ${words}`, async () => escalating.said(general, ts).join("\n").includes(words));
    const corrected = () =>
      escalating.said(general, ts).filter((text) => text.includes("Corrected answer: verified by an expert"));
    resolve("Lever two opens it.");
    await says("Corrected answer");
    await escalating.settled();
    expect(corrected()).toEqual([expect.stringContaining("Lever two opens it.")]);

    // Opened and resolved once more: what was approved is corrected where it stands, and as knowledge.
    jira.move(key, "Reopen", ada);
    await says("It was opened again.");
    await escalating.settled();
    resolve("Lever three opens it.");
    await until("the answer is corrected", async () => corrected().join().includes("Lever three opens it."));
    await escalating.settled();
    expect(corrected()).toEqual([expect.stringContaining("Lever three opens it.")]);
    const learned = await all.product.rows<{ answer: { text: string } }>(
      "select answer from verified_answers where state = 'serving'",
    );
    expect(learned.map(({ answer: { text } }) => text)).toEqual(["Lever three opens it."]);
  }, 240_000);
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { ConnectionView } from "../../bots/http/contract/connection.ts";
import type { DispatchView } from "../../bots/http/contract/dispatch.ts";
import type { Channel } from "../slack-platform/slack-platform.ts";
import { type ApiClient, signIn } from "../support/api-client.ts";
import { type EscalationProduct, linkOf, startEscalationProduct } from "../support/escalation-product.ts";
import { until as untilWithin } from "../support/sample-work.ts";

/** What a machine that stands still has interrupted is gone on with once its lease of 30 s has run out. */
const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
  untilWithin(what, condition, 90_000);

const hour = 3_600_000;
const ada = { name: "Ada Admin", email: "ada@small.example" };

/** One vendor that is dead delays no other, and what was given up can be had again. Jira is a Data Center here. */
describe("a vendor that is dead", () => {
  let escalating: EscalationProduct;
  let general: Channel;
  let client: ApiClient;
  beforeAll(async () => {
    escalating = await startEscalationProduct({
      edition: "data_center",
      approval: { required_for: "all", levels: [{ remind_after: "1h", next_after: "2h" }] },
    });
    const { all } = escalating;
    general = all.newChannel();
    client = await signIn(all.product.url, "ada@small.example");
    await all.small.teach(
      "boiler.md",
      "# Boiler manual\n\nTo light the boiler, press the ignition.\n\nTo cool the boiler, close the burner.\n",
    );
  }, 240_000);
  afterEach(() => {
    expect(escalating.all.product.platform.violations).toEqual([]);
    expect(escalating.jira.violations).toEqual([]);
    expect(escalating.pagerDuty.violations).toEqual([]);
  });
  afterAll(() => escalating.close(), 180_000);

  async function overdue(question: string): Promise<string> {
    const { all } = escalating;
    const { ts } = await all.small.people.sam.mention(general, question);
    const approval = await all.offered(question);
    await all.pass(1.5 * hour, approval.id);
    await all.pass(hour, approval.id);
    await until("it is escalated", async () => (await escalating.escalationOf(question)) !== null);
    return ts;
  }
  const lines = (ts: string): readonly string[] =>
    escalating.all.inThread(general, ts).map(({ text }) => text);
  const stateOf = async (question: string, kind: "ticket" | "page"): Promise<string | null> => {
    const found = await escalating.escalationOf(question);
    return found && linkOf(found, kind).state;
  };
  const connection = async (name: string): Promise<ConnectionView> => {
    const { body } = await client.request<{ items: readonly ConnectionView[] }>("GET", "/connections");
    const found = body.items.find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };

  it("is left alone after it failed again and again, while the other pages at once; then the ticket is made, once", async () => {
    const { all, jira, pagerDuty } = escalating;
    const question = "How do I light the boiler?";
    jira.away = true;
    const ts = await overdue(question);
    await until("somebody is paged", async () => (await stateOf(question, "page")) === "open");
    expect(pagerDuty.incidents).toHaveLength(1);
    expect(await stateOf(question, "ticket")).toBe("pending");
    // One call after the other: a hurry while one is made would let through what is to be left alone.
    while ((await connection("Jira")).health.openUntil === null) {
      await escalating.hurry();
      await escalating.settled();
    }
    const asked = jira.asked.length;
    const left = await connection("Jira");
    expect(left).toMatchObject({ pending: 1, dead: 0 });
    expect(left.health.failures).toBeGreaterThanOrEqual(5);
    expect((await connection("PagerDuty")).health).toMatchObject({ failures: 0, openUntil: null });
    expect(jira.asked).toHaveLength(asked);

    jira.away = false;
    await until("the ticket is made", async () => {
      await escalating.hurry(60_000);
      return (await stateOf(question, "ticket")) === "open";
    });
    await escalating.settled();
    expect(jira.issues()).toHaveLength(1);
    expect(lines(ts).filter((line) => line.includes("was created."))).toHaveLength(1);
    expect((await connection("Jira")).health).toMatchObject({ failures: 0, openUntil: null });

    const [issue] = jira.issues();
    jira.comment(issue?.key ?? "", { by: ada, text: "Press the ignition twice." });
    jira.move(issue?.key ?? "", "Close issue", ada, "Done");
    await until("the answer is sent", async () => lines(ts).some((line) => line.includes("twice")));
    await escalating.settled();
    expect((await all.approvalsOf(question)).map(({ state }) => state)).toEqual(["corrected"]);
    expect(pagerDuty.incidents[0]?.status).toBe("resolved");
  }, 240_000);

  it("says in the thread what it refuses, and makes it after all once somebody has it sent again", async () => {
    const { jira } = escalating;
    const question = "How do I cool the boiler?";
    const before = jira.issues().length;
    jira.fail({
      on: "create",
      answer: { status: 400, body: { errorMessages: [], errors: { priority: "There is none such." } } },
    });
    const ts = await overdue(question);
    await until("it is given up", async () => (await stateOf(question, "ticket")) === "failed");
    await escalating.settled();
    expect(lines(ts).join("\n")).toContain("The ticket could not be created in Jira");
    expect(lines(ts).join("\n")).toContain("There is none such.");
    const { body } = await client.request<{ items: readonly DispatchView[] }>(
      "GET",
      "/dispatches?state=dead",
    );
    expect(body.items).toMatchObject([{ kind: "ticket_create", state: "dead", attempts: 1 }]);
    expect(await connection("Jira")).toMatchObject({ dead: 1, health: { failures: 0 } });
    const again = await client.request("POST", `/dispatches/${body.items[0]?.id ?? ""}/redeliver`);
    expect(again.status).toBe(200);
    await until("the ticket is made", async () => (await stateOf(question, "ticket")) === "open");
    await escalating.settled();
    expect(jira.issues().slice(before)).toHaveLength(1);
    expect(lines(ts).filter((line) => line.includes("was created."))).toHaveLength(1);
  }, 240_000);

  it("believes no webhook that is not signed with the connection's secret, and says so in the audit trail", async () => {
    const { all, jira, pagerDuty } = escalating;
    const [sent] = jira.webhooks.deliveries;
    if (!sent) throw new Error("no webhook was sent");
    expect(await jira.webhooks.forge(sent)).toBe(401);
    const [delivery] = pagerDuty.webhooks.deliveries;
    if (!delivery) throw new Error("no webhook was sent");
    expect(await pagerDuty.webhooks.send(delivery, { signature: "v1=00" })).toBe(401);
    await until("both are recorded", async () => {
      const rows = await all.product.rows(
        "select 1 from audit_events where event = 'auth.denied' and metadata ->> 'channel' in ('jira', 'pagerduty')",
      );
      return rows.length >= 2;
    });
  }, 240_000);
});

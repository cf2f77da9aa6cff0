import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Approval } from "../../core/approvals/approval.ts";
import type { JiraIssueRecord } from "../jira-platform/jira-issues.ts";
import type { PlatformIncident } from "../pagerduty-platform/incident-book.ts";
import type { Channel, Message, Person, View } from "../slack-platform/slack-platform.ts";
import { signIn } from "../support/api-client.ts";
import { type EscalationProduct, linkOf, startEscalationProduct } from "../support/escalation-product.ts";
import { until as untilWithin } from "../support/sample-work.ts";

/** What a machine that stands still has interrupted is gone on with once its lease of 30 s has run out. */
const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
  untilWithin(what, condition, 90_000);

const hour = 3_600_000;
const ada = { name: "Ada Admin", email: "ada@small.example" };
const olga = { name: "Olga Outside", email: "olga@elsewhere.example" };

interface Overdue {
  readonly ts: string;
  readonly approval: Approval;
  readonly issue: JiraIssueRecord;
  readonly incident: PlatformIncident;
}

/** A question that nobody decides becomes a ticket and a page, and what happens to them returns to its thread. */
describe("a question that nobody settles", () => {
  let escalating: EscalationProduct;
  let general: Channel;
  beforeAll(async () => {
    escalating = await startEscalationProduct({
      approval: { required_for: "all", levels: [{ remind_after: "1h", next_after: "2h" }] },
    });
    await escalating.all.small.teach(
      "pump.md",
      "# Pump manual\n\nTo start the pump, open the inlet valve.\n\nTo stop the pump, press the red button.\n\n" +
        "To drain the pump, open the drain cock.\n\nTo flush the pump, let water run for one minute.\n\n" +
        "To prime the pump, fill it with oil.\n\nTo lock the pump, hang the padlock on the lever.\n",
    );
  }, 240_000);
  beforeEach(() => {
    general = escalating.all.newChannel();
  });
  afterEach(() => {
    expect(escalating.all.product.platform.violations).toEqual([]);
    expect(escalating.jira.violations).toEqual([]);
    expect(escalating.pagerDuty.violations).toEqual([]);
  });
  afterAll(() => escalating.close(), 180_000);

  const inThread = (ts: string): readonly Message[] => escalating.all.inThread(general, ts);
  const thread = (ts: string): string => escalating.said(general, ts).join("\n");
  const lines = (ts: string): readonly string[] => inThread(ts).map(({ text }) => text);
  const told = (ts: string, line: string | RegExp): Promise<void> =>
    until(`the thread says ${String(line)}`, async () => thread(ts).search(line) >= 0);
  const card = (ts: string): Message => {
    const [found, ...more] = inThread(ts).filter(({ text }) => text.includes("Severity:"));
    if (!found || more.length > 0) throw new Error("the thread has not one card of the escalation");
    return found;
  };
  /** The form that a button opens, once it has its fields. */
  const form = async (person: Person, on: Message, action: string): Promise<View> => {
    await person.click(on, action);
    await until("the form is filled", async () => person.modals().at(-1)?.callbackId === "escalation_form");
    return person.modals().at(-1)!;
  };
  /** Asks in Slack, and lets the time pass in which somebody should have decided. */
  async function overdue(question: string): Promise<Overdue> {
    const { all, jira, pagerDuty } = escalating;
    const before = { issues: jira.issues().length, incidents: pagerDuty.incidents.length };
    const { ts } = await all.small.people.sam.mention(general, question);
    const approval = await all.offered(question);
    await all.pass(1.5 * hour, approval.id);
    await all.pass(hour, approval.id);
    await escalating.made(question);
    const [issue, ...otherIssues] = jira.issues().slice(before.issues);
    const [incident, ...otherIncidents] = pagerDuty.incidents.slice(before.incidents);
    if (!issue || !incident) throw new Error("nothing was made");
    expect([...otherIssues, ...otherIncidents]).toEqual([]);
    return { ts, approval, issue, incident };
  }

  it("becomes a ticket and an incident; what is done there returns; resolved with an answer, that is learned and sent", async () => {
    const { all, jira, pagerDuty, onCall } = escalating;
    const question = "How do I start the pump?";
    const { ts, approval, issue, incident } = await overdue(question);
    const made = await escalating.escalationOf(question);
    expect(made && linkOf(made, "ticket")).toMatchObject({ externalKey: issue.key, state: "open" });
    expect(made && linkOf(made, "page")).toMatchObject({ externalId: incident.id, state: "open" });
    expect(lines(ts)).toContain(`${issue.key} was created.`);
    expect(thread(ts)).toContain("Ada Admin is on call and was paged");
    expect(card(ts).text).toContain("Escalated: nobody has it in hand yet");

    pagerDuty.acknowledge(incident, onCall);
    await told(ts, "Ada Admin acknowledged it in PagerDuty.");
    await escalating.settled();
    expect(card(ts).text).toContain("Escalated: Ada Admin has it in hand");

    jira.comment(issue.key, { by: ada, text: "Turn the green key, then open the inlet valve." });
    jira.move(issue.key, "Close issue", ada, "Done");
    await told(ts, "Turn the green key, then open the inlet valve");
    await until("the answer is sent", async () => (await all.find(approval.id)).state === "corrected");
    await escalating.settled();
    expect((await all.find(approval.id)).decision).toMatchObject({ byName: "Ada Admin" });
    expect(inThread(ts).at(-1)?.text).toContain("Turn the green key");
    await until("the incident follows", async () => incident.status === "resolved");
    expect((await escalating.escalationOf(question))?.state).toBe("resolved");

    const vic = await signIn(all.product.url, "vic@small.example");
    const turn = await vic.ask("How can I start the pump?");
    expect(turn.state).toBe("answered");
    expect(JSON.stringify(turn)).toContain("Turn the green key");
    expect(await all.approvalsOf("How can I start the pump?")).toEqual([]);
  }, 240_000);

  it("puts the answer of somebody who does not decide before those who do", async () => {
    const { all, jira } = escalating;
    const { ts, approval, issue } = await overdue("How do I stop the pump?");
    jira.comment(issue.key, { by: olga, text: "Pull the plug." });
    jira.move(issue.key, "Close issue", olga, "Done");
    await until(
      "her words are proposed",
      async () => (await all.find(approval.id)).answer?.text === "Pull the plug.",
    );
    await escalating.settled();
    expect(await all.find(approval.id)).toMatchObject({ state: "pending", why: "resolved" });
    const shown = await all.slackCard(approval.id, "ada");
    expect(JSON.stringify(shown.blocks)).toContain("Pull the plug.");
    await all.small.people.ada.click(shown, "approval_approve");
    await until("it is sent", async () => (await all.find(approval.id)).state === "approved");
    await escalating.settled();
    expect(inThread(ts).at(-1)?.text).toContain("Pull the plug.");
  }, 240_000);

  it("is acknowledged, commented on and resolved in its thread, and the ticket and the incident follow", async () => {
    const { all, jira } = escalating;
    const { people } = all.small;
    const { ts, issue, incident } = await overdue("How do I drain the pump?");
    await people.ada.click(card(ts), "escalation_acknowledge");
    await until(
      "both follow",
      async () => incident.status === "acknowledged" && issue.status === "In Progress",
    );
    await escalating.settled();
    expect(card(ts).text).toContain("Escalated: Ada Admin has it in hand");

    await people.sam.submit(await form(people.sam, card(ts), "escalation_comment"), {
      escalation_text: "It leaks now.",
    });
    await until("the comment is in both", async () =>
      [issue.comments, incident.notes].every((written) => JSON.stringify(written).includes("It leaks now.")),
    );
    await escalating.settled();

    jira.comment(issue.key, { by: olga, text: "Only among us.", internal: true });
    jira.comment(issue.key, { by: olga, text: "Which valve?" });
    await told(ts, "Which valve?");
    await escalating.settled();
    expect(thread(ts)).not.toContain("Only among us.");
    expect(lines(ts).filter((line) => line.includes("It leaks now."))).toEqual([]);
    expect(lines(ts).filter((line) => line.includes("Which valve?"))).toHaveLength(1);

    await people.ada.click(card(ts), "escalation_resolve");
    await until("both follow", async () => incident.status === "resolved" && issue.status === "Done");
    await escalating.settled();
    expect(lines(ts).filter((line) => /resolved by/i.test(line))).toEqual(["Resolved by Ada Admin."]);
    expect(card(ts).actionIds).toEqual([]);
  }, 240_000);

  it("has whoever resolved it in PagerDuty write the answer, which is learned and sent", async () => {
    const { all, pagerDuty, onCall } = escalating;
    const { people, workspace } = all.small;
    const { ts, approval, issue, incident } = await overdue("How do I flush the pump?");
    pagerDuty.resolve(incident, onCall);
    await told(ts, "Resolved in PagerDuty by Ada Admin");
    await escalating.settled();
    const wish = workspace
      .dm(people.ada)
      .messages()
      .findLast(({ actionIds }) => actionIds.includes("escalation_answer"));
    if (!wish) throw new Error("nobody was asked");
    await people.ada.submit(await form(people.ada, wish, "escalation_answer"), {
      escalation_text: "Let water run for two minutes.",
    });
    await until("it is decided", async () => (await all.find(approval.id)).state === "corrected");
    await escalating.settled();
    expect(inThread(ts).at(-1)?.text).toContain("Let water run for two minutes.");
    await until("the ticket follows", async () => issue.status === "Done");
    const learned = await all.product.rows("select 1 from verified_answers where question ilike '%flush%'");
    expect(learned).toHaveLength(1);
  }, 240_000);

  it("becomes one ticket and one incident, though the first answers of both are lost", async () => {
    const { all, jira, pagerDuty } = escalating;
    const before = { issues: jira.issues().length, incidents: pagerDuty.incidents.length };
    jira.fail({ on: "create", effect: "done", answer: "close" });
    pagerDuty.failNext("events", { status: 500, done: true });
    const question = "How do I prime the pump?";
    const { ts } = await all.small.people.sam.mention(general, question);
    const approval = await all.offered(question);
    await all.pass(1.5 * hour, approval.id);
    await all.pass(hour, approval.id);
    await until("both are made", async () => {
      await escalating.hurry(60_000);
      const links = (await escalating.escalationOf(question))?.links ?? [];
      return links.length === 2 && links.every(({ state }) => state === "open");
    });
    while ((await escalating.waiting()) > 0) {
      await escalating.hurry(60_000);
      await escalating.settled();
    }
    expect(jira.issues().slice(before.issues)).toHaveLength(1);
    expect(pagerDuty.incidents.slice(before.incidents)).toHaveLength(1);
    expect(lines(ts).filter((line) => line.includes("was created."))).toHaveLength(1);
    expect(lines(ts).filter((line) => line.includes("was paged"))).toHaveLength(2);
  }, 240_000);

  it("hears by asking where webhooks do not come through", async () => {
    const { all, jira, pagerDuty, onCall } = escalating;
    const { ts, issue, incident } = await overdue("How do I lock the pump?");
    jira.webhooks.hold();
    pagerDuty.webhooks.hold = true;
    await all.product.rows(
      `update connections set settings = settings || '{"poll_seconds": 15}' where name in ('Jira', 'PagerDuty')`,
    );
    pagerDuty.acknowledge(incident, onCall);
    jira.comment(issue.key, { by: olga, text: "Which lever?" });
    await until(
      "the thread says both",
      async () => thread(ts).includes("acknowledged it in PagerDuty") && thread(ts).includes("Which lever?"),
    );
    // What comes late after all says nothing new.
    await pagerDuty.webhooks.release();
    await jira.webhooks.release();
    await escalating.settled();
    expect(lines(ts).filter((line) => line.includes("acknowledged it"))).toHaveLength(1);
    expect(lines(ts).filter((line) => line.includes("Which lever?"))).toHaveLength(1);
  }, 240_000);
});

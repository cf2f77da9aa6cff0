import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { secretsContext } from "../../../core/connections/connection.ts";
import { escalationPolicy } from "../../../core/escalation/policy.ts";
import { type ConnectionId, newId } from "../../../core/ids.ts";
import { createJiraPlatform, type JiraPlatform } from "../../jira-platform/create-jira-platform.ts";
import { jiraConnectionTo } from "../../jira-platform/jira-under-test.ts";
import { until } from "../../support/sample-work.ts";
import { cardOf, saidBy } from "../../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../../support/teams-product.ts";
import type { Message, Place } from "../../teams-platform/teams-platform.ts";

/** A question becomes a ticket in Jira because a human is asked for in Teams, and is settled from its card there. */
describe("what is escalated from Teams to Jira", () => {
  let product: TeamsProduct;
  let jira: JiraPlatform;
  let general: Place;
  let root: string;
  beforeAll(async () => {
    jira = await createJiraPlatform({ edition: "cloud" });
    product = await startTeamsProduct({
      plan: (plan) => ({
        ...plan,
        departments: plan.departments.map((one) =>
          one.slug === "operations"
            ? {
                ...one,
                guests: false,
                escalation: escalationPolicy.parse({
                  on: { asked_for: "ticket" },
                  ticket: {
                    connection: "Jira",
                    project: "OPS",
                    issue_type: "Task",
                    transitions: { acknowledge: "Start work", resolve: "Close issue" },
                  },
                }),
              }
            : one,
        ),
      }),
    });
    const { settings, secrets } = jiraConnectionTo(jira);
    const id = newId<ConnectionId>();
    const parts = product.parts();
    await parts.database.withTenant(product.company.tenantId, ({ connections }) =>
      connections.add(
        {
          id,
          kind: "jira",
          name: "Jira",
          settings,
          sealedSecrets: parts.secrets.seal(JSON.stringify(secrets), secretsContext(id)),
          createdBy: null,
        },
        [],
      ),
    );
    const { people } = product;
    await product.teach("pump.md", "# Pump manual\n\nTo start the pump, open the inlet valve.\n");
    const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
    await team.install(people.ada);
    general = team.channel({ name: "Pumps" });
    await product.installForAll();
    root = (await people.sam.mention(general, "operations: How do I start the pump?")).id;
    await product.settled();
  });
  afterEach(() => {
    expect(product.platform.violations).toEqual([]);
    expect(jira.violations).toEqual([]);
  });
  afterAll(async () => {
    await product.close();
    await jira.close();
  });

  const own = (): readonly Message[] => product.ofBot(general.thread(root));
  const said = (): readonly string[] => own().map(saidBy);
  const cards = (): readonly Message[] =>
    own().filter((message) => /^(Escalated|Ada Admin resolved)/.test(saidBy(message)));
  const card = (): Message => {
    expect(cards()).toHaveLength(1);
    return cards()[0]!;
  };
  const cardSays = (text: string): Promise<void> =>
    until(`the card says ${text}`, async () => cards().some((message) => saidBy(message).includes(text)));
  const told = (text: string): Promise<void> =>
    until(text, async () => said().some((one) => one.includes(text)));

  it("becomes one ticket, which its card and a line show", async () => {
    const { sam } = product.people;
    const answered = own().find(({ buttons }) => buttons.includes("Ask a human"));
    await sam.click(answered!, "Ask a human");
    await told("OPS-1 was created.");
    await cardSays("OPS-1 (Jira)");
    expect(card().buttons).toEqual(["Acknowledge", "Resolve", "Add a comment"]);
    expect(JSON.stringify(cardOf(card()))).toContain(`[OPS-1](${jira.url}/browse/OPS-1)`);
    expect(jira.issues()).toHaveLength(1);
  });

  it("is acknowledged on the card, and Jira follows", async () => {
    const { ada, vic } = product.people;
    const { id } = card();
    await vic.click(card(), "Acknowledge");
    await product.settled();
    expect(saidBy(product.ofBot(vic.chat.messages()).at(-1))).toContain("Only leads and approvers");
    const { answer } = await ada.click(card(), "Acknowledge");
    expect(answer).toMatchObject({ statusCode: 200 });
    await told("Ada Admin acknowledged it.");
    await cardSays("Escalated: Ada Admin has it in hand");
    expect(card().id).toBe(id);
    await until("Jira follows", async () => jira.issue("OPS-1").status === "In Progress");
  });

  it("gets a comment from the card, and one from a message of its thread", async () => {
    const { sam, ada } = product.people;
    await sam.click(card(), "Send", { inputs: { escalation_comment_text: "It is *urgent* now." } });
    const { message } = await ada.message(general, "I look at it.", { threadId: root });
    const form = await sam.askAbout(message, "add_to_ticket");
    const value = /"value":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(form.answer))?.[1] ?? '""';
    const escalation_comment_text = JSON.parse(value) as string;
    expect(escalation_comment_text).toBe("Ada Admin wrote:\n\nI look at it.");
    await sam.sendAskAbout(message, { escalation_comment_text }, "add_to_ticket");
    await until("both stand in Jira", async () => jira.issue("OPS-1").comments.length >= 2);
    const written = JSON.stringify(jira.issue("OPS-1").comments.map(({ body }) => body));
    expect(written).toContain("urgent");
    expect(written).toContain("I look at it.");
    expect(written).toContain("Sam Staff");
  });

  it("is resolved on the card, which has no buttons then", async () => {
    const { ada } = product.people;
    await ada.click(card(), "Resolve");
    await told("Resolved by Ada Admin");
    await until("Jira follows", async () => jira.issue("OPS-1").status === "Done");
    await cardSays("Ada Admin resolved");
    expect(card().buttons).toEqual([]);
  });
});

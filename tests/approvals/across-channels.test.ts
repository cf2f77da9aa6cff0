import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Approval } from "../../core/approvals/approval.ts";
import type { Channel, Message } from "../slack-platform/slack-platform.ts";
import { type ApiClient, signIn } from "../support/api-client.ts";
import { type ApprovalsProduct, startApprovalsProduct } from "../support/approvals-product.ts";
import { until } from "../support/sample-work.ts";

jest.setTimeout(180_000);

const inlet = "open the inlet valve and turn the green key";

/** A question is asked in one channel and decided in another; each says what the one record says. */
describe("an answer that experts decide", () => {
  let all: ApprovalsProduct;
  let general: Channel;
  let ada: ApiClient;
  let sam: ApiClient;
  let vic: ApiClient;
  beforeAll(async () => {
    all = await startApprovalsProduct();
    await all.small.teach(
      "pump.md",
      `# Pump manual\n\nTo start the pump, ${inlet}.\n\nTo stop the pump, press the red button.\n\n` +
        "To drain the pump, open the drain cock.\n\nTo flush the pump, let water run for one minute.\n\n" +
        "To prime the pump, fill it with oil.\n\nTo lock the pump, hang the padlock on the lever.\n",
    );
    [ada, sam, vic] = (await Promise.all(
      ["ada", "sam", "vic"].map((name) => signIn(all.product.url, `${name}@small.example`)),
    )) as [ApiClient, ApiClient, ApiClient];
  });
  beforeEach(async () => {
    general = all.newChannel();
    await all.place({ ada: "slack", fay: "teams" });
    await all.setPolicy({ required_for: "all" });
  });
  afterEach(() => {
    expect(all.product.platform.violations).toEqual([]);
    expect(all.teams.violations).toEqual([]);
  });
  afterAll(() => all.close());

  const askInSlack = async (question: string): Promise<{ ts: string; approval: Approval }> => {
    const { ts } = await all.small.people.sam.mention(general, question);
    return { ts, approval: await all.offered(question) };
  };
  const askOnWeb = async (client: ApiClient, question: string): Promise<string> => {
    const { body } = await client.request<{ turnId: string }>("POST", "/turns", { question });
    return body.turnId;
  };
  const turnOnWeb = async (client: ApiClient, turnId: string): Promise<string> =>
    JSON.stringify((await client.request("GET", `/turns/${turnId}`)).body);
  const said = (message: Message | undefined): string => JSON.stringify(message?.blocks ?? "");
  const inSlack = (ts: string): readonly Message[] => all.inThread(general, ts);
  const slackCard = async (id: Approval["id"]): Promise<string> => said(await all.slackCard(id, "ada"));
  const teamsCard = async (id: Approval["id"]): Promise<string> =>
    JSON.stringify((await all.teamsCard(id, "fay")).attachments);
  const decide = (client: ApiClient, { id, revision }: Approval, decision: object) =>
    client.request(`POST`, `/approvals/${id}/decisions`, { revision, ...decision });

  it("is asked for in Slack, approved in Teams with an edit, and comes into the thread in Slack", async () => {
    const question = "How do I start the pump?";
    const { ts, approval } = await askInSlack(question);
    expect(inSlack(ts)).toHaveLength(1);
    expect(inSlack(ts)[0]?.text).toContain("Ada Admin, Fay Finance");
    expect(await slackCard(approval.id)).toContain(inlet);
    const card = await all.teamsCard(approval.id, "fay");
    expect(JSON.stringify(card.attachments)).toContain(inlet);

    const edited = `First put on gloves, then ${inlet}. [1]`;
    await all.inTeams.fay.click(card, "Approve as edited", { inputs: { approval_edited: edited } });
    await until("the answer is there", async () => inSlack(ts).length === 2);
    await until(
      "both cards say who decided",
      async () =>
        (await slackCard(approval.id)).includes("Fay Finance edited and approved") &&
        (await teamsCard(approval.id)).includes("Fay Finance"),
    );
    await all.settled();
    const [, answer] = inSlack(ts);
    expect(said(answer)).toContain(`First put on gloves, then ${inlet}`);
    expect(said(answer)).toContain("Verified by Fay Finance");
    expect(said(answer)).toContain("Pump manual");
    expect((await all.slackCard(approval.id, "ada")).actionIds).toEqual(["approval_undo"]);
    expect((await all.find(approval.id)).decision).toMatchObject({ kind: "edited", byName: "Fay Finance" });
  });

  it("is served to the next who asks, in other words and elsewhere, without a human", async () => {
    const turn = await vic.ask("How can I start the pump?");
    expect(turn.state).toBe("answered");
    expect(JSON.stringify(turn)).toContain("First put on gloves");
    expect(JSON.stringify(turn)).toContain("Fay Finance");
    expect(await all.approvalsOf("How can I start the pump?")).toEqual([]);
  });

  it("is asked for on the web, approved in Slack, and comes to the web", async () => {
    const turnId = await askOnWeb(sam, "How do I stop the pump?");
    const approval = await all.offered("How do I stop the pump?");
    expect(await turnOnWeb(sam, turnId)).toContain('"waiting"');
    await all.small.people.ada.click(await all.slackCard(approval.id, "ada"), "approval_approve");
    await all.settled();
    const turn = await turnOnWeb(sam, turnId);
    expect(turn).toContain("press the red button");
    expect(turn).toContain("Ada Admin");
  });

  it("is decided together for all who wait for the same", async () => {
    const { ts, approval } = await askInSlack("How do I drain the pump?");
    const turnId = await askOnWeb(vic, "How can I drain the pump?");
    await until("the card says that another waits", async () =>
      (await slackCard(approval.id)).includes("1 other waits for the same answer"),
    );
    await all.settled();
    const cards = await all.product.rows("select 1 from approval_cards where approval_id = $1", [
      approval.id,
    ]);
    expect(cards).toHaveLength(2);
    await all.small.people.ada.click(await all.slackCard(approval.id, "ada"), "approval_approve");
    await all.settled();
    expect(said(inSlack(ts)[1])).toContain("open the drain cock");
    expect(await turnOnWeb(vic, turnId)).toContain("open the drain cock");
    const learned = await all.product.rows("select 1 from verified_answers where question ilike '%drain%'");
    expect(learned).toHaveLength(1);

    await all.small.people.ada.click(await all.slackCard(approval.id, "ada"), "approval_undo");
    await all.settled();
    // Changed where it stands, for both who had it.
    expect(inSlack(ts)).toHaveLength(2);
    expect(said(inSlack(ts)[1])).not.toContain("open the drain cock");
    expect(await turnOnWeb(vic, turnId)).not.toContain("open the drain cock");
    expect(await slackCard(approval.id)).toContain("Ada Admin took this answer back");
    expect(await teamsCard(approval.id)).toContain("Ada Admin");
    await askOnWeb(sam, "How do we drain the pump?");
    expect((await all.offered("How do we drain the pump?")).state).toBe("pending");
  });

  it("is not decided by its asker, nor by whom the policy does not name", async () => {
    const question = "How do I flush the pump?";
    const turnId = await askOnWeb(ada, question);
    const approval = await all.offered(question);
    await expect(all.slackCard(approval.id, "ada")).rejects.toThrow();
    for (const [client, reason] of [
      [ada, "approval_own_question"],
      [sam, "approval_not_approver"],
    ] as const)
      expect(await decide(client, approval, { kind: "approve" })).toMatchObject({
        status: 403,
        body: { error: { facts: { reason } } },
      });
    expect((await all.find(approval.id)).state).toBe("pending");
    await all.inTeams.fay.click(await all.teamsCard(approval.id, "fay"), "Approve");
    await all.settled();
    expect(await turnOnWeb(ada, turnId)).toContain("let water run");
  });

  it("waits for as many as the policy wants, wherever each of them decides", async () => {
    await all.setPolicy({ required_for: "all", levels: [{ approvers: { role: "approver" }, required: 2 }] });
    const { ts, approval } = await askInSlack("How do I prime the pump?");
    await all.small.people.ada.click(await all.slackCard(approval.id, "ada"), "approval_approve");
    await all.settled();
    expect((await all.find(approval.id)).state).toBe("pending");
    expect(inSlack(ts)).toHaveLength(1);
    expect(await teamsCard(approval.id)).toContain("Ada Admin");
    expect(await slackCard(approval.id)).toContain("1 of 2 agreed: Ada Admin");
    await all.inTeams.fay.click(await all.teamsCard(approval.id, "fay"), "Approve");
    await all.settled();
    expect((await all.find(approval.id)).state).toBe("approved");
    expect(said(inSlack(ts)[1])).toContain("fill it with oil");
  });

  it("goes to whoever stands in for an absent approver", async () => {
    const fay = await signIn(all.product.url, "fay@small.example");
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const away = await fay.request("PUT", "/me/absence", { until, delegate: "vic@small.example" });
    expect(away.status).toBe(200);
    await all.place({ vic: "teams" });
    const { approval } = await askInSlack("How do I lock the pump?");
    await expect(all.teamsCard(approval.id, "fay")).rejects.toThrow();
    await all.inTeams.vic.click(await all.teamsCard(approval.id, "vic"), "Approve");
    await all.settled();
    expect((await all.find(approval.id)).decision).toMatchObject({ byName: "Vic Viewer" });
    await fay.request("DELETE", "/me/absence");
  });
});

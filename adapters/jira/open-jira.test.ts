import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { policyTicket, sampleTicketDraft } from "../../tests/contract/ticket-system.ts";
import { createJiraPlatform, type JiraPlatform } from "../../tests/jira-platform/create-jira-platform.ts";
import { jiraConnectionTo } from "../../tests/jira-platform/jira-under-test.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { systemClock } from "../../core/clock.ts";
import type { CreatedTicket, TicketSystem } from "../../core/escalation/ticket-system.ts";
import { openJira } from "./open-jira.ts";

const ben = { name: "Ben", email: "ben@jira.example" };
const cleo = { name: "Cleo", email: null };
const written = { connection: "jira", project: "OPS", issue_type: "Task" };
const draftOf = (more: object = {}) => sampleTicketDraft(policyTicket({ ...written, ...more }));

describe.each(["cloud", "data_center"] as const)("Jira %s", (edition) => {
  let platform: JiraPlatform;
  let tickets: TicketSystem;
  beforeAll(async () => {
    platform = await createJiraPlatform({ edition });
    tickets = openJira(jiraConnectionTo(platform), { clock: systemClock, timeoutMs: amplyMs });
  });
  afterEach(() => {
    expect(platform.violations).toEqual([]);
    expect(platform.faultsLeft()).toBe(0);
  });
  afterAll(() => platform.close());
  let keys = 0;
  const make = (more: object = {}): Promise<CreatedTicket> =>
    tickets.create(draftOf(more), `key-${String((keys += 1))}`);
  const read = (made: CreatedTicket, answerFrom = "last_comment") =>
    tickets.read(made.externalId, answerFrom, null);

  it("sets priority, labels and further fields as the policy says", async () => {
    const made = await make({
      priorities: { warning: "High" },
      fields: { labels: ["facilities"], customfield_10051: { value: "Blue" } },
    });
    const issue = platform.issue(made.externalId);
    expect(issue.fields).toMatchObject({
      project: { key: "OPS" },
      issuetype: { name: "Task" },
      priority: { name: "High" },
      customfield_10051: { value: "Blue" },
    });
    expect(issue.labels).toEqual(["facilities", `the-expert-key-${String(keys)}`]);
    expect(made).toEqual({
      externalId: issue.id,
      externalKey: issue.key,
      url: `${platform.url}/browse/${issue.key}`,
    });
  });

  it("tells Jira's own words where it refuses, with what to do", async () => {
    await expect(make({ priorities: { warning: "Sky-high" } })).rejects.toMatchObject({
      code: "channel_refused",
      message: expect.stringContaining("Sky-high"),
      remedy: expect.stringContaining("escalation policy"),
    });
    await expect(make({ fields: { story: 1 } })).rejects.toMatchObject({
      code: "channel_refused",
      remedy: expect.stringContaining("screen"),
    });
    await expect(make({ project: null })).rejects.toMatchObject({
      code: "channel_refused",
      remedy: expect.stringContaining("ticket.project"),
    });
  });

  it.each([
    [{ "retry-after": "7" }, 7_000],
    [{ "retry-after": "999999" }, 3_600_000],
    [{ "ratelimit-reason": "jira-burst-based" }, 5_000],
    [{ "ratelimit-reason": "jira-per-issue-on-write" }, 15_000],
    [{ "ratelimit-reason": "jira-quota-global-based" }, 60_000],
    [{}, 60_000],
  ])("pauses as long as Jira wants: %j", async (headers: Record<string, string>, retryAfterMs) => {
    platform.fail({ on: "create", answer: { status: 429, headers } });
    await expect(make()).rejects.toMatchObject({ code: "rate_limited", facts: { retryAfterMs } });
  });

  it("pauses until a moment that Jira names", async () => {
    const reset = new Date(Date.now() + 300_000).toISOString();
    platform.fail({ on: "search", answer: { status: 429, headers: { "x-ratelimit-reset": reset } } });
    const error: unknown = await tickets.find("k").catch((thrown: unknown) => thrown);
    const { retryAfterMs } = (error as { facts: { retryAfterMs: number } }).facts;
    expect(retryAfterMs).toBeGreaterThan(200_000);
    expect(retryAfterMs).toBeLessThanOrEqual(300_000);
  });

  it.each([
    [{ status: 200, body: "<html>Sign in</html>" }, "channel_unavailable"],
    [{ status: 200, body: { odd: true } }, "channel_unavailable"],
    [{ status: 302, headers: { location: "https://elsewhere.example/" } }, "channel_refused"],
    [{ status: 403, body: {} }, "channel_refused"],
    [{ status: 403, headers: { "x-authentication-denied-reason": "CAPTCHA_CHALLENGE" } }, "unauthenticated"],
    [{ status: 503, body: "down" }, "channel_unavailable"],
    [{ status: 404, body: { errorMessages: ["no"] } }, "channel_refused"],
    [{ status: 200, body: "[".repeat(17 * 1024 * 1024) }, "channel_unavailable"],
  ])("translates an answer", async (answer, code) => {
    platform.fail({ on: "create", answer });
    await expect(make()).rejects.toMatchObject({ code, remedy: expect.any(String) });
  });

  it("says nothing of its token, whatever goes wrong", async () => {
    const basic = Buffer.from(`${platform.email}:${platform.token}`).toString("base64");
    const said: string[] = [];
    for (const answer of [
      "close" as const,
      { status: 400, body: { errorMessages: [`You sent ${platform.token}`] } },
      { status: 500, body: platform.token },
      { status: 200, body: platform.token },
      { status: 200, body: { id: platform.token } },
    ]) {
      platform.fail({ on: "create", answer });
      const error: unknown = await make().catch((thrown: unknown) => thrown);
      said.push(inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error));
    }
    expect(said.join("\n")).not.toContain(platform.token);
    expect(said.join("\n")).not.toContain(basic);
  });

  it("is not let in with another token", async () => {
    const { settings, secrets } = jiraConnectionTo(platform);
    const other = openJira({ settings, secrets: { ...secrets, token: "wrong" } }, { clock: systemClock });
    await expect(other.find("k")).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(other.test()).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("gives a resolution where closing asks for one", async () => {
    const [first, second] = [await make(), await make()];
    platform.requireResolution = true;
    await tickets.transition(first.externalId, "Close issue");
    await tickets.closeDuplicate(second.externalId, first);
    platform.requireResolution = false;
    expect((await read(first))?.resolution).toBe("Done");
    expect((await read(second))?.resolution).toBe("Duplicate");
  });

  it("says in a duplicate that it could not be closed", async () => {
    const [first, second] = [await make(), await make()];
    platform.fail({
      on: "transition",
      answer: { status: 400, body: { errors: { customfield_1: "is required" } } },
    });
    await tickets.closeDuplicate(second.externalId, first);
    const change = await read(second);
    expect(change?.state).toBe("open");
    expect(change?.comments.map(({ text }) => text)).toEqual([
      expect.stringContaining(`[${first.externalKey}](${first.url})`),
    ]);
    expect(change?.comments[0]?.text).toContain("please close it");
  });

  it("does once what it moved before, though the name is a transition's and not a status's", async () => {
    const made = await make();
    await tickets.transition(made.externalId, "Start work");
    await tickets.transition(made.externalId, "Start work");
    platform.move(made.externalId, "Stop work", ben);
    await tickets.transition(made.externalId, "start work");
    expect(platform.issue(made.externalId).moves).toHaveLength(3);
    platform.move(made.externalId, "Close issue", ben);
    await expect(tickets.transition(made.externalId, "Start work")).rejects.toMatchObject({
      code: "channel_refused",
      remedy: expect.stringContaining("“Reopen”"),
    });
  });

  describe("an answer", () => {
    it("is the last public comment of whoever settled it", async () => {
      const made = await make();
      platform.assign(made.externalId, cleo);
      platform.comment(made.externalId, { by: ben, text: "Ask at gate 1." });
      expect((await read(made))?.answer).toBeNull();
      platform.comment(made.externalId, { by: ben, text: "No: ask at gate 2." });
      platform.comment(made.externalId, { by: ben, text: "They annoy me.", internal: true });
      platform.comment(made.externalId, { by: ben, text: "Only for roles.", role: "Administrators" });
      platform.comment(made.externalId, { by: cleo, text: "Thanks, Ben." });
      await tickets.comment(made.externalId, { key: "k", by: "Ada", text: "I still wait." });
      platform.move(made.externalId, "Close issue", ben);
      const change = await read(made);
      expect(change).toMatchObject({ state: "resolved", answer: "No: ask at gate 2.", by: ben });
      const late = await tickets.read(made.externalId, "last_comment", new Date(Date.now() + 1_000));
      expect(late).toMatchObject({ comments: [], answer: "No: ask at gate 2." });
    });

    it("is the assignee's where whoever settled it wrote none, and else nobody's", async () => {
      const made = await make();
      platform.assign(made.externalId, cleo);
      platform.comment(made.externalId, { by: cleo, text: "Ask at gate 3." });
      platform.move(made.externalId, "Close issue", ben);
      expect((await read(made))?.answer).toBe("Ask at gate 3.");
      const other = await make();
      platform.comment(other.externalId, { by: cleo, text: "Me too." });
      platform.move(other.externalId, "Close issue", ben);
      expect((await read(other))?.answer).toBeNull();
    });

    it("is a field's, by its id or by its name", async () => {
      const made = await make();
      expect((await read(made, "customfield_10050"))?.answer).toBeNull();
      platform.setField(
        made.externalId,
        "customfield_10050",
        edition === "cloud"
          ? {
              type: "doc",
              version: 1,
              content: [
                {
                  type: "paragraph",
                  content: [{ type: "text", text: "Gate 4", marks: [{ type: "strong" }] }],
                },
              ],
            }
          : "*Gate 4*",
      );
      expect((await read(made, "customfield_10050"))?.answer).toBe("**Gate 4**");
      expect((await read(made, "answer"))?.answer).toBe("**Gate 4**");
      expect((await read(made, "Another field"))?.answer).toBeNull();
    });
  });

  it("reads comments page after page", async () => {
    const made = await make();
    for (let at = 0; at < 230; at += 1)
      platform.comment(made.externalId, { by: ben, text: `no. ${String(at)}` });
    const all = (await read(made))?.comments ?? [];
    expect(all.map(({ text }) => text)).toEqual(Array.from({ length: 230 }, (_, at) => `no. ${String(at)}`));
    await tickets.comment(made.externalId, { key: "old", by: "Ada", text: "mine" });
    const since = (await tickets.read(made.externalId, "last_comment", all.at(-1)?.at ?? null))?.comments;
    expect(since?.map(({ isOurs }) => isOurs)).toEqual([false, true]);
  });

  it("takes a comment that was sent and not answered for written", async () => {
    const made = await make();
    platform.fail({ on: "comment", effect: "done", answer: "close" });
    const comment = { key: "once", by: "Ada", text: "Please." };
    await expect(tickets.comment(made.externalId, comment)).rejects.toMatchObject({
      code: "channel_unavailable",
    });
    await tickets.comment(made.externalId, comment);
    expect(platform.issue(made.externalId).comments).toHaveLength(1);
  });

  it("takes a reply that quotes ours for somebody else's", async () => {
    const made = await make();
    await tickets.comment(made.externalId, { key: "quoted", by: "Ada", text: "Please." });
    const ours = platform.issue(made.externalId).comments[0]?.body;
    const body =
      edition === "cloud"
        ? {
            type: "doc",
            version: 1,
            content: [
              { type: "blockquote", content: (ours as { content: object[] }).content },
              { type: "paragraph", content: [{ type: "text", text: "Done." }] },
            ],
          }
        : `{quote}\n${String(ours)}\n{quote}\nDone.`;
    platform.comment(made.externalId, { by: ben, body });
    expect((await read(made))?.comments.map(({ isOurs }) => isOurs)).toEqual([true, false]);
  });

  it("names what the account lacks, and that nothing comes back", async () => {
    platform.missingPermissions = ["ADD_COMMENTS"];
    const { settings, secrets } = jiraConnectionTo(platform, { webhookSecrets: [] });
    const at = (pollSeconds: number | null) =>
      openJira({ settings: { ...settings, poll_seconds: pollSeconds }, secrets }, { clock: systemClock });
    const { as, faults } = await at(null).test();
    expect((await at(60).test()).faults).toHaveLength(1);
    platform.missingPermissions = [];
    expect(as).toBe("Expert Bot (bot@jira.example)");
    expect(faults.map(({ fault }) => fault)).toEqual([
      expect.stringContaining("Add Comments"),
      expect.stringContaining("webhook secret"),
    ]);
  });

  it("asks for nothing but numbers in a path", async () => {
    const before = platform.asked.length;
    await expect(tickets.read("1/../../user", "last_comment", null)).rejects.toMatchObject({
      code: "channel_refused",
    });
    await expect(tickets.comment("1?x", { key: "k", by: "A", text: "b" })).rejects.toMatchObject({
      code: "channel_refused",
    });
    expect(platform.asked).toHaveLength(before);
  });
});

describe("an address", () => {
  const connection = { settings: { email: "a@b.example", poll_seconds: 60, attachment_limit_mb: 10 } };
  const open = (
    base_url: string,
    edition: "cloud" | "data_center" = "cloud",
    email: string | null = "a@b.co",
  ) =>
    openJira(
      {
        settings: { ...connection.settings, base_url, edition, email },
        secrets: { token: "t", webhook_secrets: [] },
      },
      { clock: systemClock },
    );

  it("is https, or on this machine", () => {
    expect(() => open("http://jira.example")).toThrow(
      expect.objectContaining({ code: "configuration_invalid" }),
    );
    open("https://jira.example");
    open("http://localhost:8080");
  });

  it("of Cloud wants the account's e-mail", () => {
    expect(() => open("https://a.atlassian.net", "cloud", null)).toThrow(
      expect.objectContaining({ code: "configuration_invalid" }),
    );
    open("https://jira.example", "data_center", null);
  });

  it("may have a path, and keeps it", async () => {
    const asked: string[] = [];
    const server: Server = createServer((request, response) => {
      asked.push(`${String(request.method)} ${String(request.url)} ${String(request.headers.authorization)}`);
      response.end(JSON.stringify({ displayName: "Ann", permissions: {}, issues: [] }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jira`;
    const tickets = open(address, "data_center");
    await tickets.test();
    await tickets.find("k");
    server.close();
    const basic = `Basic ${Buffer.from("a@b.co:t").toString("base64")}`;
    expect(asked).toEqual([
      `GET /jira/rest/api/2/myself ${basic}`,
      `GET /jira/rest/api/2/mypermissions ${basic}`,
      `POST /jira/rest/api/2/search ${basic}`,
    ]);
  });
});

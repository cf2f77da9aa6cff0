import { createHmac } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { jiraHookReader } from "./hook-reader.ts";

const secret = "a secret of sixteen or more";
const now = new Date("2026-11-21T08:00:00Z");
const sign = (body: string, key = secret): string =>
  `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
const updated = JSON.stringify({
  timestamp: 1_790_000_000_000,
  webhookEvent: "jira:issue_updated",
  issue: { id: "10001", key: "OPS-1", fields: { labels: ["the-expert-k"] } },
});

const read = (
  body: string,
  headers: Record<string, string | string[]> = { "x-hub-signature": sign(body) },
  secrets: readonly string[] = [secret],
) => jiraHookReader.read({ headers, rawBody: Buffer.from(body) }, secrets, now);

describe("signatures", () => {
  it("believes what is signed over the very bytes", () => {
    expect(read(updated)).toMatchObject({ outcome: "told" });
    expect(read(`${updated} `, { "x-hub-signature": sign(updated) })).toMatchObject({ outcome: "forged" });
  });

  it("believes each secret while it stands there, and none after", () => {
    const older = "the secret before this one";
    const headers = { "x-hub-signature": sign(updated, older) };
    expect(read(updated, headers, [secret, older])).toMatchObject({ outcome: "told" });
    expect(read(updated, headers, [secret])).toMatchObject({ outcome: "forged" });
  });

  it.each([
    ["no signature", {}],
    ["an empty one", { "x-hub-signature": "" }],
    ["another method", { "x-hub-signature": sign(updated).replace("sha256", "sha1") }],
    ["the digest alone", { "x-hub-signature": sign(updated).slice(7) }],
    ["another secret's", { "x-hub-signature": sign(updated, "somebody else's secret") }],
  ])("calls it forged: %s", (_, headers) => {
    expect(read(updated, headers)).toMatchObject({ outcome: "forged" });
  });

  it("believes nothing where no secret is set, not even what an empty one signs", () => {
    expect(read(updated, { "x-hub-signature": sign(updated, "") }, [])).toMatchObject({ outcome: "forged" });
  });
});

describe("deliveries", () => {
  it("knows one that is repeated by Jira's identifier", () => {
    const headers = { "x-hub-signature": sign(updated), "x-atlassian-webhook-identifier": "d-1" };
    expect(read(updated, headers)).toMatchObject({ deliveryId: "d-1" });
    expect(read(updated, { ...headers, "x-atlassian-webhook-retry": "1" })).toMatchObject({
      deliveryId: "d-1",
    });
  });

  it("knows it by its bytes where there is none, or one that fits nowhere", () => {
    const first = read(updated);
    expect(first).toMatchObject({ deliveryId: expect.stringMatching(/^sha256-[0-9a-f]{64}$/) });
    expect(read(updated)).toEqual(first);
    const later = updated.replace("1790000000000", "1790000000001");
    expect(read(later)).not.toEqual(first);
    const odd = { "x-hub-signature": sign(updated), "x-atlassian-webhook-identifier": "a\nb".repeat(300) };
    expect(read(updated, odd)).toEqual(first);
  });
});

describe("events", () => {
  it.each(["jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated"])(
    "hears %s, and lets the issue be read unless it is gone",
    (webhookEvent) => {
      const reading = read(JSON.stringify({ webhookEvent, issue: { id: 10_001 } }));
      if (reading.outcome !== "told") throw new Error(reading.outcome);
      const stored: unknown = JSON.parse(JSON.stringify(reading.body));
      const gone = webhookEvent === "jira:issue_deleted" ? { gone: true } : {};
      expect(jiraHookReader.told(stored)).toEqual({ externalId: "10001", key: null, change: null, ...gone });
    },
  );

  it("takes the issue of a comment from its address where nothing else names it", () => {
    const self = "https://jira.example/rest/api/2/issue/10001/comment/10100";
    const body = JSON.stringify({ webhookEvent: "comment_created", comment: { self, body: "x" } });
    expect(read(body)).toMatchObject({ outcome: "told", body: { issueId: "10001" } });
  });

  it("keeps no words of it", () => {
    const reading = read(updated);
    expect(reading).toMatchObject({ body: { event: "jira:issue_updated", issueId: "10001" } });
    expect(Object.keys(reading.outcome === "told" ? reading.body : {})).toEqual(["event", "issueId"]);
  });

  it.each(["jira:issue_created", "jira:worklog_updated", "sprint_started"])("ignores %s", (webhookEvent) => {
    expect(read(JSON.stringify({ webhookEvent, issue: { id: "1" } }))).toEqual({ outcome: "ignored" });
  });

  it.each(["", "{", "[]", '{"webhookEvent":1}', '{"webhookEvent":"comment_created","issue":{"id":"../1"}}'])(
    "cannot read %s",
    (body) => {
      expect(read(body)).toMatchObject({ outcome: "unreadable" });
    },
  );

  it("takes in nothing else", () => {
    expect(() => jiraHookReader.told({ event: "comment_created", issueId: "1/../2" })).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });
});

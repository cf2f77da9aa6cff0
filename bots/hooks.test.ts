import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { HookReceiver, HookRequest } from "../core/connections/hook-receiver.ts";
import type { ChatResponse } from "../core/inbox/chat-receiver.ts";
import { httpBench, type HttpBench } from "../tests/support/http-bench.ts";

const tenant = "01900000-0000-7000-8000-00000000000a";
const connection = "01900000-0000-7000-8000-00000000000B";

describe("the addresses of webhooks", () => {
  let bench: HttpBench;
  let received: HookRequest[];
  let answer: () => Promise<ChatResponse>;
  beforeEach(async () => {
    received = [];
    answer = async () => ({ status: 202, headers: {}, body: "" });
    const hooks: HookReceiver = {
      receive: (request) => {
        received.push(request);
        return answer();
      },
    };
    bench = await httpBench({ change: { hooks } });
  });
  afterEach(() => bench.close());
  const post = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${bench.url}/v1/hooks/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: "{}",
      ...init,
    });

  it.each(["jira", "pagerduty", "servicenow"] as const)(
    "hand the very bytes of %s to the receiver, with whose they are",
    async (system) => {
      const bytes = Buffer.from([0x7b, 0x20, 0xe0, 0xb8, 0x81, 0xff, 0x0d, 0x0a, 0x7d]);
      const response = await post(`${system}/${tenant}/${connection}?from=them`, {
        body: bytes,
        headers: { "content-type": "application/json", "X-Hub-Signature": "sha256=1" },
      });
      expect(response.status).toBe(202);
      expect(received).toMatchObject([
        {
          system,
          tenantId: tenant,
          connectionId: connection.toLowerCase(),
          headers: { "x-hub-signature": "sha256=1" },
        },
      ]);
      expect(Buffer.from(received[0]?.rawBody ?? []).equals(bytes)).toBe(true);
    },
  );

  it("answer as the receiver does, and tell nothing of what failed", async () => {
    answer = async () => ({ status: 503, headers: { "retry-after": "3" }, body: "" });
    const later = await post(`jira/${tenant}/${connection}`);
    expect([later.status, later.headers.get("retry-after")]).toEqual([503, "3"]);
    answer = () => Promise.reject(new TypeError("secret insides"));
    const failed = await post(`jira/${tenant}/${connection}`);
    expect([failed.status, (await failed.text()).includes("insides")]).toEqual([500, false]);
    expect(bench.logged).toMatchObject([{ level: "error", message: "a request of Jira failed" }]);
  });

  it.each<[string, number, string, RequestInit]>([
    ["another method", 405, `jira/${tenant}/${connection}`, { method: "GET", body: null }],
    ["a form", 415, `pagerduty/${tenant}/${connection}`, { headers: { "content-type": "text/plain" } }],
    ["more than 1 MB", 413, `servicenow/${tenant}/${connection}`, { body: "a".repeat(1_000_001) }],
  ])("refuse %s with %d, unread", async (_what, status, path, init) => {
    expect((await post(path, init)).status).toBe(status);
    expect(received).toEqual([]);
  });

  it.each([
    `github/${tenant}/${connection}`,
    `jira/${tenant}`,
    `jira/${tenant}/${connection}/more`,
    `jira/not-a-uuid/${connection}`,
    `jira/${tenant}/${connection}'`,
    `jira/${tenant}/..%2f${connection}`,
  ])("are none: %s", async (path) => {
    expect([401, 404]).toContain((await post(path)).status);
    expect(received).toEqual([]);
  });
});

it("is nothing where no webhooks are taken in", async () => {
  const bench = await httpBench();
  const response = await fetch(`${bench.url}/v1/hooks/jira/${tenant}/${connection}`, { method: "POST" });
  expect(response.status).toBe(401);
  await bench.close();
});

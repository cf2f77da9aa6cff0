import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ChatRequest, ChatResponse } from "../core/inbox/chat-receiver.ts";
import { httpBench, type HttpBench } from "../tests/support/http-bench.ts";

describe("Teams' address", () => {
  let bench: HttpBench;
  let received: ChatRequest[];
  let answer: () => Promise<ChatResponse>;
  beforeEach(async () => {
    received = [];
    answer = async () => ({ status: 200, headers: {}, body: "" });
    bench = await httpBench({
      change: {
        teams: {
          receive: (request) => {
            received.push(request);
            return answer();
          },
        },
      },
    });
  });
  afterEach(() => bench.close());
  const post = (init: RequestInit = {}, path = "/api/messages"): Promise<Response> =>
    fetch(`${bench.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", authorization: "Bearer x" },
      body: '{"type":"message","text":"สวัสดี"}',
      ...init,
    });

  it("hands the very bytes to the receiver, with the token", async () => {
    const response = await post();
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(received).toMatchObject([{ kind: "activities", headers: { authorization: "Bearer x" } }]);
    expect(Buffer.from(received[0]?.rawBody ?? []).toString()).toBe('{"type":"message","text":"สวัสดี"}');
  });

  it("answers an invoke as the receiver does", async () => {
    answer = async () => ({
      status: 200,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: '{"statusCode":200}',
    });
    const response = await post();
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual({ statusCode: 200 });
  });

  it("tells nothing of what fails inside", async () => {
    answer = () => Promise.reject(new TypeError("secret insides"));
    const failed = await post();
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("insides");
    expect(bench.logged).toMatchObject([{ level: "error", message: "a request of Teams failed" }]);
  });

  it.each<[string, number, RequestInit]>([
    ["another method", 405, { method: "GET", body: null }],
    ["a form", 415, { headers: { "content-type": "application/x-www-form-urlencoded" } }],
    ["no type", 415, { headers: {} }],
    ["what is longer than any activity", 413, { body: "x".repeat(1_000_001) }],
  ])("refuses %s unread", async (_what, status, init) => {
    expect((await post(init)).status).toBe(status);
    expect(received).toEqual([]);
  });

  it("is not there where no Teams app is configured", async () => {
    await bench.close();
    bench = await httpBench();
    expect((await post()).status).toBe(404);
  });
});

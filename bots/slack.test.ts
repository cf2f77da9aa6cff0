import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ChatReceiver, ChatRequest, ChatResponse } from "../core/inbox/chat-receiver.ts";
import { httpBench, type HttpBench } from "../tests/support/http-bench.ts";

describe("Slack's addresses", () => {
  let bench: HttpBench;
  let received: ChatRequest[];
  let answer: () => Promise<ChatResponse>;
  beforeEach(async () => {
    received = [];
    answer = async () => ({ status: 200, headers: {}, body: "" });
    const slack: ChatReceiver = {
      receive: (request) => {
        received.push(request);
        return answer();
      },
    };
    bench = await httpBench({ change: { slack } });
  });
  afterEach(() => bench.close());
  const post = (path: string, body: string | Uint8Array, init: RequestInit = {}): Promise<Response> =>
    fetch(`${bench.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : Buffer.from(body),
      ...init,
    });

  it.each(["events", "interactions", "commands"])(
    "hand the very bytes of %s to the receiver",
    async (kind) => {
      const bytes = Buffer.from([0x7b, 0x20, 0xe0, 0xb8, 0x81, 0xff, 0x0d, 0x0a, 0x7d]);
      const headers = { "content-type": "application/json", "x-slack-signature": "v0=1" };
      const response = await post(`/slack/${kind}?from=slack`, bytes, { headers });
      expect([response.status, await response.text()]).toEqual([200, ""]);
      expect(received).toMatchObject([
        { kind, headers: { "x-slack-signature": "v0=1", "content-length": "9" } },
      ]);
      expect(Buffer.from(received[0]?.rawBody ?? []).equals(bytes)).toBe(true);
    },
  );

  it("answer as the receiver does", async () => {
    answer = async () => ({
      status: 429,
      headers: { "retry-after": "7", "content-type": "text/plain; charset=utf-8" },
      body: "รอสักครู่",
    });
    const response = await post("/slack/events", "{}");
    expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([
      429,
      "7",
      "รอสักครู่",
    ]);
    answer = () => Promise.reject(new TypeError("secret insides"));
    const failed = await post("/slack/events", "{}");
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("insides");
    expect(bench.logged).toMatchObject([{ level: "error" }]);
  });

  it("take bodies that come in pieces", async () => {
    const pieces = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const piece of ['{"a":', "1", "}"]) {
          controller.enqueue(Buffer.from(piece));
          await pause(5);
        }
        controller.close();
      },
    });
    const init = { body: pieces, duplex: "half" } as RequestInit;
    expect((await post("/slack/events", "", init)).status).toBe(200);
    expect(Buffer.from(received[0]?.rawBody ?? []).toString()).toBe('{"a":1}');
  });

  it.each<[string, number, RequestInit]>([
    ["another method", 405, { method: "PUT" }],
    ["a browser", 405, { method: "GET", body: null }],
    ["no media type", 415, { headers: {} }],
    ["another media type", 415, { headers: { "content-type": "text/plain" } }],
    ["a form with files", 415, { headers: { "content-type": "multipart/form-data; boundary=x" } }],
    [
      "packed bytes",
      415,
      { headers: { "content-type": "application/json", "content-encoding": "gzip" }, body: gzipSync("{}") },
    ],
  ])("refuse %s with %d, unread", async (_what, status, init) => {
    const response = await post("/slack/commands", "x", init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) as unknown } });
    expect(received).toEqual([]);
  });

  it("refuse more than 1 MB, announced or not", async () => {
    const most = Buffer.alloc(1_000_000, "a");
    expect((await post("/slack/events", most)).status).toBe(200);
    const over = Buffer.alloc(1_000_001, "a");
    expect((await post("/slack/events", over)).status).toBe(413);
    const stream = new Blob([over]).stream();
    const unannounced = await post("/slack/events", "", { body: stream, duplex: "half" });
    expect(unannounced.status).toBe(413);
    expect(received).toHaveLength(1);
  });

  it("tell the receiver of a body whose connection broke off", async () => {
    const { hostname, port } = new URL(bench.url);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    await new Promise((resolve) =>
      socket.write(
        'POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"type":',
        resolve,
      ),
    );
    await pause(50);
    socket.destroy();
    for (let i = 0; received.length === 0 && i < 3_000; i += 1) await pause(10);
    expect(received).toMatchObject([{ kind: "events", headers: { "content-length": "99" } }]);
    expect(Buffer.from(received[0]?.rawBody ?? []).toString()).toBe('{"type":');
  });

  it("leave everything else to the others", async () => {
    for (const path of ["/slack", "/slack/other", "/slack/events/more"]) {
      expect((await post(path, "{}")).status).toBe(404);
    }
    expect((await fetch(`${bench.url}/health/live`)).status).toBeLessThan(500);
    expect(received).toEqual([]);
  });

  it("are not there where Slack does not come by HTTP", async () => {
    await bench.close();
    bench = await httpBench();
    expect((await post("/slack/events", "{}")).status).toBe(404);
  });
});

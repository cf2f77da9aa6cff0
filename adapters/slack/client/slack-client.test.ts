import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../../core/errors.ts";
import { refusals } from "./refusals.ts";
import { callSlack, createSlackClient } from "./slack-client.ts";
import { slackErrorCode } from "./translate-slack-error.ts";

interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly fields: Readonly<Record<string, string>>;
  readonly port: number | undefined;
}

let server: Server;
let heard: Heard[];
let answer: (response: ServerResponse) => void;
let apiUrl: string;

beforeEach(async () => {
  heard = [];
  answer = (response) => response.end('{"ok":true}');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      heard.push({
        path: request.url ?? "",
        headers: request.headers,
        fields: Object.fromEntries(new URLSearchParams(body)),
        port: request.socket.remotePort,
      });
      answer(response);
    });
  });
  // Kept until the client ends it.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  apiUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it("reads no answer without an end", async () => {
  const started = performance.now();
  answer = (response) => {
    const piece = Buffer.alloc(1_024 * 1_024, " ");
    const write = (): void => {
      while (!response.destroyed && response.write(piece));
      response.once("drain", write);
    };
    write();
  };
  await expect(callSlack(() => client(60_000).auth.test())).rejects.toMatchObject({
    code: "channel_unavailable",
    message: expect.stringContaining("too long") as unknown,
  });
  expect(performance.now() - started).toBeLessThan(50_000);
});

const client = (timeoutMs?: number) =>
  createSlackClient({ token: "xoxb-1", apiUrl, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
const json =
  (body: object, headers: Record<string, string> = {}, status = 200) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
const failure = async (work: () => Promise<unknown>): Promise<ExpertError> => {
  try {
    await callSlack(work);
  } catch (error) {
    if (error instanceof ExpertError) return error;
    throw error;
  }
  throw new Error("the call did not fail");
};
const post = () => client().chat.postMessage({ channel: "C1", text: "hello" });

describe("a call", () => {
  it("is a form with the token in its header, objects as JSON and nothing that is not set", async () => {
    answer = json(
      { ok: true, ts: "1.2", response_metadata: { next_cursor: "" } },
      { "x-oauth-scopes": "a,b" },
    );
    const told = await client().chat.postMessage({
      channel: "C1",
      text: "สวัสดี & hello",
      blocks: [{ type: "divider" }],
      unfurl_links: false,
      thread_ts: "1.0",
      metadata: undefined as never,
    });
    expect(told).toEqual({ ok: true, ts: "1.2", response_metadata: { next_cursor: "", scopes: ["a", "b"] } });
    expect(heard).toEqual([
      expect.objectContaining({
        path: "/api/chat.postMessage",
        fields: {
          channel: "C1",
          text: "สวัสดี & hello",
          blocks: '[{"type":"divider"}]',
          unfurl_links: "false",
          thread_ts: "1.0",
        },
      }),
    ]);
    expect(heard[0]?.headers.authorization).toBe("Bearer xoxb-1");
  });

  it("keeps its connection, and takes another token for once without sending it twice", async () => {
    await client().auth.test();
    await client().auth.test({ token: "xoxb-2" });
    expect(new Set(heard.map(({ port }) => port)).size).toBe(1);
    expect(heard[1]).toMatchObject({ fields: {}, headers: { authorization: "Bearer xoxb-2" } });
    await createSlackClient({ token: null, apiUrl }).oauth.v2.access({ client_id: "1", client_secret: "2" });
    expect(heard[2]?.headers.authorization).toBeUndefined();
  });

  it("goes page by page as the library does", async () => {
    const pages: number[] = [];
    answer = (response) =>
      json({
        ok: true,
        response_metadata: { next_cursor: heard.length < 3 ? `page${String(heard.length)}` : "" },
      })(response);
    for await (const page of client().paginate("users.list", { limit: 2 })) pages.push(page.ok ? 1 : 0);
    expect(pages).toEqual([1, 1, 1]);
    expect(heard.map(({ fields }) => fields["cursor"])).toEqual([undefined, "page1", "page2"]);
  });
});

describe("what a failed call is", () => {
  it("a pause that Slack wants is rate_limited, at once", async () => {
    answer = json({ ok: false, error: "ratelimited" }, { "retry-after": "7" }, 429);
    expect(await failure(post)).toMatchObject({ code: "rate_limited", facts: { retryAfterMs: 7_000 } });
    answer = json({}, {}, 429);
    expect(await failure(post)).toMatchObject({ code: "rate_limited", facts: { retryAfterMs: 30_000 } });
    answer = json({ ok: false, error: "ratelimited" });
    expect(await failure(post)).toMatchObject({ code: "rate_limited", facts: { retryAfterMs: 1_000 } });
    expect(heard).toHaveLength(3);
  });

  it("what Slack will go on refusing is channel_refused, in plain words with what to do", async () => {
    answer = json({ ok: false, error: "not_in_channel" });
    const refused = await failure(post);
    expect(refused).toMatchObject({
      code: "channel_refused",
      message: "The bot is not in the Slack channel. (not_in_channel)",
      remedy: "Invite the bot there: /invite @The Expert.",
      facts: { slackError: "not_in_channel" },
    });
    expect(slackErrorCode(refused)).toBe("not_in_channel");
    answer = json({ ok: false, error: "missing_scope", needed: "chat:write", provided: "im:read" });
    expect(await failure(post)).toMatchObject({
      code: "channel_refused",
      message: expect.stringContaining("missing_scope: chat:write") as unknown,
      facts: { needed: "chat:write" },
    });
    answer = json({ ok: false, error: "something_new" });
    expect(await failure(post)).toMatchObject({
      code: "channel_refused",
      message: "Slack refuses what it was asked. (something_new)",
    });
  });

  it.each(Object.entries(refusals))("%s is explained in a sentence", (_code, { what, remedy = "None." }) => {
    expect(what).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*[.`]$/);
  });

  it.each([
    ["the status 500", (response: ServerResponse) => response.writeHead(500).end("oops")],
    ["a page instead of JSON", (response: ServerResponse) => response.end("<html>maintenance</html>")],
    ["a redirect", (response: ServerResponse) => response.writeHead(302, { location: "/" }).end()],
    ["Slack's own internal error", json({ ok: false, error: "internal_error" })],
    ["a connection that closes before the answer", (response: ServerResponse) => response.destroy()],
    [
      "a connection that closes within the answer",
      (response: ServerResponse) => {
        response.writeHead(200, { "content-length": "100" }).write('{"ok":');
        setImmediate(() => response.destroy());
      },
    ],
  ])("%s is channel_unavailable", async (_what, answers) => {
    answer = answers;
    expect((await failure(post)).code).toBe("channel_unavailable");
    expect(heard).toHaveLength(1);
  });

  it("an answer that does not come, or does not end, is channel_unavailable in time", async () => {
    answer = () => undefined;
    const late = await failure(() => client(50).auth.test());
    expect(late).toMatchObject({ code: "channel_unavailable" });
    expect(late.message).toContain("no answer within 50 ms");
    answer = (response) => void response.writeHead(200).write('{"ok":');
    expect((await failure(() => client(50).auth.test())).code).toBe("channel_unavailable");
    server.close();
    server.closeAllConnections();
    expect((await failure(post)).code).toBe("channel_unavailable");
  });
});

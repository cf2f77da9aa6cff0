import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { postToResponseUrl } from "./response-url.ts";

let server: Server;
let answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
let heard: unknown[];
let url: string;
beforeEach(async () => {
  heard = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      heard.push(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      response.writeHead(answer.status, answer.headers).end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/commands/1`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
const post = (): Promise<void> => postToResponseUrl(url, { text: "hello", blocks: [] });

it("shows the message to the person alone", async () => {
  answer = { status: 200 };
  await post();
  expect(heard).toEqual([{ response_type: "ephemeral", replace_original: false, text: "hello", blocks: [] }]);
});

it.each<[number, string, Readonly<Record<string, string>>, object]>([
  [429, "rate_limited", { "retry-after": "7" }, { retryAfterMs: 7_000 }],
  [429, "rate_limited", {}, { retryAfterMs: 30_000 }],
  [503, "channel_unavailable", {}, {}],
  [404, "channel_refused", {}, {}],
])("takes %s for %s", async (status, code, headers, facts) => {
  answer = { status, headers };
  await expect(post()).rejects.toMatchObject({ code, facts });
});

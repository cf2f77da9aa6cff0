import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSlackClient } from "../../client/slack-client.ts";
import { createFileCalls, type FileCalls } from "./file-calls.ts";

describe("files of Slack", () => {
  let server: Server;
  let other: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let strays: string[];
  let files: FileCalls;
  const start = async (listener: typeof answer): Promise<Server> => {
    const started = createServer(listener);
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    return started;
  };
  const urlOf = (started: Server): string => `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  beforeEach(async () => {
    strays = [];
    server = await start((request, response) => answer(request, response));
    other = await start((request, response) => {
      strays.push(request.headers.authorization ?? "");
      response.end("theirs");
    });
    url = urlOf(server);
    const apiUrl = `${url}/api/`;
    files = createFileCalls(createSlackClient({ token: "xoxb-1", apiUrl }), apiUrl);
  });
  afterEach(() => {
    for (const one of [server, other]) {
      one.closeAllConnections();
      one.close();
    }
  });
  const download = (address = `${url}/files/1`, timeoutMs = 60_000): Promise<string> =>
    files
      .download(address, { limitBytes: 10, timeoutMs })
      .then((content) => Buffer.from(content).toString("utf8"));

  it("are fetched with the bot's token, over Slack's own redirects", async () => {
    answer = (request, response) => {
      if (request.url === "/files/1") response.writeHead(302, { location: "/files/2" }).end();
      else response.end(request.headers.authorization?.slice(0, 10));
    };
    expect(await download()).toBe("Bearer xox");
  });

  it("are never asked of another host, which is not shown the token", async () => {
    await expect(download(urlOf(other))).rejects.toMatchObject({ code: "channel_refused" });
    await expect(download("file:///etc/passwd")).rejects.toMatchObject({ code: "channel_refused" });
    answer = (_, response) => void response.writeHead(302, { location: urlOf(other) }).end();
    await expect(download()).rejects.toMatchObject({ code: "channel_refused" });
    expect(strays).toEqual([]);
  });

  it("are refused beyond the limit, whatever size was told", async () => {
    answer = (_, response) => void response.end("x".repeat(11));
    await expect(download()).rejects.toMatchObject({ code: "upload_too_large" });
  });

  it("are not to be had where Slack shows its sign-in page, loops or refuses", async () => {
    const page = { "content-type": "text/html; charset=utf-8" };
    answer = (_, response) => void response.writeHead(200, page).end("<html>");
    await expect(download()).rejects.toMatchObject({ code: "channel_refused" });
    answer = (_, response) => void response.writeHead(302, { location: "/files/1" }).end();
    await expect(download()).rejects.toMatchObject({ code: "channel_refused" });
    answer = (_, response) => void response.writeHead(403).end();
    await expect(download()).rejects.toMatchObject({ code: "channel_refused" });
    answer = (_, response) =>
      void response.writeHead(200, { ...page, "content-disposition": "attachment" }).end("<p>");
    expect(await download()).toBe("<p>");
  });

  it("may be had later where Slack is away or slow", async () => {
    answer = (_, response) => void response.writeHead(503).end();
    await expect(download()).rejects.toMatchObject({ code: "channel_unavailable" });
    answer = () => undefined;
    await expect(download(`${url}/files/1`, 50)).rejects.toMatchObject({ code: "channel_unavailable" });
  });
});

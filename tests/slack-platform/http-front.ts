import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Consent } from "./authorize-page.ts";
import { authorize } from "./authorize-page.ts";
import { callerOf, tokenOf } from "./caller.ts";
import { visibleFile } from "./file-methods.ts";
import type { FileStore } from "./file-store.ts";
import type { PlatformState } from "./platform-state.ts";
import { SlackRefusal } from "./refusal.ts";
import { readArguments } from "./request-arguments.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { SocketMode } from "./socket-mode.ts";
import type { ApiAnswer, WebApi } from "./web-api.ts";

interface Parts {
  state: PlatformState;
  api: WebApi;
  sockets: SocketMode;
  files: FileStore;
  responses: ResponseUrls;
  consent(): Consent | undefined;
}

/** The addresses of slack.com that a bot calls, on one port. */
export function httpFront({ state, api, sockets, files, responses, consent }: Parts): Server {
  const callApi = async (
    name: string,
    request: IncomingMessage,
    url: URL,
    body: Buffer,
  ): Promise<ApiAnswer> => {
    try {
      const given = readArguments(request.headers["content-type"] ?? "", body, url.searchParams);
      return await api.call(name, given, request.headers.authorization);
    } catch (error) {
      if (error instanceof SlackRefusal) return api.refuse(name, error);
      throw error;
    }
  };

  const respond = (path: string, request: IncomingMessage, url: URL, body: Buffer): ApiAnswer => {
    try {
      const given = readArguments(request.headers["content-type"] ?? "", body, url.searchParams);
      responses.post(path, given);
      return { status: 200, headers: {}, body: { ok: true } };
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      const refused = api.refuse("response_url", error);
      const gone = ["used_url", "expired_url", "invalid_url"].includes(error.code);
      return { ...refused, status: gone ? 404 : refused.status };
    }
  };

  /** Without the right token Slack sends a browser's sign-in page with 200, not an error. */
  const download = async (id: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const caller = callerOf(state, tokenOf(request.headers.authorization, {}), {});
      caller.need("files:read");
      visibleFile(files, caller, id);
      const { content, mimetype } = await files.bytes(id);
      response
        .writeHead(200, { "Content-Type": mimetype, "Content-Length": content.byteLength })
        .end(content);
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      api.refuse("files.download", error);
      if (error.code === "file_not_found") response.writeHead(404).end("file_not_found");
      else
        response
          .writeHead(200, { "Content-Type": "text/html; charset=utf-8" })
          .end("<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>");
    }
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", state.url);
    const path = url.pathname;
    const body = await readBody(request);
    if (path.startsWith("/api/")) {
      end(response, await callApi(path.slice("/api/".length), request, url, body));
      return;
    }
    if (path.startsWith("/commands/") || path.startsWith("/actions/")) {
      end(response, respond(path, request, url, body));
      return;
    }
    const file = /^\/files-pri\/[^/]+-([^/-]+)\//.exec(path)?.[1];
    if (file !== undefined) return download(file, request, response);
    if (path === "/oauth/v2/authorize") {
      const decided = authorize(state, url.searchParams, consent());
      if ("redirect" in decided) response.writeHead(302, { Location: decided.redirect }).end();
      else response.writeHead(400, { "Content-Type": "text/plain; charset=utf-8" }).end(decided.problem);
      return;
    }
    response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      // A fault of this server, which a test must see and not take for Slack's answer.
      console.error("The local Slack failed:", error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 30_000;
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  return server;
}

function end(response: ServerResponse, { status, headers, body }: ApiAnswer): void {
  if (status === 0) {
    response.socket?.destroy();
    return;
  }
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      "Content-Type": "application/json; charset=utf-8",
      "Content-Length": Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

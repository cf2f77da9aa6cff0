import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { z } from "zod";
import { chatRequest, embeddingRequest, type ChatRequest, type EmbeddingRequest } from "./openai-requests.ts";
import { bagOfWords, quoteFirstPassage } from "./stand-in-model.ts";

/** What the server does with one request instead of its default. */
export type ScriptedReply =
  /** Streams the pieces; `thinkMs` before the first, `betweenMs` between them. */
  | {
      readonly kind: "text";
      readonly pieces: readonly string[];
      readonly finish?: "stop" | "length" | "content_filter";
      readonly thinkMs?: number;
      readonly betweenMs?: number;
      readonly usage?: boolean;
    }
  /** An error of the vendor's shape. */
  | { readonly kind: "error"; readonly status: number; readonly code?: string; readonly param?: string }
  /** Streams the pieces, then closes the connection as a crash would. */
  | { readonly kind: "cut"; readonly pieces: readonly string[] }
  /** Streams the pieces, then says nothing more. */
  | { readonly kind: "hang"; readonly pieces: readonly string[] }
  /** Closes the connection before it answers. */
  | { readonly kind: "reset" }
  /** Answers a request for embeddings with these vectors. */
  | { readonly kind: "vectors"; readonly vectors: readonly (readonly number[])[] };

export interface ModelServer {
  /** As in MODEL_BASE_URL. */
  readonly baseUrl: string;
  readonly chats: readonly ChatRequest[];
  readonly embeddings: readonly EmbeddingRequest[];
  /** Requests that did not match the vendor's description; a test that uses the server expects none. */
  readonly violations: readonly string[];
  /** How many streams the client left before their end. */
  readonly abandoned: number;
  /** The next requests, chat or embedding, are answered so; after them, by default again. */
  script(...replies: readonly ScriptedReply[]): void;
  close(): Promise<void>;
}

export interface ModelServerOptions {
  /** Required as a bearer token where given. */
  readonly apiKey?: string;
  /** Required as the whole header instead, where given. */
  readonly authorization?: string;
  readonly dimension?: number;
  /** Milliseconds between the words of a default answer. */
  readonly betweenMs?: number;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A local server that speaks OpenAI's protocol. By default it answers a chat by quoting the first fenced passage with
 * its mark, and embeds by hashed words, so that similar texts are near.
 */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { apiKey, dimension = 256, betweenMs = 0 } = options;
  const authorization = options.authorization ?? (apiKey === undefined ? null : `Bearer ${apiKey}`);
  const chats: ChatRequest[] = [];
  const embeddings: EmbeddingRequest[] = [];
  const violations: string[] = [];
  const scripted: ScriptedReply[] = [];
  let abandoned = 0;

  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, status: number, code: string | null, param?: string) =>
    json(response, status, {
      error: {
        message: `Refused with ${status}.`,
        type: "invalid_request_error",
        code,
        param: param ?? null,
      },
    });

  const parse = <S extends z.ZodType>(
    schema: S,
    body: string,
    response: ServerResponse,
  ): z.infer<S> | null => {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      value = undefined;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    violations.push(...parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
    refuse(response, 400, "invalid_request", String(parsed.error.issues[0]?.path[0] ?? ""));
    return null;
  };

  const streamText = async (response: ServerResponse, request: ChatRequest, reply: ScriptedReply) => {
    if (!("pieces" in reply)) return;
    const chunk = (choices: unknown[], more: object = {}) =>
      response.write(
        `data: ${JSON.stringify({
          id: "chatcmpl-1",
          object: "chat.completion.chunk",
          created: 1_700_000_000,
          model: request.model,
          choices,
          ...more,
        })}\n\n`,
      );
    const delta = (value: object, finish: string | null = null) =>
      chunk([{ index: 0, delta: value, finish_reason: finish }]);
    response.writeHead(200, { "content-type": "text/event-stream" });
    delta({ role: "assistant", content: "" });
    if (reply.kind === "text") await pause(reply.thinkMs ?? 0);
    for (const [at, piece] of reply.pieces.entries()) {
      if (reply.kind === "text" && at > 0 && reply.betweenMs) await pause(reply.betweenMs);
      if (response.destroyed) return;
      delta({ content: piece });
      await new Promise(setImmediate);
    }
    if (reply.kind === "hang") return;
    if (reply.kind === "cut") {
      await pause(20);
      response.destroy();
      return;
    }
    delta({}, reply.finish ?? "stop");
    if (request.stream_options?.include_usage && reply.usage !== false) {
      const usage = {
        prompt_tokens: Math.ceil(JSON.stringify(request.messages).length / 4),
        completion_tokens: reply.pieces.length,
      };
      chunk([], { usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } });
    }
    response.end("data: [DONE]\n\n");
  };

  const chat = async (body: string, response: ServerResponse) => {
    const request = parse(chatRequest, body, response);
    if (!request) return;
    chats.push(request);
    const answer = () =>
      quoteFirstPassage(request.messages.map(({ content }) => content).join("\n\n")).match(/\S+\s*/g) ?? [];
    const reply: ScriptedReply = scripted.shift() ?? { kind: "text", pieces: answer(), betweenMs };
    if (reply.kind === "error") refuse(response, reply.status, reply.code ?? null, reply.param);
    else if (reply.kind === "reset") response.destroy();
    else if (request.stream === true) {
      response.once("close", () => {
        if (!response.writableEnded && reply.kind !== "cut") abandoned += 1;
      });
      await streamText(response, request, reply);
    } else {
      violations.push("stream: only streamed chats are served");
      refuse(response, 400, "unsupported_value", "stream");
    }
  };

  const embed = (body: string, response: ServerResponse) => {
    const request = parse(embeddingRequest, body, response);
    if (!request) return;
    embeddings.push(request);
    const reply = scripted.shift();
    if (reply?.kind === "error") refuse(response, reply.status, reply.code ?? null, reply.param);
    else if (reply?.kind === "reset") response.destroy();
    else if (reply?.kind !== "hang") sendVectors(request, reply, response);
  };

  const sendVectors = (
    request: EmbeddingRequest,
    reply: ScriptedReply | undefined,
    response: ServerResponse,
  ) => {
    const texts = typeof request.input === "string" ? [request.input] : request.input;
    const vectors =
      reply?.kind === "vectors"
        ? reply.vectors
        : texts.map((text) => Array.from(bagOfWords(text, dimension)));
    const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding }));
    // The vendor promises no order: the index counts.
    json(response, 200, {
      object: "list",
      model: request.model,
      data: data.reverse(),
      usage: { prompt_tokens: texts.length, total_tokens: texts.length },
    });
  };

  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const route = `${request.method} ${request.url}`;
      if (authorization === null && request.headers.authorization !== undefined)
        violations.push("authorization: sent to a server that has no key");
      if (authorization !== null && request.headers.authorization !== authorization)
        refuse(response, 401, "invalid_api_key");
      else if (route === "POST /v1/chat/completions") void chat(body, response);
      else if (route === "POST /v1/embeddings") embed(body, response);
      else if (route === "GET /v1/models") json(response, 200, { object: "list", data: [] });
      else refuse(response, 404, "not_found");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    chats,
    embeddings,
    violations,
    get abandoned() {
      return abandoned;
    },
    script(...replies) {
      scripted.push(...replies);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

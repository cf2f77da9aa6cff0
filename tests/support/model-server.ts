import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { z } from "zod";
import {
  chatRequest,
  embeddingRequest,
  loadRequest,
  textOfMessage,
  unloadRequest,
  type ChatRequest,
  type EmbeddingRequest,
} from "./openai-requests.ts";
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
      /** What each piece waits for, by its place. */
      readonly before?: (at: number, request: ChatRequest) => Promise<void>;
      readonly usage?: boolean;
    }
  /** An error of the vendor's shape. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly code?: string;
      readonly param?: string;
      /** Seconds. */
      readonly retryAfter?: number;
    }
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
  /** Adapters loaded and unloaded, in order, as vLLM is asked to. */
  readonly adapterCalls: readonly string[];
  /** Forgets the loaded adapters, as a server that starts again does. */
  forgetAdapters(): void;
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
  /** As Azure does: deployments in the path, this `api-version`, and the key in `api-key`. */
  readonly azureVersion?: string;
  /** As vLLM does with dynamic adapters: these may be loaded, and models that are not there are not found. */
  readonly vllm?: { readonly models: readonly string[]; readonly loadable: readonly string[] };
  /** Milliseconds that loading an adapter takes. */
  readonly loadMs?: number;
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
  const { apiKey, azureVersion, vllm, loadMs = 0, dimension = 256, betweenMs = 0 } = options;
  const bearer = apiKey === undefined || azureVersion !== undefined ? null : `Bearer ${apiKey}`;
  const authorization = options.authorization ?? bearer;
  const chats: ChatRequest[] = [];
  const embeddings: EmbeddingRequest[] = [];
  const violations: string[] = [];
  const scripted: ScriptedReply[] = [];
  let abandoned = 0;
  const adapterCalls: string[] = [];
  const loaded = new Set<string>();

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
      if (reply.kind === "text") await reply.before?.(at, request);
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
    if (vllm && ![...vllm.models, ...loaded].includes(request.model)) {
      refuse(response, 404, "model_not_found");
      return;
    }
    const answer = () =>
      quoteFirstPassage(request.messages.map(textOfMessage).join("\n\n")).match(/\S+\s*/g) ?? [];
    const reply: ScriptedReply = scripted.shift() ?? { kind: "text", pieces: answer(), betweenMs };
    if (reply.kind === "error" && reply.retryAfter !== undefined)
      response.setHeader("retry-after", String(reply.retryAfter));
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

  /** As vLLM 0.11's handlers: text where it went well, an error of theirs where not. */
  const changeAdapter = async (body: string, response: ServerResponse, route: "load" | "unload") => {
    const parsed = (route === "load" ? loadRequest : unloadRequest).safeParse(JSON.parse(body));
    if (!parsed.success) {
      violations.push(...parsed.error.issues.map(({ message }) => message));
      refuse(response, 400, "invalid_request");
      return;
    }
    const name = parsed.data.lora_name;
    adapterCalls.push(`${route} ${name}`);
    let refusal: number | null = null;
    if (route === "unload") refusal = loaded.delete(name) ? null : 404;
    else if (loaded.has(name)) refusal = 400;
    else if (vllm?.loadable.includes(name)) {
      await pause(loadMs);
      loaded.add(name);
    } else refusal = 404;
    if (refusal !== null) {
      refuse(response, refusal, null);
      return;
    }
    response.writeHead(200);
    response.end(`Success: LoRA adapter '${name}' ${route === "load" ? "added" : "removed"} successfully.`);
  };

  const listed = () =>
    [...(vllm?.models ?? []), ...loaded].map((id) => ({ id, object: "model", created: 1, owned_by: "test" }));

  /** An Azure address as the same address elsewhere, where it names the deployment that its body does. */
  const withoutDeployment = (route: string, body: string): string => {
    const found = /^(POST) \/openai\/deployments\/([^/]+)(\/\S+)\?api-version=(.+)$/.exec(route);
    if (!found) return route.replace(/ \/openai\/models\?.*/, " /v1/models");
    const [, method = "", deployment = "", path = "", version] = found;
    const { model } = JSON.parse(body) as { model?: string };
    if (version !== azureVersion) violations.push(`api-version: ${String(version)}`);
    if (model !== deployment) violations.push(`model: ${String(model)} is not ${deployment}`);
    return `${method} /v1${path}`;
  };

  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const asked = `${request.method} ${request.url}`;
      const route = azureVersion === undefined ? asked : withoutDeployment(asked, body);
      if (authorization === null && request.headers.authorization !== undefined)
        violations.push("authorization: sent to a server that has no key");
      if (azureVersion !== undefined && request.headers["api-key"] !== apiKey)
        refuse(response, 401, "invalid_api_key");
      else if (authorization !== null && request.headers.authorization !== authorization)
        refuse(response, 401, "invalid_api_key");
      else if (route === "POST /v1/chat/completions") void chat(body, response);
      else if (route === "POST /v1/embeddings") embed(body, response);
      else if (route === "GET /v1/models") json(response, 200, { object: "list", data: listed() });
      else if (vllm && route === "POST /v1/load_lora_adapter") void changeAdapter(body, response, "load");
      else if (vllm && route === "POST /v1/unload_lora_adapter") void changeAdapter(body, response, "unload");
      else refuse(response, 404, "not_found");
    });
  });
  // Node's own 5 s would end, and with them a request, while the machine stands still.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}${azureVersion === undefined ? "/v1" : ""}`,
    chats,
    embeddings,
    violations,
    adapterCalls,
    forgetAdapters() {
      loaded.clear();
    },
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

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BatchModel, createBatchModel } from "./batch-model.ts";
import { answerEmbeddings } from "./answer-embeddings.ts";
import { answerChat, type Chat, type ChatBody } from "./answer-chat.ts";
import { createFates, type Fate, type GpuFailures, noFailures } from "./gpu-failures.ts";
import { type GpuFigures, smallGpu } from "./gpu-figures.ts";
import { createPrefixCache, type PrefixCache } from "./prefix-cache.ts";

export interface GpuServer {
  /** For MODEL_BASE_URL. */
  readonly url: string;
  readonly port: number;
  /** Tokens given so far, sequences in the batch and before it, and requests of chats and embeddings so far. */
  readonly state: () => {
    readonly tokens: number;
    readonly running: number;
    readonly waiting: number;
    readonly requests: number;
  };
  /** As `kill -9`: every connection breaks at once. Start another one on its `port` to bring it back. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface GpuServerOptions extends Pick<Chat, "say" | "onAnswer"> {
  readonly failures?: Partial<GpuFailures>;
  /** 0, the default: a free one. */
  readonly port?: number;
  /** What `/v1/models` names. */
  readonly models?: readonly string[];
}

interface Gpu extends Pick<Chat, "say" | "onAnswer"> {
  readonly figures: GpuFigures;
  readonly failures: GpuFailures;
  readonly model: BatchModel;
  readonly prefixes: PrefixCache | null;
  readonly models: readonly string[];
  readonly fate: () => Fate;
  readonly begunAt: number;
  requests: number;
  /** When the embeddings asked for so far are done, in the milliseconds of `performance.now()`. */
  embeddedAt: number;
}

/**
 * A server of OpenAI's protocol before a simulated GPU: `/v1/chat/completions`, streamed, each answer of exactly `max_tokens` tokens;
 * `/v1/embeddings`, each vector made from its text alone; `/v1/models`. A picture counts as 1,000 tokens, which is assumed.
 */
export async function startGpuServer(
  figures: Partial<GpuFigures> = {},
  { failures = {}, port: wanted = 0, models = ["simulated"], say, onAnswer }: GpuServerOptions = {},
): Promise<GpuServer> {
  const all = { ...smallGpu, ...figures };
  const wrong = { ...noFailures, ...failures };
  const gpu: Gpu = {
    figures: all,
    failures: wrong,
    model: createBatchModel(all),
    prefixes: all.prefixCaching ? createPrefixCache(all.kvTokens) : null,
    models,
    fate: createFates(wrong),
    begunAt: performance.now(),
    requests: 0,
    embeddedAt: 0,
    say,
    onAnswer,
  };
  const server = createServer((request, response) => {
    answer(gpu, request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      gpu.model.close();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${String(port)}/v1`,
    port,
    state: () => ({
      tokens: gpu.model.tokens,
      running: gpu.model.running,
      waiting: gpu.model.waiting,
      requests: gpu.requests,
    }),
    kill: end,
    close: end,
  };
}

async function answer(gpu: Gpu, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { figures, failures, model, prefixes, say, onAnswer } = gpu;
  if (request.url?.endsWith("/models") === true) {
    const data = gpu.models.map((id) => ({ id, object: "model", created: 0, owned_by: "simulated" }));
    sendJson(response, 200, { object: "list", data });
    return;
  }
  const body = await bodyOf(request);
  gpu.requests += 1;
  if (performance.now() - gpu.begunAt < failures.slowStartMs) {
    refuse(response, 503, "the model is being loaded", failures.retryAfterS);
    return;
  }
  const fate = gpu.fate();
  if (fate === "refused429" || fate === "refused503") {
    const limited = fate === "refused429";
    const why = limited ? "too many requests" : "overloaded";
    refuse(response, limited ? 429 : 503, why, failures.retryAfterS);
    return;
  }
  if (request.url?.endsWith("/embeddings") === true) {
    gpu.embeddedAt = answerEmbeddings(figures, gpu.embeddedAt, body, response, fate);
    return;
  }
  const added = answerChat({ model, prefixes, body: body as ChatBody, response, fate, say, onAnswer });
  if (!added) refuse(response, 503, "too many wait", failures.retryAfterS);
}

const sendJson = (
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, message: string, retryAfterS: number | null) =>
  sendJson(
    response,
    status,
    { error: { message, type: "server_error", code: null } },
    retryAfterS === null ? {} : { "retry-after": String(retryAfterS) },
  );

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

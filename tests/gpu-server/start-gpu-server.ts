import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createBatchModel, type GpuFigures, type Sequence, smallGpu } from "./batch-model.ts";

export interface GpuServer {
  /** For MODEL_BASE_URL. */
  readonly url: string;
  /** Tokens given so far, and sequences in the batch and before it. */
  readonly state: () => { readonly tokens: number; readonly running: number; readonly waiting: number };
  close(): Promise<void>;
}

interface ChatBody {
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens?: number;
  readonly model: string;
}

/** A server of OpenAI's protocol before a simulated GPU: chat alone, streamed; each answer has exactly `max_tokens` tokens. */
export async function startGpuServer(figures: Partial<GpuFigures> = {}): Promise<GpuServer> {
  const model = createBatchModel({ ...smallGpu, ...figures });
  const server = createServer((request, response) => {
    void answer(model, request, response);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/v1`,
    state: () => ({ tokens: model.tokens, running: model.running, waiting: model.waiting }),
    close: () =>
      new Promise((resolve) => {
        model.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  model: ReturnType<typeof createBatchModel>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { messages, max_tokens: outputTokens = 64, model: name } = await bodyOf(request);
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const promptTokens = Math.ceil(characters / 4);
  const id = `chatcmpl-${String(Math.random()).slice(2)}`;
  let given = 0;
  const chunk = (delta: object, finish: string | null, more: object = {}): void => {
    const choices = [{ index: 0, delta, finish_reason: finish, logprobs: null }];
    const object = { id, object: "chat.completion.chunk", created: 0, model: name, choices, ...more };
    response.write(`data: ${JSON.stringify(object)}\n\n`);
  };
  const sequence: Sequence = {
    promptTokens,
    outputTokens,
    token(last) {
      if (given === 0) response.writeHead(200, { "content-type": "text/event-stream" });
      given += 1;
      chunk({ content: `w${String(given)} ` }, last ? "stop" : null);
      if (!last) return;
      const usage = {
        prompt_tokens: promptTokens,
        completion_tokens: given,
        total_tokens: promptTokens + given,
      };
      const end = { id, object: "chat.completion.chunk", created: 0, model: name, choices: [], usage };
      response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`);
    },
    fail: () => void response.destroy(),
  };
  response.on("close", () => model.remove(sequence));
  if (model.add(sequence)) return;
  response.writeHead(503, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message: "too many wait", type: "server_error", code: null } }));
}

async function bodyOf(request: IncomingMessage): Promise<ChatBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as ChatBody;
}

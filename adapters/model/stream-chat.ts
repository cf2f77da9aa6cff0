import type { OpenAI } from "openai";
import type {
  GenerateRequest,
  ModelEvent,
  ModelImage,
  ModelMessage,
} from "../../core/inference/model-gateway.ts";
import type { Deadline } from "./deadline.ts";
import { describeFailure } from "./model-error.ts";

type ChatRequest = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;
type ChatChunk = OpenAI.Chat.Completions.ChatCompletionChunk;

/** What a server turned out not to accept; remembered, so that it is asked once. */
export interface ChatDialect {
  /** Newer models of the vendor want `max_completion_tokens`; other servers know `max_tokens` alone. */
  limitName: "max_tokens" | "max_completion_tokens";
  sendTemperature: boolean;
}

export const commonDialect = (): ChatDialect => ({ limitName: "max_tokens", sendTemperature: true });

const toMessage = ({ role, content, images = [] }: ModelMessage): OpenAI.ChatCompletionMessageParam =>
  role !== "user" || images.length === 0
    ? { role, content }
    : { role, content: [...images.map(toPart), { type: "text", text: content }] };

/** The picture's own bytes: a server is never told to fetch an address. */
const toPart = ({ mediaType, base64 }: ModelImage): OpenAI.ChatCompletionContentPartImage => ({
  type: "image_url",
  image_url: { url: `data:${mediaType};base64,${base64}` },
});

const toRequest = (model: string, request: GenerateRequest, dialect: ChatDialect): ChatRequest => ({
  model,
  messages: request.messages.map(toMessage),
  stream: true,
  stream_options: { include_usage: true },
  [dialect.limitName]: request.maxTokens,
  ...(dialect.sendTemperature ? { temperature: request.temperature } : {}),
});

/** Whether the refusal taught something: then the request is worth sending again. */
function learn(dialect: ChatDialect, error: unknown): boolean {
  const { status, parameter } = describeFailure(error);
  if (status !== 400) return false;
  if (parameter === "max_tokens" && dialect.limitName === "max_tokens") {
    dialect.limitName = "max_completion_tokens";
    return true;
  }
  if (parameter === "temperature" && dialect.sendTemperature) {
    dialect.sendTemperature = false;
    return true;
  }
  return false;
}

async function begin(
  client: OpenAI,
  model: string,
  request: GenerateRequest,
  dialect: ChatDialect,
  deadline: Deadline,
): Promise<AsyncIterable<ChatChunk>> {
  for (;;)
    try {
      return await client.chat.completions.create(toRequest(model, request, dialect), {
        signal: deadline.signal,
      });
    } catch (error) {
      if (!learn(dialect, error)) throw error;
    }
}

const finishes: Readonly<Record<string, "stop" | "length" | "refused">> = {
  length: "length",
  content_filter: "refused",
};

/** Whether a chunk shows that the model works: text, or the thoughts that some servers stream beside it. */
const showsLife = (delta: object): boolean =>
  Object.entries(delta).some(([name, value]) => name !== "role" && value !== null && value !== "");

/** The stream ended without saying why: the server or the way to it broke. */
export class StreamCutError extends Error {
  readonly code = "STREAM_CUT";
}

/** One chat completion. Throws the vendor's errors, and `StreamCutError`. */
export async function* streamChat(
  client: OpenAI,
  model: string,
  request: GenerateRequest,
  dialect: ChatDialect,
  deadline: Deadline,
  betweenTokensMs: number,
): AsyncGenerator<ModelEvent> {
  let finish: "stop" | "length" | "refused" | null = null;
  let usage: ChatChunk["usage"] = null;
  let alive = false;
  for await (const chunk of await begin(client, model, request, dialect, deadline)) {
    usage = chunk.usage ?? usage;
    const choice = chunk.choices[0];
    if (!choice) continue;
    const delta: typeof choice.delta | undefined = choice.delta;
    alive ||= delta !== undefined && showsLife(delta);
    if (delta?.content) {
      deadline.rest();
      yield { kind: "text", text: delta.content };
    }
    if (alive) deadline.expect("the next token", betweenTokensMs);
    if (delta?.refusal) finish = "refused";
    if (choice.finish_reason) finish ??= finishes[choice.finish_reason] ?? "stop";
  }
  if (deadline.signal.aborted) return;
  if (finish === null) throw new StreamCutError("The stream ended before the answer did.");
  yield {
    kind: "done",
    finish,
    promptTokens: usage?.prompt_tokens ?? null,
    completionTokens: usage?.completion_tokens ?? null,
  };
}

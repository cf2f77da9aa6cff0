import type { ServerResponse } from "node:http";
import type { BatchModel, Sequence } from "./batch-model.ts";
import type { Fate } from "./gpu-failures.ts";
import { simulatedTokens } from "./gpu-figures.ts";
import type { PrefixCache } from "./prefix-cache.ts";

type Part = { readonly type: "text"; readonly text: string } | { readonly type: "image_url" };

export interface ChatBody {
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Part[] }[];
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly model: string;
}

/** It came in, its first token was given, all of it was, or its connection was closed before. */
export type AnswerStep = "begun" | "first" | "whole" | "left";

const pictureTokens = 1_000;

export interface Chat {
  readonly model: BatchModel;
  readonly prefixes: PrefixCache | null;
  readonly body: ChatBody;
  readonly response: ServerResponse;
  readonly fate: Fate;
  /** What it says to a prompt, piece by piece, in place of words without meaning. */
  readonly say?: ((prompt: string) => readonly string[]) | undefined;
  /** Told how an answer goes, and how many tokens were given by then. */
  readonly onAnswer?: ((prompt: string, what: AnswerStep, given: number) => void) | undefined;
}

/** Streams an answer as the model gives it; false where the model has no place. */
export function answerChat({ model, prefixes, body, response, fate, say, onAnswer }: Chat): boolean {
  const { messages, model: name } = body;
  const parts = messages.flatMap(({ content }) =>
    typeof content === "string" ? [{ type: "text" as const, text: content }] : content,
  );
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  const pictures = parts.filter(({ type }) => type === "image_url").length;
  const promptTokens = Math.max(1, simulatedTokens(text.length) + pictures * pictureTokens);
  const said = say?.(text);
  const outputTokens = said?.length ?? body.max_tokens ?? body.max_completion_tokens ?? 64;
  const id = `chatcmpl-${String(Math.random()).slice(2)}`;
  const endsAt = Math.max(1, Math.floor(outputTokens / 2));
  let given = 0;

  const chunk = (choices: readonly object[], more: object = {}): void => {
    const object = { id, object: "chat.completion.chunk", created: 0, model: name, choices, ...more };
    response.write(`data: ${JSON.stringify(object)}\n\n`);
  };
  const sequence: Sequence = {
    promptTokens,
    cachedTokens: prefixes?.read(text) ?? 0,
    outputTokens,
    token(last) {
      if (given === 0) response.writeHead(200, { "content-type": "text/event-stream" });
      given += 1;
      if (given === 1) onAnswer?.(text, "first", given);
      if (fate === "stalled" && given > endsAt) return;
      const delta = { content: said?.[given - 1] ?? `w${String(given)} ` };
      chunk([{ index: 0, delta, finish_reason: last ? "stop" : null, logprobs: null }]);
      if (fate === "cut" && given === endsAt) {
        // What was written goes out first: the client has seen a part of it.
        setImmediate(() => response.destroy());
        return;
      }
      if (!last) return;
      const usage = {
        prompt_tokens: promptTokens,
        completion_tokens: given,
        total_tokens: promptTokens + given,
      };
      chunk([], { usage });
      onAnswer?.(text, "whole", given);
      response.end("data: [DONE]\n\n");
    },
    fail: () => void response.destroy(),
  };
  response.on("close", () => {
    model.remove(sequence);
    if (given < outputTokens) onAnswer?.(text, "left", given);
  });
  const added = model.add(sequence);
  if (added) onAnswer?.(text, "begun", 0);
  return added;
}

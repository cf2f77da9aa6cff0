import { ExpertError } from "../../core/errors.ts";
import {
  type GenerateRequest,
  hasPictures,
  type ModelEvent,
  type ModelGateway,
} from "../../core/inference/model-gateway.ts";
import { bagOfWords, quoteFirstPassage } from "../support/stand-in-model.ts";

export interface FakeModelOptions {
  readonly chatModel?: string | null;
  readonly embeddingModel?: string | null;
  /** Null unless told: a request with pictures fails. */
  readonly visionModel?: string | null;
  readonly dimension?: number;
  /** What it says to a request; by default it quotes the first fenced passage with its mark. */
  readonly answer?: (request: GenerateRequest) => string;
}

export interface FakeModelGateway extends ModelGateway {
  readonly requests: readonly GenerateRequest[];
  /** The next call throws this, after saying `after` first. */
  failNext(error: ExpertError, after?: string): void;
  /** The next answer ends so. */
  finishNext(finish: "length" | "refused"): void;
}

const absent = (what: string) => new ExpertError("model_unavailable", `No ${what} model is configured.`);
const stopIfAborted = (signal: AbortSignal | undefined) => {
  if (signal?.aborted) throw new ExpertError("cancelled", "The request to the model was stopped.");
};

/** A model in memory: deterministic, quick, and honest about what it was told to break. */
export function createFakeModelGateway(options: FakeModelOptions = {}): FakeModelGateway {
  const { chatModel = "fake-chat", embeddingModel = "fake-embedding", dimension = 256 } = options;
  const { visionModel = null } = options;
  const answer =
    options.answer ??
    (({ messages }: GenerateRequest) =>
      quoteFirstPassage(messages.map(({ content }) => content).join("\n\n")));
  const requests: GenerateRequest[] = [];
  let failure: { error: ExpertError; after: string } | null = null;
  let ending: "stop" | "length" | "refused" = "stop";

  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    const seeing = hasPictures(request);
    if ((seeing ? visionModel : chatModel) === null) throw absent(seeing ? "vision" : "chat");
    requests.push(request);
    const [fails, finish] = [failure, ending];
    [failure, ending] = [null, "stop"];
    const words = (fails ? fails.after : finish === "refused" ? "" : answer(request)).match(/\S+\s*/g) ?? [];
    const said = words.slice(0, request.maxTokens);
    for (const text of said) {
      stopIfAborted(request.signal);
      await Promise.resolve();
      yield { kind: "text", text };
    }
    stopIfAborted(request.signal);
    if (fails) throw fails.error;
    yield {
      kind: "done",
      finish: finish === "stop" && said.length < words.length ? "length" : finish,
      promptTokens: request.messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 0),
      completionTokens: said.length,
      ...(seeing && visionModel !== null ? { model: visionModel } : {}),
    };
  }

  return {
    chatModel,
    embeddingModel,
    visionModel,
    requests,
    generate,
    async embed(texts, signal) {
      if (embeddingModel === null) throw absent("embedding");
      stopIfAborted(signal);
      const fails = failure;
      failure = null;
      if (fails) throw fails.error;
      return texts.map((text) => bagOfWords(text, dimension));
    },
    failNext(error, after = "") {
      failure = { error, after };
    },
    finishNext(finish) {
      ending = finish;
    },
  };
}

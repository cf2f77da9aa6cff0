import { ExpertError, isExpertError } from "../../errors.ts";
import type { GenerateRequest, ModelEvent, ModelGateway } from "../model-gateway.ts";
import type { Permit, ServerBreaker } from "./server-breaker.ts";

/**
 * The same gateway behind its server's breaker. Throws `model_unavailable` at once while the server is left alone, also to
 * calls that waited for their turn meanwhile.
 */
export function guardServer(server: string, gateway: ModelGateway, breaker: ServerBreaker): ModelGateway {
  const enter = (): Permit => {
    const permit = breaker.permit();
    if (permit) return permit;
    throw new ExpertError(
      "model_unavailable",
      `The model server ${server} is left alone: it failed again and again.`,
      {
        remedy: "Check that it runs; it is tried again by itself.",
        facts: { server, leftAlone: true },
      },
    );
  };
  const settle = (permit: Permit, error: unknown): void => {
    if (isExpertError(error, "cancelled")) permit.dropped();
    else if (isFailureOfServer(error)) permit.failed();
    else permit.worked();
  };

  async function* generate(request: GenerateRequest): AsyncGenerator<ModelEvent> {
    const permit = enter();
    let said = false;
    try {
      for await (const event of gateway.generate(request)) {
        if (event.kind === "done") permit.worked();
        said = true;
        yield event;
      }
    } catch (error) {
      settle(permit, error);
      throw error;
    } finally {
      // Where the reader leaves early.
      if (said) permit.worked();
      else permit.dropped();
    }
  }

  return {
    chatModel: gateway.chatModel,
    embeddingModel: gateway.embeddingModel,
    visionModel: gateway.visionModel,
    generate,
    async embed(texts, signal, call) {
      const permit = enter();
      try {
        const vectors = await gateway.embed(texts, signal, call);
        permit.worked();
        return vectors;
      } catch (error) {
        settle(permit, error);
        throw error;
      }
    },
  };
}

/** A server that answers is up, also where it refuses (4xx): too much to do is for its lane, a wrong name for its owner. */
function isFailureOfServer(error: unknown): boolean {
  if (!isExpertError(error)) return true;
  if (error.code === "model_timeout") return true;
  const { status } = error.facts;
  return error.code === "model_unavailable" && (typeof status !== "number" || status >= 500);
}

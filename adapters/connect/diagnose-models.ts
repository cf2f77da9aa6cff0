import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { ModelGateway, ModelImage } from "../../core/inference/model-gateway.ts";
import type { ModelRoutes, ModelServerSettings } from "../../core/inference/routing/model-routes.ts";
import { silentLogger } from "../../core/logger.ts";
import { listModels } from "../model/list-models.ts";
import { createOpenAiGateway } from "../model/openai-gateway.ts";
import { connectionTo } from "./model-servers.ts";

export interface ModelServerFacts {
  /** Models that it should have, by what it calls them. */
  readonly has: readonly string[];
  readonly missing: readonly string[];
  /** What it says that it has; null where it does not say. */
  readonly listed: readonly string[] | null;
}

const timeoutMs = 10_000;

/** Looks at one server as it is configured. Throws what is wrong with it. */
export async function lookAtModelServer(
  routes: ModelRoutes,
  server: ModelServerSettings,
): Promise<ModelServerFacts> {
  if (server.kind === "azure") return await tryDeployments(routes, server);
  const listed = await listModels(connectionTo(server), timeoutMs);
  const wanted = [...new Set(Object.values(server.models))];
  const isThere = (name: string): boolean => listed.some((model) => isCalled(model, name));
  return {
    has: wanted.filter(isThere),
    missing: wanted.filter((name) => !isThere(name)),
    listed,
  };
}

/** Ollama lists a model with its tag, and takes `latest` for one without. */
const isCalled = (model: string, name: string): boolean => model === name || model === `${name}:latest`;

/** Azure lists no deployments to those who have a key alone: each that is used is asked for one token, or one vector. */
async function tryDeployments(routes: ModelRoutes, server: ModelServerSettings): Promise<ModelServerFacts> {
  const has: string[] = [];
  const missing: string[] = [];
  for (const [model, deployment] of Object.entries(server.models)) {
    try {
      await askOnce(gatewayOf(server, model), routes.tiers.embed[0]?.model === model);
      has.push(deployment);
    } catch (error) {
      if (!isExpertError(error) || error.facts["status"] !== 404) throw error;
      missing.push(deployment);
    }
  }
  return { has, missing, listed: null };
}

async function askOnce(gateway: ModelGateway, embeds: boolean): Promise<void> {
  if (embeds) await gateway.embed(["dimension"]);
  else await sayYes(gateway, []);
}

async function sayYes(gateway: ModelGateway, images: readonly ModelImage[]): Promise<void> {
  for await (const event of gateway.generate({
    messages: [{ role: "user", content: "Say yes.", images }],
    maxTokens: 1,
    temperature: 0,
  }))
    if (event.kind === "text") return;
}

/** White, of 64 by 64 pixels. */
const blank: ModelImage = {
  mediaType: "image/png",
  base64:
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAKUlEQVR42u3MQREAAAwCIPuX1hD77SAA6VEEAoFAIBAIBAKBQCAQfA8Gpwvw4qrwDDIAAAAASUVORK5CYII=",
};

/** Shows each server of the tier `vision` a picture. Throws what is wrong with one. */
export async function showPicture(routes: ModelRoutes): Promise<void> {
  for (const { servers, model } of routes.tiers.vision)
    for (const server of routes.servers.filter(({ name }) => servers.includes(name)))
      try {
        await sayYes(gatewayOf(server, model), [blank]);
      } catch (error) {
        if (!isExpertError(error, "model_refused") || !isUnfit(error.facts["status"])) throw error;
        throw new ExpertError(
          "model_refused",
          `The model server ${server.name} takes no pictures for ${model}.`,
          {
            remedy: "Name a model that sees, and start its server so that it takes pictures.",
            facts: error.facts,
          },
        );
      }
}

const isUnfit = (status: unknown): boolean => status === 400 || status === 415 || status === 422;

/** Numbers of a vector, by each server of the embedding model. Throws where they differ, or what is wrong with one. */
export async function embeddingDimension(routes: ModelRoutes): Promise<number> {
  const sizes = new Map<string, number>();
  for (const { servers, model } of routes.tiers.embed)
    for (const server of routes.servers.filter(({ name }) => servers.includes(name))) {
      const [vector] = await gatewayOf(server, model).embed(["dimension"]);
      if (vector) sizes.set(server.name, vector.length);
    }
  const [first, ...others] = new Set(sizes.values());
  if (first === undefined) throw new ExpertError("model_unavailable", "The embedding model gave no vector.");
  if (others.length > 0)
    throw new ExpertError(
      "model_unavailable",
      `The servers do not embed alike: ${[...sizes].map(([name, size]) => `${name} gives ${String(size)} numbers`).join(", ")}.`,
      { remedy: "Load the same embedding model on each, or leave out those that have another." },
    );
  return first;
}

const gatewayOf = (server: ModelServerSettings, model: string): ModelGateway =>
  createOpenAiGateway({
    ...connectionTo(server),
    chatModel: model,
    embeddingModel: model,
    visionModel: model,
    nameThere: (name) => server.models[name] ?? name,
    timeouts: { connectMs: 5_000, firstTokenMs: timeoutMs, betweenTokensMs: timeoutMs },
    logger: silentLogger,
  });

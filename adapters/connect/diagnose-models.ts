import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
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
  else
    for await (const event of gateway.generate({
      messages: [{ role: "user", content: "Say yes." }],
      maxTokens: 1,
      temperature: 0,
    }))
      if (event.kind === "text") return;
}

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
    nameThere: (name) => server.models[name] ?? name,
    timeouts: { connectMs: 5_000, firstTokenMs: timeoutMs, betweenTokensMs: timeoutMs },
    logger: silentLogger,
  });

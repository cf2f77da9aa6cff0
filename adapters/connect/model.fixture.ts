import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "@jest/globals";
import { systemClock } from "../../core/clock.ts";
import { newId, type DepartmentId, type TenantId, type UserId } from "../../core/ids.ts";
import type { ModelCall } from "../../core/inference/model-call.ts";
import type { ModelEvent, ModelGateway } from "../../core/inference/model-gateway.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from "../../tests/support/model-server.ts";
import { readConfig } from "../config.ts";
import { parseModels } from "../config/read-models.ts";
import { createBreakerNotes } from "../filesystem/breaker-notes.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { connectModel } from "./model.ts";

const dataFolder = mkdtempSync(join(tmpdir(), "expert-servers-"));
afterAll(() => {
  rmSync(dataFolder, { recursive: true, force: true });
});
export const notes = createBreakerNotes(join(dataFolder, "model-servers"));

const started: ModelServer[] = [];
export const start = async (options: ModelServerOptions = {}): Promise<ModelServer> => {
  const server = await startModelServer(options);
  started.push(server);
  return server;
};
export const closeAll = async () => {
  const servers = started.splice(0);
  await Promise.all(servers.map((server) => server.close()));
  expect(servers.flatMap(({ violations }) => violations)).toEqual([]);
};

export const finance = newId<DepartmentId>();
export const hr = newId<DepartmentId>();
export const callOf = (departmentId: DepartmentId | null = null): ModelCall => ({
  tenantId: newId<TenantId>(),
  userId: newId<UserId>(),
  departmentId,
  urgency: "interactive",
});

export interface Given {
  readonly clock?: { now(): Date };
  readonly logger?: Logger;
  readonly waitMs?: number;
}

/** As the product joins what the file says. */
export function gatewayOf(
  file: object,
  { clock = systemClock, logger = silentLogger, waitMs = amplyMs }: Given = {},
) {
  const config = readConfig({}, "/nowhere");
  const { routes, faults } = parseModels(JSON.stringify(file), config, () => "sk-very-secret");
  expect(faults).toEqual([]);
  const departments = new Map([
    [finance, "acme/finance"],
    [hr, "acme/hr"],
  ]);
  const gateway = connectModel(
    { MODELS: routes, MODEL_WAIT_LIMIT_MS: waitMs, DATA_DIR: dataFolder },
    clock,
    logger,
    async ({ departmentId }) => (departmentId === null ? null : (departments.get(departmentId) ?? null)),
  );
  if (!gateway) throw new Error("no gateway");
  return gateway;
}

export const timeouts = { connect_ms: amplyMs, first_token_ms: amplyMs, between_tokens_ms: amplyMs };
export const serverOf = (name: string, base_url: string, more: object = {}) => ({
  name,
  base_url,
  models: ["chat", "big", "vectors"],
  timeouts,
  ...more,
});
/** All of them in one order for everything. */
export const inOrder = (servers: readonly { readonly name: string }[]) => ({
  servers,
  tiers: {
    fast: servers.map(({ name }) => ({ server: name, model: "chat" })),
    embed: servers.map(({ name }) => ({ server: name, model: "vectors" })),
  },
});

export async function ask(
  gateway: ModelGateway,
  content = "A private question.",
  call: ModelCall = callOf(),
) {
  const events: ModelEvent[] = [];
  const request = { messages: [{ role: "user" as const, content }], maxTokens: 9, temperature: 0, call };
  try {
    for await (const event of gateway.generate(request)) events.push(event);
  } catch (error) {
    return { events, error, text: textOf(events) };
  }
  return { events, error: null, text: textOf(events) };
}
const textOf = (events: readonly ModelEvent[]) =>
  events.map((event) => (event.kind === "text" ? event.text : "")).join("");
export const says = (text: string) => ({ kind: "text", pieces: [text] }) as const;
export const fails = (status: number) => ({ kind: "error", status }) as const;

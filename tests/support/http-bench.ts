import { randomBytes } from "node:crypto";
import { createSecretBox } from "../../adapters/encryption/secret-box.ts";
import { createWebhookSender } from "../../adapters/webhook/sender.ts";
import { systemClock } from "../../core/clock.ts";
import { createPeople } from "../../core/identity/directory.ts";
import type { LogFacts, Logger } from "../../core/logger.ts";
import { createServer, type ServerPorts } from "../../bots/http/server.ts";
import { listen } from "../../bots/http/listen.ts";
import { createFakeBlobStore } from "../fakes/blob-store.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import { signIn, type ApiClient } from "./api-client.ts";
import { createMemoryQueue, createMemoryTokenStream } from "./in-memory.ts";
import { approvalPorts } from "./approval-ports.ts";
import { escalationPorts } from "./escalation-ports.ts";
import type { SampleCompany } from "./sample-work.ts";
import { smallCompany } from "./small-company.ts";

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly facts: LogFacts;
}

/** The HTTP server over rows in memory; nobody works on what it takes in. */
export interface HttpBench {
  readonly url: string;
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
  readonly ports: ServerPorts;
  readonly logged: readonly LogLine[];
  signIn(name: "ada" | "sam" | "vic" | "fay"): Promise<ApiClient>;
  /** Names and statuses of the company's audit events, in order. */
  audited(): readonly string[];
  close(): Promise<void>;
}

/** Where the server says that it is reached from outside. */
export const benchAddress = "https://expert.small.example";
export const benchSecret = "only-for-tests-only-for-tests-only-for-tests";

export async function httpBench(
  options: { readonly pageFolder?: string; readonly change?: Partial<ServerPorts> } = {},
): Promise<HttpBench> {
  const database = createFakeDatabase();
  const company = database.provision(smallCompany());
  const { logger, logged } = keptLog();
  const queue = createMemoryQueue({ logger });
  const tokens = createMemoryTokenStream();
  const people = createPeople({ database });
  const ports: ServerPorts = {
    database,
    inbox: database.inbox,
    queue,
    tokens,
    people,
    approvals: approvalPorts({ database, queue, people, clock: systemClock }),
    escalations: escalationPorts({ database, queue, people, clock: systemClock }),
    secrets: createSecretBox([{ id: "one", key: randomBytes(32) }]),
    webhooks: createWebhookSender({ allowPrivate: ["127.0.0.0/8"], timeoutMs: 60_000 }),
    audit: {
      append: (tenant, events) => database.withTenant(tenant, (stores) => stores.audit.append(events)),
    },
    clock: systemClock,
    blobs: createFakeBlobStore(),
    logger,
    slack: null,
    ...options.change,
  };
  const app = createServer(ports, {
    secret: benchSecret,
    localAccounts: true,
    uploadLimitBytes: 1_000_000,
    pageFolder: options.pageFolder ?? null,
    publicUrl: benchAddress,
  });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  return {
    url: server.url,
    database,
    company,
    ports,
    logged,
    signIn: (name) => signIn(server.url, `${name}@small.example`),
    audited: () =>
      database.tables(company.tenantId).audit.map(({ event }) => `${event.event} ${event.status}`),
    async close() {
      await server.close();
      await queue.close();
      await tokens.close();
    },
  };
}

function keptLog(): { readonly logger: Logger; readonly logged: readonly LogLine[] } {
  const logged: LogLine[] = [];
  const at =
    (level: keyof Logger) =>
    (message: string, facts: LogFacts = {}): void => {
      logged.push({ level, message, facts });
    };
  return { logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }, logged };
}

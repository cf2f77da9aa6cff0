import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "@jest/globals";
import { systemClock } from "../../core/clock.ts";
import type { Connection, ConnectionKind } from "../../core/connections/connection.ts";
import { type ConnectionId, type ConversationId, newId } from "../../core/ids.ts";
import { readConfig } from "../config.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { outsideSystems, ownPages } from "./escalation.ts";

const connection = (kind: ConnectionKind, settings: object, secrets: object): Connection => ({
  id: newId<ConnectionId>(),
  kind,
  name: "theirs",
  settings,
  sealedSecrets: JSON.stringify(secrets),
  state: "active",
  health: { failures: 0, openUntil: null, lastError: null, lastFailedAt: null, lastWorkedAt: null },
  cursor: null,
  createdAt: new Date(),
});

it("links to the pages of the console, where its address is known", () => {
  const id = newId<ConversationId>();
  const PUBLIC_URL = "https://expert.example";
  expect(ownPages(readConfig({ PUBLIC_URL })).conversation(id)).toBe(`${PUBLIC_URL}/conversations/${id}`);
  expect(ownPages(readConfig({})).conversation(id)).toBeNull();
});

it("asks nothing of this machine or a private network on behalf of a connection, unless it is allowed", async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(401).end("{}");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const base_url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const sealing = { seal: (text: string) => text, open: (text: string) => text, isCurrent: () => true };
  const jira = connection("jira", { base_url, email: "bot@acme.example" }, { token: "t" });
  const serviceNow = connection("servicenow", { base_url, username: "bot" }, { password: "p" });
  const pager = connection(
    "pagerduty",
    { events_url: base_url, api_url: base_url },
    { routing_key: "0123456789abcdef0123456789abcdef", api_token: "t" },
  );
  const looks = (allowed: string | undefined) => {
    const settings = allowed === undefined ? {} : { WEBHOOK_ALLOW_PRIVATE: allowed };
    const systems = outsideSystems(readConfig(settings), sealing, systemClock, amplyMs);
    return [
      systems.tickets(jira).find("expert-key"),
      systems.tickets(serviceNow).find("expert-key"),
      systems.pager(pager).read("expert-key"),
      systems.pager(pager).resolve("expert-key"),
    ];
  };
  try {
    for (const look of await Promise.allSettled(looks(undefined)))
      expect(look).toMatchObject({ reason: { code: "channel_refused", facts: { reached: false } } });
    expect(asked).toBe(0);
    for (const look of await Promise.allSettled(looks("127.0.0.1")))
      expect(look).toMatchObject({ reason: { code: "unauthenticated" } });
    expect(asked).toBe(4);
  } finally {
    server.close();
  }
});

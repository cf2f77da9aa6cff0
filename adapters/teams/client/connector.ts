import { ConnectorClient, TeamsConnectorClient } from "botframework-connector";
import { Entity } from "botframework-connector/lib/connectorApi/models/mappers.js";
import { LRUCache } from "lru-cache";
import type { Clock } from "../../../core/clock.ts";
import { ExpertError } from "../../../core/errors.ts";
import { isAllowedServiceUrl } from "../service-url.ts";
import type { BotTokens } from "./bot-tokens.ts";
import { CallFailure } from "./call-failure.ts";
import { callOnce } from "./call-once.ts";

// Botbuilder would leave out what its entities do not know: streaming, citations and the AI label.
Object.assign(Entity.type, { additionalProperties: { type: { name: "Object" } } });

type ConnectorOptions = NonNullable<ConstructorParameters<typeof ConnectorClient>[1]>;
type HttpClient = NonNullable<ConnectorOptions["httpClient"]>;
type Credentials = ConstructorParameters<typeof ConnectorClient>[0];

export interface ConnectorPorts {
  readonly tokens: BotTokens;
  readonly clock: Clock;
}

export interface ConnectorLimits {
  /** Whether services on this machine are spoken to in the clear, as in tests. */
  readonly allowsLocal: boolean;
  /** Longest wait for a whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Botbuilder's clients of one address of Teams. */
export interface Connector {
  readonly conversations: ConnectorClient["conversations"];
  readonly teams: TeamsConnectorClient["teams"];
}

export interface Connectors {
  /** Throws `channel_refused` for addresses that no token may be sent to. */
  at(serviceUrl: string): Connector;
}

const connectorsKept = 200;
/** Far beyond a roster of 500 people. */
const limitBytes = 5_000_000;

/** By the address that a validated token named. */
export function createConnectors(
  { tokens, clock }: ConnectorPorts,
  { allowsLocal, timeoutMs }: ConnectorLimits,
): Connectors {
  const credentials: Credentials = {
    async signRequest(request) {
      request.headers.set("authorization", `Bearer ${await tokens.token()}`);
      return request;
    },
  };
  const options = { httpClient: callingOnce(clock, timeoutMs) };
  const kept = new LRUCache<string, Connector>({ max: connectorsKept });
  return {
    at(serviceUrl) {
      const known = kept.get(serviceUrl);
      if (known) return known;
      if (!isAllowedServiceUrl(serviceUrl, allowsLocal)) {
        throw new ExpertError("channel_refused", "Teams is not spoken to without encryption.", {
          facts: { serviceUrl },
        });
      }
      const at = { ...options, baseUri: serviceUrl };
      const { conversations } = new ConnectorClient(credentials, at);
      const { teams } = new TeamsConnectorClient(credentials, at);
      const connector = { conversations, teams };
      kept.set(serviceUrl, connector);
      return connector;
    },
  };
}

/**
 * Makes each call once. An answer that is no success is thrown as `CallFailure`, an error that the library below
 * botbuilder does not know and so does not repeat the call for: the outbox does that, and knows more.
 */
function callingOnce(clock: Clock, timeoutMs: number): HttpClient {
  return {
    async sendRequest(request) {
      const { url, method } = request;
      const body: unknown = request.body;
      const answer = await callOnce({
        url,
        method,
        headers: request.headers.toJson(),
        body: typeof body === "string" ? body : null,
        timeoutMs,
        limitBytes,
      });
      if (answer.status >= 300) throw new CallFailure(answer, clock.now());
      const headers = request.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      headers.set("content-type", answer.headers["content-type"] ?? "application/json");
      return { request, status: answer.status, headers, bodyAsText: answer.body.toString("utf8") };
    },
  };
}

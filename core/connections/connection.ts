import type { ConnectionId } from "../ids.ts";

export const connectionKinds = ["jira", "pagerduty", "servicenow", "webhook"] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** How an outside system has answered lately: what keeps one that is down from being asked over and over. */
export interface ConnectionHealth {
  /** Failed calls in a row. */
  readonly failures: number;
  /** Not called before then; null: it may be called. */
  readonly openUntil: Date | null;
  readonly lastError: string | null;
  readonly lastFailedAt: Date | null;
  readonly lastWorkedAt: Date | null;
}

/** An outside system that a company uses. */
export interface Connection {
  readonly id: ConnectionId;
  readonly kind: ConnectionKind;
  /** Policies name it by this; unique in the company. */
  readonly name: string;
  /** Fits the kind's schema in connection-settings.ts; no secrets. */
  readonly settings: unknown;
  /** JSON of the kind's secrets, sealed under `secretsContext`; null where it has none. */
  readonly sealedSecrets: string | null;
  readonly state: "active" | "off";
  readonly health: ConnectionHealth;
  /** Where polling or relaying has come to; its reader's own words. */
  readonly cursor: string | null;
  readonly createdAt: Date;
}

/** What a connection's sealed secrets belong to. */
export const secretsContext = (id: ConnectionId): string => `connection:${id}`;

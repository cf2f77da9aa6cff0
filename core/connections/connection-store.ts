import type { AuditEvent } from "../audit/audit-event.ts";
import type { ConnectionId, UserId } from "../ids.ts";
import type { Connection } from "./connection.ts";

export type NewConnection = Pick<Connection, "id" | "kind" | "name" | "settings" | "sealedSecrets"> & {
  readonly createdBy: UserId | null;
};

/** Outside systems of the company. Each method is one transaction. */
export interface ConnectionStore {
  list(): Promise<readonly Connection[]>;
  find(id: ConnectionId): Promise<Connection | null>;
  /** Throws `conflict` where the name is taken. */
  add(connection: NewConnection, audit: readonly AuditEvent[]): Promise<void>;
  /** Only what is given is changed. Changed settings or secrets close its breaker. False where there is none. */
  change(
    id: ConnectionId,
    change: Partial<Pick<Connection, "name" | "settings" | "sealedSecrets" | "state">>,
    audit: readonly AuditEvent[],
  ): Promise<boolean>;
  /** A call worked: its breaker closes. */
  worked(id: ConnectionId): Promise<void>;
  /** A call failed: one more in a row, with how long to leave it alone by their number (null: it may be called at once). */
  failed(id: ConnectionId, error: string, pauseMs: (failures: number) => number | null): Promise<void>;
  /** It wants to be left alone for so long, which is no failure. */
  paused(id: ConnectionId, pauseMs: number): Promise<void>;
  /** Where polling or relaying has come to; compare-and-set against what it was. False where another was there first. */
  moveCursor(id: ConnectionId, from: string | null, to: string): Promise<boolean>;
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  connectionListSchema,
  connectionSchema,
  connectionTestSchema,
  type ConnectionView,
} from "../../../bots/http/contract/connection.ts";
import { call } from "../api/http-client.ts";
import { useCurrentSession } from "../session/session-gate.tsx";

export const connectionsKey = ["connections"] as const;
/** Whether a system is left alone changes by itself; in milliseconds. */
const readEveryMs = 10_000;

/** The company's connections, for admins; nobody else asks for them. */
export function useConnections() {
  const admin = useCurrentSession().person.roles.includes("admin");
  return useQuery({
    queryKey: connectionsKey,
    queryFn: ({ signal }) => call(connectionListSchema, "/v1/connections", { signal }),
    enabled: admin,
    refetchInterval: readEveryMs,
  });
}

export interface WrittenConnection {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Those that are given; the others stay. */
  readonly secrets: Readonly<Record<string, unknown>>;
}

export function useAddConnection(kind: ConnectionView["kind"]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (written: WrittenConnection) =>
      call(connectionSchema, "/v1/connections", { method: "POST", body: { kind, ...written } }),
    onSettled: () => client.invalidateQueries({ queryKey: connectionsKey }),
  });
}

export interface ConnectionChange extends Partial<WrittenConnection> {
  readonly state?: ConnectionView["state"];
  /** Of several secrets that hold at once, only the newest from now on. */
  readonly newestSecretOnly?: true;
}

export function useChangeConnection(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ConnectionChange) =>
      call(connectionSchema, `/v1/connections/${id}`, { method: "PATCH", body: change }),
    onSettled: () => client.invalidateQueries({ queryKey: connectionsKey }),
  });
}

export function useTestConnection(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(connectionTestSchema, `/v1/connections/${id}/test`, { method: "POST" }),
    onSettled: () => client.invalidateQueries({ queryKey: connectionsKey }),
  });
}

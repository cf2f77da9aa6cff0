import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { approvalEventSchemas } from "../../../bots/http/contract/approval.ts";
import { readEvents, type ServerSentEvent } from "../api/event-stream.ts";
import { isFailure, send } from "../api/http-client.ts";
import { sessionKey } from "../api/query-client.ts";
import { conversationKey } from "../conversations/use-conversations.ts";
import { approvalCountKey, approvalKey, approvalsKey } from "./use-approvals.ts";

/** Longest silence before a stream is taken for broken; the server sends a sign of life more often. */
const silenceMs = 45_000;
/** Waits before listening again, in milliseconds; the last one is repeated. */
const waitsMs = [500, 2_000, 5_000, 15_000, 30_000] as const;

/**
 * Keeps what the page shows of approvals up to date as long as it is seen: the count, the lists, an open approval, and the
 * person's own questions that wait for an expert.
 */
export function useFollowApprovals(): void {
  const client = useQueryClient();
  useEffect(() => {
    let following: AbortController | null = null;
    const change = (): void => {
      following?.abort();
      following = null;
      if (document.visibilityState === "hidden") return;
      following = new AbortController();
      void follow(client, following.signal);
    };
    change();
    document.addEventListener("visibilitychange", change);
    return () => {
      document.removeEventListener("visibilitychange", change);
      following?.abort();
    };
  }, [client]);
}

async function follow(client: QueryClient, signal: AbortSignal): Promise<void> {
  let failures = 0;
  for (let first = true; !signal.aborted; first = false) {
    try {
      const headers = { accept: "text/event-stream" };
      const response = await send("/v1/approvals/stream", { headers, signal });
      failures = 0;
      // What changed while nobody listened.
      if (!first) refreshAll(client);
      const onEvent = (event: ServerSentEvent): void => {
        take(client, event);
      };
      await readEvents(response, onEvent, silenceMs);
    } catch (error) {
      if (isFailure(error, "unauthenticated")) {
        client.setQueryData(sessionKey, null);
        return;
      }
    }
    await pause(waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 30_000, signal);
    failures += 1;
  }
}

function refreshAll(client: QueryClient): void {
  for (const queryKey of [approvalsKey, approvalCountKey, ["approval"], ["conversation"]])
    void client.invalidateQueries({ queryKey });
}

function take(client: QueryClient, { event, data }: ServerSentEvent): void {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return;
  }
  if (event === "count") {
    const count = approvalEventSchemas.count.safeParse(value);
    if (count.success) client.setQueryData(approvalCountKey, count.data);
  } else if (event === "changed") {
    const changed = approvalEventSchemas.changed.safeParse(value);
    if (!changed.success) return;
    void client.invalidateQueries({ queryKey: approvalKey(changed.data.approvalId) });
    void client.invalidateQueries({ queryKey: approvalsKey });
  } else if (event === "turn") {
    const turn = approvalEventSchemas.turn.safeParse(value);
    if (turn.success) void client.invalidateQueries({ queryKey: conversationKey(turn.data.conversationId) });
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

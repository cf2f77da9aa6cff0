import type { AuditLog } from "../audit/audit-event.ts";
import type { ExpertError } from "../errors.ts";
import { isExpertError } from "../errors.ts";
import { newId, type TenantId, type TurnId } from "../ids.ts";
import type { ChatResponse } from "../inbox/chat-receiver.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { createRefusalLog, type RefusalLog } from "../inbox/refusal-log.ts";
import type { Queue } from "../queue.ts";
import type { HookReader } from "./hook-reader.ts";
import { type HookReceiver, type HookRequest, type HookSystem, hookSystems } from "./hook-receiver.ts";
import { createHookSecrets, type HookSecretsPorts } from "./hook-secrets.ts";

export interface ReceiveHookPorts extends HookSecretsPorts {
  readonly readers: ReadonlyMap<HookSystem, HookReader>;
  readonly inbox: Pick<Inbox, "receiveEvent">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly audit: AuditLog;
}

/** What of a webhook is stored. */
export interface StoredHook {
  readonly connectionId: string;
  /** As the system's reader understands it. */
  readonly hook: object;
}

/** Verifies the very bytes, stores one row, answers, and wakes whoever handles it. */
export function createHookReceiver(ports: ReceiveHookPorts): HookReceiver {
  const { readers, inbox, queue, clock, logger } = ports;
  const known = createHookSecrets(ports);
  const refusals = new Map<HookSystem, RefusalLog>(
    hookSystems.map((system) => [
      system,
      createRefusalLog(
        {
          ...ports,
          tenantOf: (tenant) => known.tenant(tenant as TenantId),
          operator: () => Promise.resolve(null),
        },
        system,
      ),
    ]),
  );
  const refuse = async ({ system, tenantId }: HookRequest, reason: string): Promise<ChatResponse> => {
    await refusals.get(system)?.record({ kind: "webhooks", reason, workspaceId: tenantId });
    return answer(401, {
      code: "unauthenticated",
      message: "The request is not signed with a secret of this connection.",
      remedy: "Check the webhook's address and its secret in the console.",
    });
  };

  async function store({ system, tenantId, connectionId }: HookRequest, deliveryId: string, hook: object) {
    const { id } = await inbox.receiveEvent({
      id: newId<TurnId>(),
      tenantId,
      channel: system,
      eventId: `${connectionId}:${deliveryId}`,
      body: { connectionId, hook } satisfies StoredHook,
    });
    // The row is the truth: where the queue is away, the sweeper finds it.
    queue.enqueue("event", { tenantId, eventId: id }, { key: `event-${id}` }).catch(() => undefined);
  }

  async function receive(request: HookRequest): Promise<ChatResponse> {
    const reader = readers.get(request.system);
    const secrets = await known.of(request);
    if (!reader || secrets === null) return await refuse(request, "no such connection");
    const reading = reader.read(request, secrets, clock.now());
    switch (reading.outcome) {
      case "forged":
        return await refuse(request, reading.reason);
      case "unreadable":
        logger.warn("a webhook that is signed could not be read", {
          system: request.system,
          connection: request.connectionId,
          reason: reading.reason,
        });
        return answer(400, {
          code: "invalid_input",
          message: `The body cannot be read: ${reading.reason}`,
          remedy: "Send what the system sends by itself.",
        });
      case "ignored":
        return accepted;
      case "told":
        await store(request, reading.deliveryId, reading.body);
        return accepted;
    }
  }

  return {
    async receive(request) {
      try {
        return await receive(request);
      } catch (error) {
        const { system, connectionId: connection } = request;
        logger.warn("a webhook could not be stored; it is sent again", { system, connection, error });
        if (!isExpertError(error, "rate_limited")) return unstored(503, 5);
        return unstored(429, secondsOf(error));
      }
    },
  };
}

const json = { "content-type": "application/json; charset=utf-8" };
const accepted: ChatResponse = { status: 202, headers: {}, body: "" };

const answer = (
  status: number,
  error: { readonly code: string; readonly message: string; readonly remedy: string },
): ChatResponse => ({ status, headers: json, body: JSON.stringify({ error }) });

const unstored = (status: number, retryAfterSeconds: number): ChatResponse => ({
  status,
  headers: { "retry-after": String(retryAfterSeconds) },
  body: "",
});

const secondsOf = ({ facts }: ExpertError): number => {
  const told = facts["retryAfterSeconds"];
  return typeof told === "number" ? told : 1;
};

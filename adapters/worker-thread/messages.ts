import type { TurnEvent } from "../../core/conversation/turn-event.ts";
import type { TenantId, TurnId } from "../../core/ids.ts";
import type { EnqueueOptions, QueueJobs, QueueName } from "../../core/queue.ts";

/** A job on its way to the workers' thread. */
export type ThreadJob = {
  readonly [N in QueueName]: {
    readonly kind: "job";
    readonly name: N;
    readonly job: QueueJobs[N];
    readonly options: EnqueueOptions;
  };
}[QueueName];

/** What the workers' thread is told. `Settings`: what it begins with, as can be copied between threads. */
export type ToWorkers<Settings> =
  | { readonly kind: "begin"; readonly settings: Settings }
  | ThreadJob
  | { readonly kind: "refresh"; readonly tenant: TenantId; readonly request: number }
  | { readonly kind: "stop" };

export interface PublishedEvent {
  readonly tenant: TenantId;
  readonly turn: TurnId;
  readonly event: TurnEvent;
}

/** What the workers' thread tells. */
export type FromWorkers =
  | { readonly kind: "working" }
  | { readonly kind: "events"; readonly events: readonly PublishedEvent[] }
  | { readonly kind: "refreshed"; readonly request: number };

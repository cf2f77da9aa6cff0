import type { Connection } from "../connections/connection.ts";
import type { TenantId } from "../ids.ts";
import type { Dispatch } from "./dispatch.ts";

/** A call to an outside system in the hands of a worker. */
export interface HeldDispatch {
  readonly dispatch: Dispatch;
  readonly connection: Connection;
  /**
   * Asks the outside system something, and waits for it no longer than a call may take; throws `channel_unavailable` then.
   * What the system throws counts for its connection.
   */
  call<T>(work: () => Promise<T>): Promise<T>;
  /** The same for what must not happen twice: it is noted before that from now on nobody knows whether it came through. */
  callOnce<T>(work: () => Promise<T>): Promise<T>;
}

/** `done`; or to be looked at again after a while, which is no failed attempt. */
export type Carried = "done" | { readonly againAfterMs: number };

/** Carries out what a dispatch asks for. */
export interface DispatchCarrier {
  /** At least once: but for what is sent by `callOnce` it is idempotent. */
  carry(tenant: TenantId, held: HeldDispatch): Promise<Carried>;
  /** It is given up; tells whoever waits for it, once however often it is called. */
  givenUp(tenant: TenantId, dispatch: Dispatch, connection: Connection, error: unknown): Promise<void>;
}

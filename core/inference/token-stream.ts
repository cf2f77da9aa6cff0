import type { TurnEvent } from "../conversation/turn-event.ts";
import type { TenantId, TurnId } from "../ids.ts";

export interface SequencedTurnEvent {
  /** 1, 2, 3 … within the turn. */
  readonly sequence: number;
  readonly event: TurnEvent;
}

/** Carries a turn's events from the worker that runs it to whoever watches. It may forget; the rows do not. */
export interface TokenStream {
  /** In order, never blocking the worker. */
  publish(tenant: TenantId, turn: TurnId, event: TurnEvent): void;
  /** Events after `afterSequence`, first those still remembered, then live ones; ends after a final event or an abort. */
  subscribe(
    tenant: TenantId,
    turn: TurnId,
    options: { readonly afterSequence: number; readonly signal: AbortSignal },
  ): AsyncIterable<SequencedTurnEvent>;
  close(): Promise<void>;
}

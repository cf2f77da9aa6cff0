import type { TenantId, TurnId } from "../../core/ids.ts";

/** The stream of one turn's events, and the channel on which its growth is told: one name for both. */
export const turnKey = (tenant: TenantId, turn: TurnId): string => `expert:turn:${tenant}:${turn}`;

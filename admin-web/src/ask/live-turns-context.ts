import { createContext, use, useSyncExternalStore } from "react";
import type { LiveTurn, LiveTurns } from "./live-turns.ts";

export const LiveTurnsContext = createContext<LiveTurns | null>(null);

export function useLiveTurns(): LiveTurns {
  const live = use(LiveTurnsContext);
  if (live === null) throw new Error("LiveTurnsContext is missing.");
  return live;
}

/** What is known of a turn that runs; undefined once it has ended. */
export function useLiveTurn(turnId: string): LiveTurn | undefined {
  const live = useLiveTurns();
  return useSyncExternalStore(live.subscribe, () => live.get(turnId));
}

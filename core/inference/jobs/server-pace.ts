import type { InferenceTier } from "./inference-job.ts";

/** One model of one server, as far as its pace goes. */
export interface PacedServer {
  readonly breaker: {
    readonly state: "closed" | "open" | "half-open";
    /** Whether a call would be let through now. */
    readonly available: boolean;
  };
  /** Calls that were given to it and have not ended, and how many it bears. Models that share a way to it share this. */
  readonly load: { readonly calls: number; readonly limit: () => number };
}

/** A tier's servers in steps: those of one are asked alike, each step stands in for those before it. */
export type PacedChain = readonly (readonly PacedServer[])[];

/** How much the servers bear beside what they do already. */
export interface ServerPace {
  /** How many more calls of the tier may be taken now. */
  free(tier: InferenceTier): number;
  /** Whether a server of the tier may be asked at all. */
  serves(tier: InferenceTier): boolean;
  /** Takes a place for one call of the tier, and gives what leaves it; null where there is none. */
  enter(tier: InferenceTier): (() => void) | null;
}

type Load = PacedServer["load"];

/**
 * The pace of the servers behind some tiers: the limits of the first step of a tier's chain that may be asked, less what
 * runs there, whichever tier it is of, and less the calls that were taken and are not given to a server yet.
 */
export function createServerPace(chains: ReadonlyMap<InferenceTier, PacedChain>): ServerPace {
  const taken = new Map([...chains.keys()].map((tier) => [tier, 0]));
  const loadsOf = (tier: InferenceTier): ReadonlySet<Load> =>
    new Set((chains.get(tier) ?? []).flat().map(({ load }) => load));
  const neighbours = new Map(
    [...chains.keys()].map((tier) => {
      const own = loadsOf(tier);
      return [tier, [...chains.keys()].filter((other) => [...loadsOf(other)].some((load) => own.has(load)))];
    }),
  );
  const sharedLoads = new Map(
    [...neighbours].map(([tier, others]) => [tier, new Set(others.flatMap((other) => [...loadsOf(other)]))]),
  );

  const stepOf = (tier: InferenceTier): readonly PacedServer[] =>
    chains.get(tier)?.find((step) => step.some(({ breaker }) => breaker.available)) ?? [];

  /** Taken by a tier that shares a server with this one, and on its way to one. */
  const unplaced = (tier: InferenceTier): number => {
    const all = (neighbours.get(tier) ?? []).reduce((sum, other) => sum + (taken.get(other) ?? 0), 0);
    const placed = [...(sharedLoads.get(tier) ?? [])].reduce((sum, { calls }) => sum + calls, 0);
    return Math.max(0, all - placed);
  };

  const free = (tier: InferenceTier): number => {
    const rooms = new Map(
      stepOf(tier)
        .filter(({ breaker }) => breaker.available)
        .map(({ breaker, load }) => [load, roomOf(breaker.state, load)]),
    );
    const room = [...rooms.values()].reduce((sum, each) => sum + each, 0);
    return Math.max(0, room - unplaced(tier));
  };

  return {
    free,
    serves: (tier) => stepOf(tier).length > 0,
    enter(tier) {
      if (free(tier) === 0) return null;
      taken.set(tier, (taken.get(tier) ?? 0) + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        taken.set(tier, (taken.get(tier) ?? 0) - 1);
      };
    },
  };
}

/** A server that failed is tried by one call alone. */
const roomOf = (state: PacedServer["breaker"]["state"], { calls, limit }: Load): number =>
  Math.max(0, (state === "closed" ? limit() : 1) - calls);

import type { Database } from "../database.ts";
import { ExpertError, isExpertError } from "../errors.ts";
import type { TenantId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { Dispatch } from "./dispatch.ts";
import type { HeldDispatch } from "./dispatch-carrier.ts";

/** A call as long as this worker holds it, and what became of its questions to the outside system. */
export interface Hold extends Pick<HeldDispatch, "call" | "callOnce"> {
  /** Another worker has it, or it is done: what comes of this attempt is dropped. */
  lost(): boolean;
  /** Whether the outside system has answered anything, were it a refusal. */
  answered(): boolean;
  /** Whether the outside system, or what its connection is set to, is at fault. */
  isTheirs(error: unknown): boolean;
  /** Whether it is certain that nothing has come through of what was begun in this attempt. */
  undone(): boolean;
  end(): void;
}

interface HoldPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly logger: Logger;
  readonly leaseMs: number;
  readonly callMs?: number;
}

/** The adapters give up sooner; this is for one that does not. */
const defaultCallMs = 30_000;

class HoldLost extends Error {}
/** Whether work ended since another worker has taken it over. */
export const isHoldLost = (error: unknown): boolean => error instanceof HoldLost;

/** Keeps a call while it is made, and watches what its outside system does. */
export function holdDispatch(ports: HoldPorts, tenant: TenantId, dispatch: Dispatch): Hold {
  const { database, logger, leaseMs, callMs = defaultCallMs } = ports;
  const { id, attempt } = dispatch;
  let lost = false;
  let answered = false;
  let begun = false;
  let uncertain = false;
  const theirs = new WeakSet<object>();
  const extend = async (): Promise<void> => {
    try {
      const kept = await database.withTenant(tenant, ({ dispatches }) =>
        dispatches.extend(id, attempt, leaseMs),
      );
      if (!kept) lost = true;
    } catch (error) {
      logger.warn("a call's lease could not be extended", { dispatch: id, error });
    }
  };
  const heartbeat = setInterval(() => void extend(), leaseMs / 3);
  heartbeat.unref();

  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    if (lost) throw new HoldLost();
    try {
      const result = await withinTime(work, callMs);
      answered = true;
      return result;
    } catch (error) {
      if (typeof error === "object" && error !== null) theirs.add(error);
      if (isExpertError(error, "channel_refused", "rate_limited", "unauthenticated")) answered = true;
      throw error;
    }
  };
  return {
    call,
    async callOnce(work) {
      const held = await database.withTenant(tenant, ({ dispatches }) => dispatches.begin(id, attempt));
      if (!held) throw new HoldLost();
      begun = true;
      uncertain = true;
      try {
        return await call(work);
      } catch (error) {
        if (surelyUndone(error)) uncertain = false;
        throw error;
      }
    },
    lost: () => lost,
    answered: () => answered,
    isTheirs: (error) =>
      isExpertError(error, "configuration_invalid") ||
      (typeof error === "object" && error !== null && theirs.has(error)),
    undone: () => begun && !uncertain,
    end() {
      clearInterval(heartbeat);
    },
  };
}

const surelyUndone = (error: unknown): boolean =>
  isExpertError(error, "channel_refused", "rate_limited", "unauthenticated", "configuration_invalid") ||
  (isExpertError(error, "channel_unavailable") && error.facts["reached"] === false);

async function withinTime<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new ExpertError("channel_unavailable", "The outside system did not answer in time.", {
          remedy: "It is tried again by itself.",
          facts: { limitMs },
        }),
      );
    }, limitMs);
  });
  try {
    return await Promise.race([work(), over]);
  } finally {
    clearTimeout(timer);
  }
}

import { ExpertError } from "../../core/errors.ts";
import type { SimulatedTime } from "./simulated-time.ts";

/** How a call to a vendor ends that does not end well. */
export const vendorFaults = [
  "unreachable",
  "busy",
  "broken",
  "broken_after_doing",
  "closed",
  "closed_after_doing",
  "silent",
  "late",
] as const;
export type VendorFault = (typeof vendorFaults)[number];

/** An adapter waits so long for an answer. */
const timeoutMs = 15_000;

const away = (message: string, facts: Readonly<Record<string, boolean>> = {}): ExpertError =>
  new ExpertError("channel_unavailable", message, { facts });

/**
 * Calls of a vendor, some of which go wrong.
 * @param next what becomes of the next call; null: nothing goes wrong.
 * @param lateMs after how long, from when it was asked, a vendor still does what nobody waits for any more.
 */
export function faultyVendor<T extends object>(
  vendor: T,
  time: SimulatedTime,
  next: (method: string) => VendorFault | null,
  lateMs: () => number,
): T {
  async function call(work: () => unknown, fault: VendorFault | null): Promise<unknown> {
    time.pass(50);
    const quietly = async (): Promise<void> => {
      await Promise.resolve(work()).catch(() => undefined);
    };
    switch (fault) {
      case null:
        return await work();
      case "unreachable":
        throw away("The name is not known.", { reached: false });
      case "busy":
        throw new ExpertError("rate_limited", "Too many requests.", { facts: { retryAfterMs: 7_000 } });
      case "broken":
        throw away("500");
      case "broken_after_doing":
        await quietly();
        throw away("500");
      case "closed":
        throw away("The connection was closed.");
      case "closed_after_doing":
        await quietly();
        throw away("The connection was closed.");
      case "silent":
        time.pass(timeoutMs);
        throw away("No answer.");
      case "late":
        time.after(lateMs(), () => void quietly());
        time.pass(timeoutMs);
        throw away("No answer.");
    }
  }
  return new Proxy(vendor, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || typeof name !== "string") return value;
      return (...input: unknown[]) => call(() => Reflect.apply(value, target, input) as unknown, next(name));
    },
  });
}

import type { Json } from "./platform-state.ts";
import type { Fault } from "./slack-platform.ts";

export interface Faults {
  add(fault: Fault): void;
  /** The fault that this call shall meet, used up by one. */
  take(method: string, call: { team: string | undefined; arguments: Json }): Fault | undefined;
}

/** The faults that a test has ordered, first ordered first met. */
export function faultQueue(): Faults {
  const waiting: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => waiting.push({ fault, left: fault.times ?? 1 }),
    take: (method, call) => {
      const found = waiting.find(
        ({ fault, left }) => left > 0 && fault.method === method && (fault.where?.(call) ?? true),
      );
      if (found) found.left -= 1;
      return found?.fault;
    },
  };
}

import type { Fault, Json, Operation } from "./teams-platform.ts";

export interface Faults {
  add(fault: Fault): void;
  /** The fault that this call shall meet, used up by one. */
  take(
    operation: Operation,
    call: { readonly conversationId: string; readonly body: Json },
  ): Fault | undefined;
}

/** The faults that a test has ordered, first ordered first met. */
export function faultQueue(): Faults {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    take(operation, call) {
      const found = waiting.find(
        ({ fault, left }) =>
          left > 0 &&
          (fault.operation === "any" || fault.operation === operation) &&
          (fault.where?.(call) ?? true),
      );
      if (found) found.left -= 1;
      return found?.fault;
    },
  };
}

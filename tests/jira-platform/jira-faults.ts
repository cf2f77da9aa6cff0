import type { ServerResponse } from "node:http";
import type { JiraAct, JiraAnswer } from "./jira-routes.ts";

/** How a request ends, other than well. */
export interface JiraFault {
  /** Only such a request; left out: any. */
  readonly on?: JiraAct;
  /** How many requests end so; left out: one. */
  readonly times?: number;
  /**
   * Whether what was asked is done all the same: at once, or `late`, after the delay, whether somebody still waits or not.
   * Left out: `none`.
   */
  readonly effect?: "done" | "late" | "none";
  /** The answer, or its end, comes so much later. */
  readonly delayMs?: number;
  /** `close`: the connection breaks. `usual`: what it would be without the fault; wants an effect. */
  readonly answer:
    | "close"
    | "usual"
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: unknown;
      };
}

/** The faults that a test has ordered; of those that fit a request, the first ordered is met. */
export interface JiraFaults {
  add(faults: readonly JiraFault[]): void;
  take(act: JiraAct): JiraFault | undefined;
  /** How many were ordered and not met. */
  left(): number;
  /** Ends a request so. */
  meet(fault: JiraFault, act: () => JiraAnswer, response: ServerResponse): void;
  /** Gives up what is delayed. */
  stop(): void;
}

export function createJiraFaults(
  send: (response: ServerResponse, answer: JiraAnswer, headers?: Readonly<Record<string, string>>) => void,
  after?: (delayMs: number, work: () => void) => void,
): JiraFaults {
  const waiting: { readonly fault: JiraFault; left: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();

  function later(delayMs: number, work: () => void): void {
    if (delayMs === 0) {
      work();
      return;
    }
    if (after) {
      after(delayMs, work);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, delayMs);
    timers.add(timer);
  }

  return {
    add: (faults) => void waiting.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1 }))),
    take(act) {
      const found = waiting.find(
        ({ fault, left }) => left > 0 && (fault.on === undefined || fault.on === act),
      );
      if (found) found.left -= 1;
      return found?.fault;
    },
    left: () => waiting.reduce((sum, { left }) => sum + left, 0),
    meet({ effect = "none", delayMs = 0, answer }, act, response) {
      const done = effect === "done" ? act() : null;
      later(delayMs, () => {
        const result = effect === "late" ? act() : done;
        if (answer === "close") response.socket?.destroy();
        else if (answer === "usual") send(response, result ?? { status: 500, body: null });
        else send(response, { status: answer.status, body: answer.body ?? null }, answer.headers);
      });
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

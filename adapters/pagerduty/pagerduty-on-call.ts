import type { OnCall } from "../../core/approvals/approver-reach.ts";
import type { Clock } from "../../core/clock.ts";
import { ExpertError } from "../../core/errors.ts";
import type { TenantId } from "../../core/ids.ts";
import { pauseAfter, type PagerDutyClient } from "./pagerduty-client.ts";
import { readSchedule } from "./read-schedule.ts";

export interface OnCallPorts {
  readonly client: PagerDutyClient;
  /** Whose PagerDuty it is; null where that cannot be said. */
  readonly owner: () => Promise<TenantId | null>;
  readonly clock: Clock;
}

/** How long an answer holds, and a failure, in milliseconds. */
const freshMs = 60_000;
const failedMs = 10_000;
/** So many schedules are remembered; those that were not asked for longest are forgotten first. */
const remembered = 500;

interface Asked {
  readonly answer: Promise<readonly string[]>;
  /** Infinity while the answer is awaited. */
  untilMs: number;
}

/**
 * Who is on call, by PagerDuty. However many ask at the same time or within a minute, PagerDuty is asked once; while it
 * fails, once in ten seconds, or after the pause that it wants. Throws `configuration_invalid` for another tenant than
 * its own, and as the client does.
 */
export function createPagerDutyOnCall({ client, owner, clock }: OnCallPorts): OnCall {
  const asked = new Map<string, Asked>();

  function ask(schedule: string): Promise<readonly string[]> {
    const answer = readSchedule(client, schedule, clock.now());
    const entry: Asked = { answer, untilMs: Infinity };
    const keep = (ms: number): void => {
      entry.untilMs = clock.now().getTime() + ms;
    };
    answer.then(
      () => {
        keep(freshMs);
      },
      (error: unknown) => {
        keep(pauseAfter(error) ?? failedMs);
      },
    );
    asked.delete(schedule);
    asked.set(schedule, entry);
    const [oldest] = asked.keys();
    if (asked.size > remembered && oldest !== undefined) asked.delete(oldest);
    return answer;
  }

  return {
    async onCall(tenant, schedule) {
      if ((await owner()) !== tenant) throw notTheirs();
      const known = asked.get(schedule);
      return await (known && known.untilMs > clock.now().getTime() ? known.answer : ask(schedule));
    },
  };
}

const notTheirs = (): ExpertError =>
  new ExpertError("configuration_invalid", "The PagerDuty of this installation is not this company's.", {
    remedy:
      "Set PAGERDUTY_TENANT to the slug of the company whose PagerDuty it is, or name no schedule in this company's policies.",
  });

import type { OnCall } from "../../core/approvals/approver-reach.ts";
import { ExpertError } from "../../core/errors.ts";
import type { TenantId } from "../../core/ids.ts";

/** Schedules of one tenant in memory. */
export interface FakeOnCall extends OnCall {
  /** E-mail addresses by the name of the schedule. */
  readonly schedules: Map<string, readonly string[]>;
  away: boolean;
}

export function createFakeOnCall(owner: TenantId): FakeOnCall {
  const schedules: FakeOnCall["schedules"] = new Map();
  return {
    schedules,
    away: false,
    async onCall(tenant, schedule) {
      if (tenant !== owner) throw new ExpertError("configuration_invalid", "The pager is another company's.");
      if (this.away) throw new ExpertError("channel_unavailable", "The pager is away.", { remedy: "Wait." });
      const emails = schedules.get(schedule);
      if (!emails)
        throw new ExpertError("channel_refused", "There is no such schedule.", { remedy: "Name one." });
      return emails;
    },
  };
}

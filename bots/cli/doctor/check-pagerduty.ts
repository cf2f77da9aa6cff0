import { isExpertError } from "../../../core/errors.ts";
import { type Check, fail, ok, warn } from "./check.ts";

export const pagerDutyCheck: Check = {
  name: "pagerduty",
  settings: ["PAGERDUTY_API_TOKEN", "PAGERDUTY_TENANT", "PAGERDUTY_API_URL"],
  after: "database",
  async run({ diagnosis }) {
    const found = await diagnosis.pagerDuty();
    if (!found) return ok("not set up; docs/operations.md says how");
    const faults = found.named.flatMap(({ onCall }) => (isExpertError(onCall) ? [onCall] : []));
    const [fault] = faults;
    if (fault) {
      const remedies = new Set(faults.map(({ remedy }) => remedy ?? "See docs/operations.md."));
      return fail(faults.map(({ message }) => message).join(" "), [...remedies].join(" "));
    }
    const empty = found.named.flatMap(({ schedule, onCall }) => (onCall === 0 ? [schedule] : []));
    if (empty.length > 0) {
      return warn(
        `nobody is on call now in ${empty.join(", ")}`,
        "Approvals go to the others of the level, or to the department's leads, meanwhile. Fill the schedule where that is not meant.",
      );
    }
    const policies = `policies name ${String(found.named.length)}`;
    return ok(`${found.tenant}: ${String(found.schedules)} schedules can be read, ${policies}`);
  },
};

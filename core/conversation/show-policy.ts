import type { Labelled } from "../identity/access.ts";
import type { Department } from "../identity/member.ts";
import type { Refusal } from "../identity/refuse.ts";

export type Reason = Pick<Refusal, "reason" | "message" | "remedy" | "facts">;

const restricted: Reason = {
  reason: "share_restricted",
  message: "This answer cites a document that is not for everyone's eyes.",
  remedy: "Tell those who may know it yourself.",
};

/**
 * Why what was cited may not be shown to everyone in a channel, whoever asked; null where it may.
 * @param outside whether guests or people of other companies read along there.
 */
export function whyNotShown(
  { departmentId, sensitivity, readers }: Labelled,
  departments: readonly Department[],
  outside: boolean,
): Reason | null {
  if (sensitivity === "restricted" || readers !== null) return restricted;
  const department = departments.find(({ id }) => id === departmentId);
  if (department?.shareable !== true) {
    return {
      reason: "share_department_closed",
      ...(department && { facts: { department: department.name.en, departmentTh: department.name.th } }),
      message: `${department?.name.en ?? "A department"} does not let its answers be shown to everyone.`,
      remedy: "Ask a lead of the department.",
    };
  }
  if (!outside || (department.guests && sensitivity === "public")) return null;
  return {
    reason: "share_outsiders",
    message:
      "Guests or people of other companies read along there, and a document that this answer cites is not for them.",
    remedy: "Show it in a channel where only your own company reads along.",
  };
}

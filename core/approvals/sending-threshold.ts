import type { Department } from "../identity/member.ts";
import { isFor } from "./calibrate-departments.ts";

/**
 * The confidence from which a department's answers are sent without a human: the one that keeps its error budget, once the
 * decisions show one; until then the configured one.
 */
export function sendingThreshold({
  approval,
  calibration,
}: Pick<Department, "approval" | "calibration">): number {
  const sending = calibration?.sending;
  if (sending === undefined || !isFor(sending, approval)) return approval.auto_approve_confidence;
  return sending.threshold ?? approval.auto_approve_confidence;
}

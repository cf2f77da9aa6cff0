import type { Department } from "../identity/member.ts";

/** The confidence from which a department's answers are sent without a human. */
export const sendingThreshold = ({ approval }: Department): number => approval.auto_approve_confidence;

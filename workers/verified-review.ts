import { questionVerified, type QuestionVerifiedPorts } from "../core/approvals/question-verified.ts";
import { every, type Schedule } from "./every.ts";

/** A changed source is noticed within this time. */
const pauseMs = 5_000;

/** Has verified answers approved again that have expired, or what they rest on has changed. */
export const reviewVerified = (parts: QuestionVerifiedPorts): Schedule =>
  every("looking for verified answers to review", pauseMs, parts.logger, () => questionVerified(parts));

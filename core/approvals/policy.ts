import { z } from "zod";
import { sensitivities } from "../identity/access.ts";
import { duration } from "./duration.ts";
import { workingHours } from "./working-hours.ts";

const share = z.number().min(0).max(1);

/** Who may decide at one level: all of those who are named by any of the three. */
const approvers = z
  .strictObject({
    /** `lead`: the department's leads. `approver`: its leads, and its members who are approvers. */
    role: z.enum(["lead", "approver"]).optional(),
    /** People of the company by e-mail address. */
    people: z.array(z.email()).min(1).optional(),
    /** Whoever is on call in this schedule of PagerDuty. */
    on_call: z.string().min(1).optional(),
  })
  .refine((named) => Object.values(named).some((who) => who !== undefined), {
    message: "name a role, people or a schedule",
  });

const level = z.strictObject({
  approvers: approvers.default({ role: "approver" }),
  /** How many of them must agree on the same words. */
  required: z.int().min(1).max(10).default(1),
  /** They are reminded once after this time. */
  remind_after: duration.default("2h"),
  /** After this time the next level is asked as well; after the last one, `on_time_out` says what happens. */
  next_after: duration.default("8h"),
});

/** When a department's answers need a human's approval, and how it is come by. Times count within the working hours. */
export const approvalPolicy = z.strictObject({
  /** `none`: never. `all`: every answer. `new_answers`: what is neither verified nor sure enough. */
  required_for: z.enum(["none", "new_answers", "all"]).default("none"),
  /** The confidence from which an answer is sent without a human, from 0 to 1; calibrated where the labels suffice. */
  auto_approve_confidence: share.default(0.7),
  /** The share of wrong answers among those sent without a human; takes the place of the threshold once enough labels are there. */
  error_budget: share.nullable().default(null),
  /** The confidence level with which that share holds. */
  error_budget_confidence: share.default(0.95),
  /** Answers that rest on a document of such a label always need approval. */
  sensitive_labels: z.array(z.enum(sensitivities)).default([]),
  /** Whether a human is asked at once where nothing was found. */
  ask_when_nothing_found: z.boolean().default(false),
  levels: z.array(level).min(1).max(5).prefault([{}]),
  /** `escalate`: to whatever the department's escalation says. `tell`: the asker is told that nobody decided. */
  on_time_out: z.enum(["escalate", "tell"]).default("escalate"),
  working_hours: workingHours.nullable().default(null),
  /** Whether the asker sees the draft, marked as not checked, while it waits. */
  show_draft: z.boolean().default(false),
  /** Approvers must have signed in to the console within this time. */
  sign_in_within: duration.nullable().default(null),
  /** How long an approved answer is served before it is to be approved again. */
  verified_for: duration.default("180d"),
});
/** As it is written, and as it is kept. */
export type ApprovalPolicyText = z.input<typeof approvalPolicy>;
export type ApprovalPolicy = z.output<typeof approvalPolicy>;
export type ApprovalLevel = ApprovalPolicy["levels"][number];

/** Of a department that has none: no answer waits for a human. */
export const noApproval: ApprovalPolicy = approvalPolicy.parse({});

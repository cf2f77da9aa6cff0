import { z } from "zod";
import { connectionKinds } from "../../../core/connections/connection.ts";
import { escalationPolicy } from "../../../core/escalation/policy.ts";
import { escalationTriggers, severities } from "../../../core/escalation/trigger.ts";
import { policyDepartmentSchema } from "./approval-policy.ts";

export const escalationPolicyListSchema = z.object({
  items: z.array(policyDepartmentSchema.extend({ escalates: z.boolean() })),
});
export type EscalationPolicyList = z.infer<typeof escalationPolicyListSchema>;

export const escalationPolicySchema = z
  .object({
    department: policyDepartmentSchema,
    policy: escalationPolicy,
    yaml: z.string().describe("The same as text, as in a department's file"),
    connections: z
      .array(z.object({ name: z.string(), kind: z.enum(connectionKinds) }))
      .describe("Outside systems that it may name"),
  })
  .meta({ id: "DepartmentEscalationPolicy" });
export type EscalationPolicyView = z.infer<typeof escalationPolicySchema>;

export const changeEscalationPolicySchema = z
  .union([z.strictObject({ policy: escalationPolicy }), z.strictObject({ yaml: z.string().max(40_000) })])
  .meta({ id: "ChangeEscalationPolicy" });

export const escalationPreviewSchema = z
  .object({
    questions: z.int().describe("How many of the department's last questions were looked at"),
    tickets: z.int().describe("How many of them would have become a ticket"),
    pages: z.int().describe("How many of them would have paged somebody"),
    items: z
      .array(
        z.object({
          turnId: z.uuid(),
          question: z.string(),
          askedAt: z.iso.datetime(),
          triggers: z.array(z.enum(escalationTriggers)),
          word: z.string().nullable().describe("What made it critical; null where nothing did"),
          severity: z.enum(severities),
          ticket: z.boolean(),
          page: z.boolean(),
        }),
      )
      .describe("Those that would have escalated, newest first"),
  })
  .meta({ id: "EscalationPreview" });
export type EscalationPreviewView = z.infer<typeof escalationPreviewSchema>;

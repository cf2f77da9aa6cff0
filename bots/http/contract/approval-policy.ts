import { z } from "zod";
import { approvalPolicy } from "../../../core/approvals/policy.ts";

export const policyDepartmentSchema = z.object({
  slug: z.string(),
  name: z.object({ en: z.string(), th: z.string() }),
});

export const policyListSchema = z.object({
  items: z.array(policyDepartmentSchema.extend({ requiredFor: z.enum(["none", "new_answers", "all"]) })),
});
export type PolicyList = z.infer<typeof policyListSchema>;

export const policySchema = z
  .object({
    department: policyDepartmentSchema,
    policy: approvalPolicy,
    yaml: z.string().describe("The same as text, as in a department's file"),
  })
  .meta({ id: "DepartmentApprovalPolicy" });
export type PolicyView = z.infer<typeof policySchema>;

export const changePolicySchema = z
  .union([z.strictObject({ policy: approvalPolicy }), z.strictObject({ yaml: z.string().max(20_000) })])
  .meta({ id: "ChangeApprovalPolicy" });

/** As it arrives: the policy itself is read by the rule that names each faulty field. */
export const changePolicyBody = z.union([
  z.strictObject({ policy: z.record(z.string(), z.unknown()) }),
  z.strictObject({ yaml: z.string().max(20_000) }),
]);

import { useEscalationPolicies } from "../escalations/use-escalation-policy.ts";
import { useCurrentSession } from "./session-gate.tsx";

/** Whether the person is an admin or leads a department. */
export function useLeads(): boolean {
  const admin = useCurrentSession().person.roles.includes("admin");
  // Those who may change a department's policies are its leads.
  const departments = useEscalationPolicies().data?.items ?? [];
  return admin || departments.length > 0;
}

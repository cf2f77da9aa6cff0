import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import type {
  EscalationPolicyList,
  EscalationPolicyView,
  EscalationPreviewView,
} from "../../../bots/http/contract/escalation-policy.ts";
import { call } from "../api/http-client.ts";

// By its outline: the rule itself needs the time zones' library, which only the server has to load.
const outline = <T>(...fields: readonly (keyof T & string)[]) =>
  z.custom<T>(
    (value) => typeof value === "object" && value !== null && fields.every((field) => field in value),
  );
const listOutline = outline<EscalationPolicyList>("items");
const policyOutline = outline<EscalationPolicyView>("policy", "yaml", "connections");
const previewOutline = outline<EscalationPreviewView>("questions", "tickets", "pages", "items");

const policiesKey = ["escalation-policies"] as const;
const policyKey = (slug: string) => ["escalation-policy", slug] as const;

/** Departments whose policy this person may change. */
export function useEscalationPolicies() {
  return useQuery({
    queryKey: policiesKey,
    queryFn: ({ signal }) => call(listOutline, "/v1/escalation-policies", { signal }),
    staleTime: 60_000,
  });
}

export function useEscalationPolicy(slug: string) {
  return useQuery({
    queryKey: policyKey(slug),
    queryFn: ({ signal }) => call(policyOutline, `/v1/departments/${slug}/escalation-policy`, { signal }),
    // What is being edited does not change by itself.
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** A department's policy, as it is being edited. */
export type Policy = EscalationPolicyView["policy"];

export type EscalationPolicyChange = { readonly policy: unknown } | { readonly yaml: string };

export function useChangeEscalationPolicy(slug: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: EscalationPolicyChange) =>
      call(policyOutline, `/v1/departments/${slug}/escalation-policy`, { method: "PUT", body }),
    onSuccess: (policy) => {
      client.setQueryData(policyKey(slug), policy);
      void client.invalidateQueries({ queryKey: policiesKey });
    },
  });
}

/** What a policy would have done with the department's last questions; it is not kept. */
export function usePreviewEscalation(slug: string) {
  return useMutation({
    mutationFn: (body: EscalationPolicyChange) =>
      call(previewOutline, `/v1/departments/${slug}/escalation-policy/preview`, { method: "POST", body }),
  });
}

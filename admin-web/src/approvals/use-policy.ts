import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import type { PolicyList, PolicyView } from "../../../bots/http/contract/approval-policy.ts";
import { call } from "../api/http-client.ts";

// By its outline: the rule itself needs the time zones' library, which only the server has to load.
const policyOutline = z.custom<PolicyView>(
  (value) => typeof value === "object" && value !== null && "policy" in value && "yaml" in value,
);
const listOutline = z.custom<PolicyList>(
  (value) => typeof value === "object" && value !== null && "items" in value && Array.isArray(value.items),
);
const policiesKey = ["approval-policies"] as const;
const policyKey = (slug: string) => ["approval-policy", slug] as const;

/** Departments whose policy this person may change. */
export function usePolicies() {
  return useQuery({
    queryKey: policiesKey,
    queryFn: ({ signal }) => call(listOutline, "/v1/approval-policies", { signal }),
    staleTime: 60_000,
  });
}

export function usePolicy(slug: string) {
  return useQuery({
    queryKey: policyKey(slug),
    queryFn: ({ signal }) => call(policyOutline, `/v1/departments/${slug}/approval-policy`, { signal }),
    // What is being edited does not change by itself.
    staleTime: Infinity,
  });
}

export type PolicyChange = { readonly policy: unknown } | { readonly yaml: string };

export function useChangePolicy(slug: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PolicyChange) =>
      call(policyOutline, `/v1/departments/${slug}/approval-policy`, { method: "PUT", body }),
    onSuccess: (policy) => {
      client.setQueryData(policyKey(slug), policy);
      void client.invalidateQueries({ queryKey: policiesKey });
    },
  });
}

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  approvalCountSchema,
  approvalListSchema,
  approvalSchema,
  type ApprovalDetail,
  type DecisionRequest,
} from "../../../bots/http/contract/approval.ts";
import { call } from "../api/http-client.ts";

export const approvalsKey = ["approvals"] as const;
export const approvalCountKey = ["approval-count"] as const;
export const approvalKey = (id: string) => ["approval", id] as const;

/** How many wait for this person; the stream keeps it up to date. */
export function useApprovalCount() {
  return useQuery({
    queryKey: approvalCountKey,
    queryFn: ({ signal }) => call(approvalCountSchema, "/v1/approvals/count", { signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}

export function useApprovals(decided: boolean) {
  return useInfiniteQuery({
    queryKey: [...approvalsKey, decided],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => {
      const search = new URLSearchParams({ decided: String(decided) });
      if (pageParam !== "") search.set("cursor", pageParam);
      return call(approvalListSchema, `/v1/approvals?${search.toString()}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function useApproval(id: string) {
  return useQuery({
    queryKey: approvalKey(id),
    queryFn: ({ signal }) => call(approvalSchema, `/v1/approvals/${id}`, { signal }),
    refetchInterval: 20_000,
  });
}

/** What a person does with an approval. */
export type Act = DecisionRequest | { readonly kind: "escalate" } | { readonly kind: "undo" };

/** Shows at once how the approval stands after it, also where it was refused because somebody else was first. */
export function useAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act): Promise<ApprovalDetail> =>
      act.kind === "escalate" || act.kind === "undo"
        ? call(approvalSchema, `/v1/approvals/${id}/${act.kind}`, { method: "POST" })
        : call(approvalSchema, `/v1/approvals/${id}/decisions`, { method: "POST", body: act }),
    onSuccess: (approval) => {
      client.setQueryData(approvalKey(id), approval);
    },
    onError: () => void client.invalidateQueries({ queryKey: approvalKey(id) }),
    onSettled: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: approvalsKey }),
        client.invalidateQueries({ queryKey: approvalCountKey }),
      ]);
    },
  });
}

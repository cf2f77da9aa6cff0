import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { absenceSchema, approvalChannelSchema } from "../../../bots/http/contract/approval.ts";
import { call, send } from "../api/http-client.ts";

const absenceKey = ["absence"] as const;
const channelKey = ["approval-channel"] as const;

export function useAbsence() {
  return useQuery({
    queryKey: absenceKey,
    queryFn: ({ signal }) => call(absenceSchema, "/v1/me/absence", { signal }),
  });
}

/** `null`: the person is back. */
export function useSetAbsence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (away: { readonly until: string; readonly delegate: string | null } | null) => {
      if (away === null) await send("/v1/me/absence", { method: "DELETE" });
      else await send("/v1/me/absence", { method: "PUT", body: away });
    },
    onSettled: () => client.invalidateQueries({ queryKey: absenceKey }),
  });
}

export function useApprovalChannel() {
  return useQuery({
    queryKey: channelKey,
    queryFn: ({ signal }) => call(approvalChannelSchema, "/v1/me/approval-channel", { signal }),
  });
}

export function useSetApprovalChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channel: "web" | "slack" | "teams" | "mail" | null) =>
      call(approvalChannelSchema, "/v1/me/approval-channel", { method: "PUT", body: { channel } }),
    onSuccess: (kept) => {
      client.setQueryData(channelKey, kept);
    },
  });
}

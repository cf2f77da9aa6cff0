import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type EscalationAct,
  escalationListSchema,
  escalationSchema,
  type EscalationSummary,
} from "../../../bots/http/contract/escalation.ts";
import { call } from "../api/http-client.ts";

const escalationsKey = ["escalations"] as const;
const escalationKey = (id: string) => ["escalation", id] as const;

/** How often what is shown of escalations is read again, in milliseconds: what happens elsewhere shows within two seconds. */
export const escalationEveryMs = 1_500;
const listEveryMs = 4_000;

export function useEscalations(state: EscalationSummary["state"]) {
  return useInfiniteQuery({
    queryKey: [...escalationsKey, state],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => {
      const search = new URLSearchParams({ state });
      if (pageParam !== "") search.set("cursor", pageParam);
      return call(escalationListSchema, `/v1/escalations?${search.toString()}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: listEveryMs,
  });
}

export function useEscalation(id: string) {
  return useQuery({
    queryKey: escalationKey(id),
    queryFn: ({ signal }) => call(escalationSchema, `/v1/escalations/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.status === "error" ? false : escalationEveryMs),
  });
}

/** Shows at once how the escalation stands after it, also where it was refused because somebody else was first. */
export function useActOnEscalation(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: EscalationAct) =>
      call(escalationSchema, `/v1/escalations/${id}/acts`, { method: "POST", body: act }),
    onSuccess: (escalation) => {
      client.setQueryData(escalationKey(id), escalation);
    },
    onError: () => void client.invalidateQueries({ queryKey: escalationKey(id) }),
    onSettled: () => client.invalidateQueries({ queryKey: escalationsKey }),
  });
}

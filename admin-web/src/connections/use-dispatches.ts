import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { dispatchListSchema, redeliveredSchema } from "../../../bots/http/contract/dispatch.ts";
import { call } from "../api/http-client.ts";
import { connectionsKey } from "./use-connections.ts";

const dispatchesKey = ["dispatches"] as const;
const readEveryMs = 5_000;

/** Calls to outside systems that wait or were given up, for admins. `connection`: of this one alone; null: of all. */
export function useDispatches(state: "pending" | "dead", connection: string | null) {
  return useInfiniteQuery({
    queryKey: [...dispatchesKey, state, connection],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => {
      const search = new URLSearchParams({ state });
      if (connection !== null) search.set("connection", connection);
      if (pageParam !== "") search.set("cursor", pageParam);
      return call(dispatchListSchema, `/v1/dispatches?${search.toString()}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: readEveryMs,
  });
}

/** What is tried again: one call, or all of a connection that were given up. */
export type Redelivery =
  | { readonly dispatch: string; readonly connection?: undefined }
  | { readonly connection: string; readonly dispatch?: undefined };

export function useRedeliver() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dispatch, connection }: Redelivery) =>
      call(
        redeliveredSchema,
        dispatch === undefined
          ? `/v1/connections/${connection}/redeliver`
          : `/v1/dispatches/${dispatch}/redeliver`,
        { method: "POST" },
      ),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: dispatchesKey });
      await client.invalidateQueries({ queryKey: connectionsKey });
    },
  });
}

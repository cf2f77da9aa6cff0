import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import {
  documentListSchema,
  documentSchema,
  type DocumentView,
} from "../../../bots/http/contract/knowledge.ts";
import { call, send } from "../api/http-client.ts";

export interface DocumentFilter {
  readonly departmentId: string | null;
  readonly state: DocumentView["state"] | null;
  readonly query: string;
}

export const documentsKey = ["documents"] as const;
/** How often the list is read while a document is being read in, in milliseconds. */
const pollMs = 1_500;

export const isInWork = ({ state }: Pick<DocumentView, "state">): boolean =>
  state === "pending" || state === "processing";

/** Documents by filter, in pages; read again and again while one of them is not settled. */
export function useDocuments({ departmentId, state, query }: DocumentFilter) {
  return useInfiniteQuery({
    queryKey: [...documentsKey, departmentId, state, query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => {
      const search = new URLSearchParams();
      if (departmentId !== null) search.set("departmentId", departmentId);
      if (state !== null) search.set("state", state);
      if (query !== "") search.set("query", query);
      if (pageParam !== "") search.set("cursor", pageParam);
      return call(documentListSchema, `/v1/documents?${search.toString()}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: (running) =>
      running.state.data?.pages.some((page) => page.items.some(isInWork)) === true ? pollMs : false,
  });
}

/** Everything that shows documents: their lists, and the departments with their numbers. */
export function useRefreshDocuments(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: documentsKey }),
      client.invalidateQueries({ queryKey: ["departments"] }),
      client.invalidateQueries({ queryKey: ["document-text"] }),
    ]);
  };
}

export function useDeleteDocument() {
  const refresh = useRefreshDocuments();
  return useMutation({
    mutationFn: (id: string) => send(`/v1/documents/${id}`, { method: "DELETE" }),
    onSettled: refresh,
  });
}

export function useRetryDocument() {
  const refresh = useRefreshDocuments();
  return useMutation({
    mutationFn: (id: string) => call(documentSchema, `/v1/documents/${id}/retry`, { method: "POST" }),
    onSettled: refresh,
  });
}

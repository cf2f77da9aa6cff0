import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import {
  conversationDetailSchema,
  conversationListSchema,
  conversationSchema,
  type ConversationView,
  type TurnView,
} from "../../../bots/http/contract/conversation.ts";
import { call, send } from "../api/http-client.ts";
import { isFinished } from "../ask/turn-state.ts";

export interface ConversationDetail {
  readonly conversation: ConversationView;
  readonly turns: readonly TurnView[];
}
interface ConversationPages {
  readonly pages: readonly {
    readonly items: readonly ConversationView[];
    readonly nextCursor: string | null;
  }[];
  readonly pageParams: readonly unknown[];
}

export const conversationsKey = ["conversations"] as const;
export const conversationKey = (id: string) => ["conversation", id] as const;

export function useConversationList(query: string) {
  return useInfiniteQuery({
    queryKey: [...conversationsKey, query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => {
      const search = new URLSearchParams();
      if (query !== "") search.set("query", query);
      if (pageParam !== "") search.set("cursor", pageParam);
      return call(conversationListSchema, `/v1/conversations?${search.toString()}`, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function useConversation(id: string) {
  return useQuery({
    queryKey: conversationKey(id),
    queryFn: ({ signal }) =>
      call(conversationDetailSchema, `/v1/conversations/${id}`, { signal }) as Promise<ConversationDetail>,
    refetchInterval: ({ state }) => readAgainMs(state.data),
  });
}

/** What is escalated changes elsewhere: what happens there shows within two seconds. */
const escalatedEveryMs = 1_500;
/** A question may be escalated a little after its answer, or while an expert is waited for. */
const waitingEveryMs = 5_000;
const freshMs = 120_000;

function readAgainMs(detail: ConversationDetail | undefined): number | false {
  const turns = detail?.turns ?? [];
  if (turns.some(({ escalation }) => escalation !== null && escalation.state !== "resolved"))
    return escalatedEveryMs;
  const now = Date.now();
  const awaited = turns.some(
    ({ state, createdAt }) =>
      state === "waiting" || (isFinished(state) && now - new Date(createdAt).getTime() < freshMs),
  );
  return awaited ? waitingEveryMs : false;
}

export function useRenameConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, title }: { readonly id: string; readonly title: string }) =>
      call(conversationSchema, `/v1/conversations/${id}`, { method: "PATCH", body: { title } }),
    onSuccess: (renamed) => {
      client.setQueryData<ConversationDetail>(conversationKey(renamed.id), (old) =>
        old === undefined ? old : { ...old, conversation: renamed },
      );
      client.setQueriesData<ConversationPages>({ queryKey: conversationsKey }, (old) =>
        mapItems(old, (items) => items.map((item) => (item.id === renamed.id ? renamed : item))),
      );
    },
  });
}

/** Takes the conversation out of the lists at once and puts it back where the server refuses. */
export function useDeleteConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => send(`/v1/conversations/${id}`, { method: "DELETE" }),
    onMutate: async (id) => {
      await client.cancelQueries({ queryKey: conversationsKey });
      client.setQueriesData<ConversationPages>({ queryKey: conversationsKey }, (old) =>
        mapItems(old, (items) => items.filter((item) => item.id !== id)),
      );
    },
    onSuccess: (_answer, id) => {
      client.removeQueries({ queryKey: conversationKey(id) });
    },
    onError: () => void client.invalidateQueries({ queryKey: conversationsKey }),
  });
}

export function useRestoreConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      call(conversationSchema, `/v1/conversations/${id}/restore`, { method: "POST" }),
    onSettled: () => client.invalidateQueries({ queryKey: conversationsKey }),
  });
}

function mapItems(
  old: ConversationPages | undefined,
  change: (items: readonly ConversationView[]) => readonly ConversationView[],
): ConversationPages | undefined {
  if (old === undefined) return old;
  return { ...old, pages: old.pages.map((page) => ({ ...page, items: change(page.items) })) };
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { TurnView } from "../../../bots/http/contract/conversation.ts";
import { send } from "../api/http-client.ts";
import { conversationKey, type ConversationDetail } from "../conversations/use-conversations.ts";

type Feedback = NonNullable<TurnView["feedback"]>;

/** Gives, changes or (with null) takes back the rating of an answer; shown at once, undone where it fails. */
export function useFeedback({ id, conversationId }: Pick<TurnView, "id" | "conversationId">) {
  const client = useQueryClient();
  const key = conversationKey(conversationId);
  const show = (feedback: Feedback | null): void => {
    client.setQueryData<ConversationDetail>(key, (old) =>
      old === undefined
        ? old
        : { ...old, turns: old.turns.map((turn) => (turn.id === id ? { ...turn, feedback } : turn)) },
    );
  };
  return useMutation({
    mutationKey: ["feedback", id],
    mutationFn: (feedback: Feedback | null) =>
      feedback === null
        ? send(`/v1/turns/${id}/feedback`, { method: "DELETE" })
        : send(`/v1/turns/${id}/feedback`, { method: "PUT", body: feedback }),
    onMutate: async (feedback) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<ConversationDetail>(key)?.turns.find((turn) => turn.id === id);
      show(feedback);
      return before?.feedback ?? null;
    },
    onSuccess: (_answer, feedback) => {
      // An answer that is called wrong may be escalated.
      if (feedback?.verdict === "down") void client.invalidateQueries({ queryKey: key });
    },
    onError: (_error, _feedback, before) => {
      show(before ?? null);
    },
  });
}

import type { QueryClient } from "@tanstack/react-query";
import type { TurnView } from "../../../bots/http/contract/conversation.ts";
import {
  conversationKey,
  conversationsKey,
  type ConversationDetail,
} from "../conversations/use-conversations.ts";
import type { AcceptedQuestion, Question } from "./question.ts";

/** Length of the title that a new conversation has until the server's arrives. */
const firstTitleLength = 60;

/** Puts an accepted question into its conversation, which may be new. */
export function addTurn(client: QueryClient, accepted: AcceptedQuestion, asked: Question): void {
  const { turnId, conversationId } = accepted;
  const now = new Date().toISOString();
  const turn: TurnView = {
    id: turnId,
    conversationId,
    question: asked.question,
    state: "received",
    departmentId: asked.departmentId,
    createdAt: now,
    reply: null,
    progress: null,
    escalation: null,
    failure: null,
    feedback: null,
  };
  client.setQueryData<ConversationDetail>(conversationKey(conversationId), (old) => {
    if (old === undefined && asked.conversationId !== null) return old;
    const conversation = old?.conversation ?? {
      id: conversationId,
      title: asked.question.slice(0, firstTitleLength),
      departmentId: asked.departmentId,
      createdAt: now,
      updatedAt: now,
    };
    const others = (old?.turns ?? []).filter(({ id }) => id !== turnId);
    return { conversation, turns: [...others, turn] };
  });
  void client.invalidateQueries({ queryKey: conversationsKey });
}

export function changeTurn(
  client: QueryClient,
  { turnId, conversationId }: AcceptedQuestion,
  part: Partial<TurnView>,
): void {
  client.setQueryData<ConversationDetail>(conversationKey(conversationId), (old) =>
    old === undefined
      ? old
      : { ...old, turns: old.turns.map((turn) => (turn.id === turnId ? { ...turn, ...part } : turn)) },
  );
}

/** Reads the conversation and the lists again, where they are shown. */
export function refreshConversation(client: QueryClient, conversationId: string): void {
  void client.invalidateQueries({ queryKey: conversationsKey });
  void client.invalidateQueries({ queryKey: conversationKey(conversationId) });
}

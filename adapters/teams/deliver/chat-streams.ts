import { LRUCache } from "lru-cache";
import type { TurnId } from "../../../core/ids.ts";

/** Which personal chats stream an answer: Teams takes one stream per chat at a time. */
export interface ChatStreams {
  /** Whether Teams streams in the chat, as far as is known. */
  may(conversationId: string): boolean;
  /** Teams has refused a stream: none is tried for a while. */
  refused(conversationId: string): void;
  /** False where another turn has the chat's stream. */
  claim(conversationId: string, turn: TurnId): boolean;
  release(turn: TurnId): void;
}

/** Teams ends a stream after two minutes: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/streaming-ux */
const longestStreamMs = 120_000;
const refusedForMs = 600_000;
const chatsRemembered = 20_000;

/** Of this process: a stream that another one has open in the chat is refused by Teams. */
export function createChatStreams(): ChatStreams {
  const open = new LRUCache<string, TurnId>({ max: chatsRemembered, ttl: longestStreamMs });
  const chats = new LRUCache<TurnId, string>({ max: chatsRemembered, ttl: longestStreamMs });
  const without = new LRUCache<string, true>({ max: chatsRemembered, ttl: refusedForMs });
  return {
    may: (conversationId) => !without.has(conversationId),
    refused: (conversationId) => void without.set(conversationId, true),
    claim(conversationId, turn) {
      const holder = open.get(conversationId);
      if (holder !== undefined) return holder === turn;
      open.set(conversationId, turn);
      chats.set(turn, conversationId);
      return true;
    },
    release(turn) {
      const conversationId = chats.get(turn);
      if (conversationId === undefined) return;
      chats.delete(turn);
      if (open.get(conversationId) === turn) open.delete(conversationId);
    },
  };
}

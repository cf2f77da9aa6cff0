import type { QueryClient } from "@tanstack/react-query";
import { createContext, use, useSyncExternalStore } from "react";
import { turnSchema, type ReplyView, type TurnView } from "../../../bots/http/contract/conversation.ts";
import { isFinished, type TurnState } from "../../../core/conversation/turn.ts";
import { readEvents } from "../api/event-stream.ts";
import { ApiFailure, call, isFailure, send } from "../api/http-client.ts";
import { sessionKey } from "../api/query-client.ts";
import {
  conversationKey,
  conversationsKey,
  type ConversationDetail,
} from "../conversations/use-conversations.ts";
import { readStreamedEvent, type StreamedEvent, type TurnFailure } from "./turn-stream.ts";

/** What is known of a turn that still runs, beyond what its conversation holds. */
export interface LiveTurn {
  readonly state: TurnState;
  /** What was streamed so far. */
  readonly text: string;
  readonly connection: "open" | "resuming" | "lost";
  readonly stopping: boolean;
}
export interface Question {
  readonly question: string;
  readonly departmentId: string | null;
  readonly conversationId: string | null;
  /** Asking again with the same one answers once. */
  readonly eventId: string;
}
export interface AcceptedQuestion {
  readonly turnId: string;
  readonly conversationId: string;
}

/** The turns that run, whichever page is open: their streams outlive a change of page. */
export interface LiveTurns {
  subscribe(listener: () => void): () => void;
  get(turnId: string): LiveTurn | undefined;
  /** Resolves once the server has the question; the answer then streams into the conversation. Throws ApiFailure. */
  ask(question: Question): Promise<AcceptedQuestion>;
  /** Follows a turn that runs already; does nothing where it is followed. */
  watch(turn: Pick<TurnView, "id" | "conversationId" | "state">): void;
  stop(turnId: string): Promise<void>;
}

/** Waits before picking up a broken stream again, in milliseconds; after the last one the person decides. */
const resumeWaitsMs = [300, 1_000, 2_000, 4_000, 8_000, 15_000] as const;
/** Longest silence on a stream before it is taken for broken; servers send a sign of life more often. */
const silenceMs = 45_000;
/** Streamed text is shown in steps of this length, so that drawing it costs little. */
const drawEveryMs = 50;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createLiveTurns(client: QueryClient): LiveTurns {
  const turns = new Map<string, LiveTurn>();
  const seen = new Map<string, string>();
  const listeners = new Set<() => void>();
  let drawing: ReturnType<typeof setTimeout> | null = null;

  const draw = (): void => {
    drawing ??= setTimeout(() => {
      drawing = null;
      for (const listener of listeners) listener();
    }, drawEveryMs);
  };
  const change = (turnId: string, part: Partial<LiveTurn>): void => {
    const old = turns.get(turnId);
    if (old === undefined) return;
    turns.set(turnId, { ...old, ...part });
    draw();
  };
  const changeTurn = (conversationId: string, turnId: string, part: Partial<TurnView>): void => {
    client.setQueryData<ConversationDetail>(conversationKey(conversationId), (old) =>
      old === undefined
        ? old
        : { ...old, turns: old.turns.map((turn) => (turn.id === turnId ? { ...turn, ...part } : turn)) },
    );
  };
  const finish = (
    { turnId, conversationId }: AcceptedQuestion,
    end: { readonly reply?: ReplyView; readonly failure?: TurnFailure; readonly state?: TurnState },
  ): void => {
    const { reply, failure } = end;
    changeTurn(conversationId, turnId, {
      state: end.state ?? endState(reply, failure),
      reply: reply ?? null,
      failure: (failure ?? null) as TurnView["failure"],
    });
    turns.delete(turnId);
    seen.delete(turnId);
    draw();
    void client.invalidateQueries({ queryKey: conversationsKey });
    void client.invalidateQueries({ queryKey: conversationKey(conversationId) });
  };
  const apply = (at: AcceptedQuestion, event: StreamedEvent): void => {
    const old = turns.get(at.turnId);
    if (old === undefined) return;
    if (event.kind === "text") change(at.turnId, { text: old.text + event.text, connection: "open" });
    else if (event.kind === "reply") finish(at, { reply: event.reply });
    else if (event.kind === "error") finish(at, { failure: event.failure });
    else if (event.kind === "state") {
      if (event.state === "cancelled") finish(at, { state: "cancelled" });
      else change(at.turnId, { state: event.state, connection: "open" });
    }
  };

  /** Reads one connection to its end. */
  const follow = async (
    response: Response,
    at: { current: AcceptedQuestion | null },
    onAccepted: (accepted: AcceptedQuestion) => void,
  ): Promise<void> => {
    await readEvents(
      response,
      (raw) => {
        const event = readStreamedEvent(raw);
        if (event === null) return;
        if (event.kind === "accepted") {
          if (at.current === null) {
            at.current = { turnId: event.turnId, conversationId: event.conversationId };
            onAccepted(at.current);
          }
        } else if (at.current !== null) {
          const { turnId } = at.current;
          if (raw.id !== null && isOld(raw.id, seen.get(turnId))) return;
          if (raw.id !== null) seen.set(turnId, raw.id);
          apply(at.current, event);
        }
      },
      silenceMs,
    );
  };

  /** Picks a running turn up until it has ended. */
  const resume = async (at: AcceptedQuestion): Promise<void> => {
    for (const waitMs of resumeWaitsMs) {
      if (!turns.has(at.turnId)) return;
      try {
        const last = seen.get(at.turnId);
        const response = await send(`/v1/turns/${at.turnId}/events`, {
          headers: { accept: "text/event-stream", ...(last === undefined ? {} : { "last-event-id": last }) },
        });
        change(at.turnId, { connection: "open" });
        await follow(response, { current: at }, () => undefined);
        if (!turns.has(at.turnId)) return;
        // The stream ended without an end of the turn: the rows know.
        const turn = await call(turnSchema, `/v1/turns/${at.turnId}`);
        if (isFinished(turn.state)) {
          changeTurn(at.conversationId, at.turnId, turn);
          finish(at, {
            state: turn.state,
            ...(turn.reply === null ? {} : { reply: turn.reply }),
            ...(turn.failure === null ? {} : { failure: turn.failure }),
          });
          return;
        }
      } catch (error) {
        if (isFailure(error, "unauthenticated")) client.setQueryData(sessionKey, null);
        if (isFailure(error, "unauthenticated", "not_found", "forbidden")) {
          turns.delete(at.turnId);
          draw();
          void client.invalidateQueries({ queryKey: conversationKey(at.conversationId) });
          return;
        }
      }
      change(at.turnId, { connection: "resuming" });
      await pause(waitMs);
    }
    change(at.turnId, { connection: "lost" });
  };

  const begin = (turnId: string, state: TurnState): void => {
    turns.set(turnId, { state, text: "", connection: "open", stopping: false });
    draw();
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: (turnId) => turns.get(turnId),

    async ask(question) {
      const response = await sendQuestion(question);
      const at: { current: AcceptedQuestion | null } = { current: null };
      return new Promise<AcceptedQuestion>((resolve, reject) => {
        const run = async (): Promise<void> => {
          try {
            await follow(response, at, (accepted) => {
              begin(accepted.turnId, "received");
              addTurn(client, accepted, question);
              resolve(accepted);
            });
          } catch {
            // A broken connection: the turn goes on without it, and is picked up below.
          }
          if (at.current === null) reject(new ApiFailure("offline", "The connection broke."));
          else if (turns.has(at.current.turnId)) await resume(at.current);
        };
        void run();
      });
    },

    watch({ id, conversationId, state }) {
      const old = turns.get(id);
      if (isFinished(state) || (old !== undefined && old.connection !== "lost")) return;
      if (old === undefined) begin(id, state);
      else change(id, { connection: "resuming" });
      void resume({ turnId: id, conversationId });
    },

    async stop(turnId) {
      change(turnId, { stopping: true });
      try {
        await send(`/v1/turns/${turnId}/cancel`, { method: "POST" });
      } catch (error) {
        change(turnId, { stopping: false });
        throw error;
      }
    },
  };
}

/** Sends a question, again where the network failed: the event id keeps it one question. */
async function sendQuestion({
  question,
  departmentId,
  conversationId,
  eventId,
}: Question): Promise<Response> {
  for (const waitMs of [400, 1_200, null]) {
    try {
      return await send("/v1/turns", {
        method: "POST",
        headers: { accept: "text/event-stream" },
        body: { question, departmentId, eventId, ...(conversationId === null ? {} : { conversationId }) },
      });
    } catch (error) {
      if (waitMs === null || !isFailure(error, "offline")) throw error;
      await pause(waitMs);
    }
  }
  throw new ApiFailure("offline", "The server could not be reached.");
}

/** Puts an accepted question into its conversation, which may be new. */
function addTurn(client: QueryClient, { turnId, conversationId }: AcceptedQuestion, asked: Question): void {
  const now = new Date().toISOString();
  const turn: TurnView = {
    id: turnId,
    conversationId,
    question: asked.question,
    state: "received",
    departmentId: asked.departmentId,
    createdAt: now,
    reply: null,
    failure: null,
    feedback: null,
  };
  client.setQueryData<ConversationDetail>(conversationKey(conversationId), (old) => {
    if (old === undefined && asked.conversationId !== null) return old;
    const conversation = old?.conversation ?? {
      id: conversationId,
      title: asked.question.slice(0, 80),
      departmentId: asked.departmentId,
      createdAt: now,
      updatedAt: now,
    };
    const others = (old?.turns ?? []).filter(({ id }) => id !== turnId);
    return { conversation, turns: [...others, turn] };
  });
  void client.invalidateQueries({ queryKey: conversationsKey });
}

function endState(reply: ReplyView | undefined, failure: TurnFailure | undefined): TurnState {
  if (reply !== undefined) return reply.kind === "answer" ? "answered" : "not_found";
  return failure?.code === "cancelled" ? "cancelled" : "failed";
}

const isOld = (id: string, last: string | undefined): boolean =>
  last !== undefined && Number.isFinite(Number(id)) && Number(id) <= Number(last);

export const LiveTurnsContext = createContext<LiveTurns | null>(null);

export function useLiveTurns(): LiveTurns {
  const live = use(LiveTurnsContext);
  if (live === null) throw new Error("LiveTurnsContext is missing.");
  return live;
}

export function useLiveTurn(turnId: string): LiveTurn | undefined {
  const live = useLiveTurns();
  return useSyncExternalStore(live.subscribe, () => live.get(turnId));
}

import type { QueryClient } from "@tanstack/react-query";
import { turnSchema, type ReplyView, type TurnView } from "../../../bots/http/contract/conversation.ts";
import { readEvents } from "../api/event-stream.ts";
import { ApiFailure, isFailure, read, type send } from "../api/http-client.ts";
import { sessionKey } from "../api/query-client.ts";
import { addTurn, changeTurn, refreshConversation } from "./conversation-cache.ts";
import type { AcceptedQuestion, Question } from "./question.ts";
import { isFinished, type TurnState } from "./turn-state.ts";
import { readStreamedEvent, type StreamedEvent, type TurnFailure } from "./turn-stream.ts";

/** What is known of a turn that still runs, beyond what its conversation holds. */
export interface LiveTurn {
  readonly state: TurnState;
  /** What was streamed so far. */
  readonly text: string;
  /** While the model is busy: about how many questions are before this one; otherwise null. */
  readonly place: number | null;
  readonly connection: "open" | "resuming" | "lost";
  readonly stopping: boolean;
}

/** The turns that run, whichever page is open: their streams outlive a change of page. */
export interface LiveTurns {
  readonly subscribe: (listener: () => void) => () => void;
  get(turnId: string): LiveTurn | undefined;
  /** Resolves once the server has the question; the answer then streams into the conversation. Throws ApiFailure. */
  ask(question: Question): Promise<AcceptedQuestion>;
  /** Follows a turn that runs already; does nothing where it is followed. */
  watch(turn: Pick<TurnView, "id" | "conversationId" | "state">): void;
  stop(turnId: string): Promise<void>;
}

interface LiveTurnsParts {
  readonly client: QueryClient;
  readonly send: typeof send;
  readonly pause?: (ms: number) => Promise<void>;
}

/** Waits before picking up a broken stream again, in milliseconds; after the last one the person decides. */
const resumeWaitsMs = [300, 1_000, 2_000, 4_000, 8_000, 15_000] as const;
/** Waits before sending a question again that did not get through, in milliseconds. */
const sendWaitsMs = [400, 1_200] as const;
/** Longest silence on a stream before it is taken for broken; servers send a sign of life more often. */
const silenceMs = 45_000;
/** Streamed text is shown in steps of this length, so that drawing it costs little. */
const drawEveryMs = 50;

const eventStream = { accept: "text/event-stream" } as const;

export function createLiveTurns({ client, send: request, pause = wait }: LiveTurnsParts): LiveTurns {
  const turns = new Map<string, LiveTurn>();
  /** The id of the last event of each turn, to go on after. */
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
  const begin = (turnId: string, state: TurnState): void => {
    turns.set(turnId, { state, text: "", place: null, connection: "open", stopping: false });
    draw();
  };
  const forget = (at: AcceptedQuestion): void => {
    turns.delete(at.turnId);
    seen.delete(at.turnId);
    draw();
    refreshConversation(client, at.conversationId);
  };
  const finish = (at: AcceptedQuestion, end: Pick<TurnView, "state" | "reply" | "failure">): void => {
    changeTurn(client, at, end);
    forget(at);
  };

  const apply = (at: AcceptedQuestion, event: StreamedEvent): void => {
    const old = turns.get(at.turnId);
    if (old === undefined) return;
    if (event.kind === "text")
      change(at.turnId, { text: old.text + event.text, place: null, connection: "open" });
    else if (event.kind === "reply") finish(at, answered(event.reply));
    else if (event.kind === "error") finish(at, failed(event.failure));
    else if (event.kind === "waiting") change(at.turnId, { place: event.place, connection: "open" });
    else if (event.kind === "state")
      change(at.turnId, {
        state: event.state,
        // Another worker writes it anew where the one before has gone.
        text: event.state === "retrieved" ? "" : old.text,
        place: null,
        connection: "open",
      });
  };
  /** Reads one connection to its end. */
  const follow = (
    response: Response,
    at: { current: AcceptedQuestion | null },
    onAccepted: (accepted: AcceptedQuestion) => void,
  ): Promise<void> =>
    readEvents(
      response,
      (raw) => {
        const event = readStreamedEvent(raw);
        if (event === null) return;
        if (event.kind === "accepted") {
          if (at.current !== null) return;
          at.current = { turnId: event.turnId, conversationId: event.conversationId };
          onAccepted(at.current);
        } else if (at.current !== null) {
          const { turnId } = at.current;
          if (isOld(raw.id, seen.get(turnId))) return;
          if (raw.id !== null) seen.set(turnId, raw.id);
          apply(at.current, event);
        }
      },
      silenceMs,
    );

  /** One try at a running turn: its stream, and where that ends too early, its row. */
  const pickUp = async (at: AcceptedQuestion): Promise<void> => {
    const last = seen.get(at.turnId);
    const headers = last === undefined ? eventStream : { ...eventStream, "last-event-id": last };
    const response = await request(`/v1/turns/${at.turnId}/events`, { headers });
    change(at.turnId, { connection: "open" });
    await follow(response, { current: at }, () => undefined);
    if (!turns.has(at.turnId)) return;
    const row = await request(`/v1/turns/${at.turnId}`);
    const turn = read(turnSchema, await row.text());
    if (isFinished(turn.state)) finish(at, turn);
  };
  const resume = async (at: AcceptedQuestion): Promise<void> => {
    for (const waitMs of resumeWaitsMs) {
      try {
        await pickUp(at);
      } catch (error) {
        if (isFailure(error, "unauthenticated")) client.setQueryData(sessionKey, null);
        if (isFailure(error, "unauthenticated", "not_found", "forbidden")) forget(at);
      }
      if (!turns.has(at.turnId)) return;
      change(at.turnId, { connection: "resuming" });
      await pause(waitMs);
    }
    change(at.turnId, { connection: "lost" });
  };

  /** Sends a question, again where the network failed: the event id keeps it one question. */
  const sendQuestion = async ({ conversationId, ...asked }: Question): Promise<Response> => {
    const body = conversationId === null ? asked : { ...asked, conversationId };
    for (const waitMs of sendWaitsMs) {
      try {
        return await request("/v1/turns", { method: "POST", headers: eventStream, body });
      } catch (error) {
        if (!isFailure(error, "offline")) throw error;
        await pause(waitMs);
      }
    }
    return request("/v1/turns", { method: "POST", headers: eventStream, body });
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
        await request(`/v1/turns/${turnId}/cancel`, { method: "POST" });
      } catch (error) {
        change(turnId, { stopping: false });
        throw error;
      }
    },
  };
}

type TurnEnd = Pick<TurnView, "state" | "reply" | "failure">;

const endStates = { answer: "answered", pending: "waiting", not_found: "not_found" } as const;
const answered = (reply: ReplyView): TurnEnd => ({
  state: endStates[reply.kind],
  reply,
  failure: null,
});
const failed = (failure: TurnFailure): TurnEnd => ({
  state: failure.code === "cancelled" ? "cancelled" : "failed",
  reply: null,
  failure,
});

const isOld = (id: string | null, last: string | undefined): boolean =>
  id !== null && last !== undefined && Number(id) <= Number(last);

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

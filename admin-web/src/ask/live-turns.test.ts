import { afterEach, describe, expect, it } from "@jest/globals";
import { QueryClient } from "@tanstack/react-query";
import { ApiFailure, type ApiRequest, type send } from "../api/http-client.ts";
import { conversationKey, type ConversationDetail } from "../conversations/use-conversations.ts";
import { createLiveTurns } from "./live-turns.ts";

const turnId = "0198c0de-0000-7000-8000-000000000001";
const conversationId = "0198c0de-0000-7000-8000-000000000002";
const confidence = { value: 0.8, level: "high", reasons: [] };
const reply = {
  kind: "answer",
  turnId,
  language: "en",
  text: "Yes [1].",
  confidence,
  citations: [],
  answeredBy: "extractive",
} as const;
const event = (id: number, name: string, data: object): string =>
  `id: ${String(id)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const accepted = event(0, "accepted", { turnId, conversationId });
const text = (id: number, piece: string): string => event(id, "text", { kind: "text", text: piece });
const end = (id: number): string => event(id, "reply", { kind: "reply", reply });
const question = { question: "Is it?", departmentId: null, conversationId: null, eventId: "event-0001" };

/** A server that gives one prepared answer after the other: a body, or a failure. */
function server(...answers: (string | ApiFailure)[]) {
  const requests: (ApiRequest & { readonly path: string })[] = [];
  const answer: typeof send = (path, request) => {
    requests.push({ path, ...request });
    const next = answers.shift() ?? new ApiFailure("offline", "No more answers.");
    return next instanceof ApiFailure ? Promise.reject(next) : Promise.resolve(new Response(next));
  };
  return { requests, answer };
}

describe("live turns", () => {
  const clients: QueryClient[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.clear();
  });
  function start(...answers: (string | ApiFailure)[]) {
    const { requests, answer } = server(...answers);
    const client = new QueryClient();
    clients.push(client);
    const live = createLiveTurns({ client, send: answer, pause: () => Promise.resolve() });
    const turn = () => client.getQueryData<ConversationDetail>(conversationKey(conversationId))?.turns[0];
    /** Resolves once the turn is no longer followed. */
    const ended = async (): Promise<void> => {
      while (live.get(turnId) !== undefined && live.get(turnId)?.connection !== "lost") {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    return { requests, live, turn, ended };
  }

  it("streams an answer into its new conversation", async () => {
    const { live, turn, ended } = start(accepted + text(1, "Ye") + text(2, "s") + end(3));
    await expect(live.ask(question)).resolves.toEqual({ turnId, conversationId });
    await ended();
    expect(turn()).toMatchObject({ question: "Is it?", state: "answered", reply: { text: "Yes [1]." } });
  });

  it("knows the place of a question that waits for the model, until its text begins", async () => {
    const waiting = (id: number, place: number): string => event(id, "waiting", { kind: "waiting", place });
    const offline = (): ApiFailure => new ApiFailure("offline", "Away.");
    const { answer } = server(
      accepted + waiting(1, 2) + waiting(2, 0),
      "",
      offline(),
      text(3, "Ye"),
      offline(),
      text(4, "s") + end(5),
    );
    const client = new QueryClient();
    clients.push(client);
    const places: (number | null | undefined)[] = [];
    const live = createLiveTurns({
      client,
      send: answer,
      pause: async () => void places.push(live.get(turnId)?.place),
    });
    await live.ask(question);
    while (live.get(turnId) !== undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(places).toEqual([0, null]);
  });

  it("begins the text anew where another worker writes it again", async () => {
    const again = event(2, "state", { kind: "state", state: "retrieved" });
    const { live } = start(
      accepted + text(1, "Yes it ") + again + text(3, "Y"),
      new ApiFailure("offline", "Gone."),
    );
    await live.ask(question);
    while (live.get(turnId)?.connection !== "lost") await new Promise((resolve) => setTimeout(resolve, 2));
    expect(live.get(turnId)?.text).toBe("Y");
  });

  it("goes on after the last event it saw when the connection breaks", async () => {
    const { live, turn, ended, requests } = start(
      accepted + text(1, "Ye"),
      text(1, "Ye") + text(2, "s") + end(3),
    );
    await live.ask(question);
    await ended();
    expect(requests[1]).toMatchObject({
      path: `/v1/turns/${turnId}/events`,
      headers: { "last-event-id": "1" },
    });
    expect(turn()?.state).toBe("answered");
  });

  it("reads the row where the stream has forgotten the end", async () => {
    const row = {
      id: turnId,
      conversationId,
      question: "Is it?",
      state: "answered",
      departmentId: null,
      createdAt: "2026-05-01T10:00:00.000Z",
      reply,
      failure: null,
      progress: null,
      escalation: null,
      feedback: null,
    };
    const { live, turn, ended } = start(accepted, "", JSON.stringify(row));
    await live.ask(question);
    await ended();
    expect(turn()?.reply?.text).toBe("Yes [1].");
  });

  it("sends a question again under the same event id where the network failed", async () => {
    const { live, requests } = start(new ApiFailure("offline", "Away."), accepted + end(1));
    await live.ask(question);
    expect(requests.map(({ body }) => (body as typeof question).eventId)).toEqual([
      "event-0001",
      "event-0001",
    ]);
  });

  it("does not send again what the server refused", async () => {
    const { live, requests } = start(new ApiFailure("rate_limited", "Too many."));
    await expect(live.ask(question)).rejects.toMatchObject({ code: "rate_limited" });
    expect(requests).toHaveLength(1);
  });

  it("shows a stopped turn as stopped, and a failed one with its remedy", async () => {
    const failure = (code: string) => event(1, "error", { kind: "error", code, message: "M", remedy: "R" });
    const stopped = start(accepted + failure("cancelled"));
    await stopped.live.ask(question);
    await stopped.ended();
    expect(stopped.turn()?.state).toBe("cancelled");
    const broken = start(accepted + failure("model_timeout"));
    await broken.live.ask(question);
    await broken.ended();
    expect(broken.turn()).toMatchObject({ state: "failed", failure: { remedy: "R" } });
  });

  it("says that the connection is lost after the last try", async () => {
    const { live, ended, turn } = start(accepted);
    await live.ask(question);
    await ended();
    expect(live.get(turnId)?.connection).toBe("lost");
    expect(turn()?.state).toBe("received");
  });
});

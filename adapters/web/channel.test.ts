import { expect, it } from "@jest/globals";
import type { OutgoingMessage, Posting, ThreadRef } from "../../core/delivery/channel.ts";
import { newId, type TenantId, type TurnId } from "../../core/ids.ts";
import type { TurnEvent } from "../../core/conversation/turn-event.ts";
import { createWebChannel } from "./channel.ts";

const thread: ThreadRef = { tenantId: newId<TenantId>(), channel: "web", key: "web:thread" };
const turnId = newId<TurnId>();
const posting: Posting = {
  key: "key",
  attempt: 1,
  address: {},
  shown: [],
  standing: null,
  placed: new Map(),
  keepPlaced: () => Promise.resolve(),
  signal: new AbortController().signal,
  around: () => Promise.resolve({ held: false, alone: true }),
};

function watched() {
  const events: [TenantId, TurnId, TurnEvent][] = [];
  const channel = createWebChannel({ publish: (...event) => void events.push(event) });
  return { events, channel };
}

it("posts a reply as the turn's last event, to its tenant alone, and names the turn as the message", async () => {
  const { events, channel } = watched();
  const confidence = { value: 0.8, level: "high", reasons: [] } as const;
  const reply = {
    kind: "not_found",
    turnId,
    language: "en",
    text: "Nothing.",
    nearest: [],
    confidence,
  } as const;
  const message: OutgoingMessage = { kind: "reply", turnId, reply };
  expect(await channel.post(thread, message, posting)).toEqual({ turnId });
  expect(events).toEqual([[thread.tenantId, turnId, { kind: "reply", reply }]]);
});

it("posts a failure with what happened and what to do", async () => {
  const { events, channel } = watched();
  const failure = { code: "internal", message: "It failed.", remedy: "Try again." } as const;
  await channel.post(thread, { kind: "failure", turnId, ...failure }, posting);
  expect(events).toEqual([[thread.tenantId, turnId, { kind: "error", ...failure }]]);
});

it("shows a turn's progress to whoever watches it", () => {
  const { events, channel } = watched();
  const show = channel.follow(thread, {
    id: turnId,
    language: "en",
    address: {},
    attempt: 1,
    mayShow: () => Promise.resolve(true),
    keep: () => undefined,
    stop: () => undefined,
  });
  show({ kind: "state", state: "routed" });
  show({ kind: "text", text: "Open" });
  expect(events).toEqual([
    [thread.tenantId, turnId, { kind: "state", state: "routed" }],
    [thread.tenantId, turnId, { kind: "text", text: "Open" }],
  ]);
});

it("says nothing of what concerns chat threads alone", async () => {
  const { events, channel } = watched();
  const note = { kind: "given_back", by: "Ada" } as const;
  expect(await channel.post(thread, { kind: "note", turnId, language: "en", note }, posting)).toEqual({});
  await channel.withdraw(thread, turnId, []);
  expect(events).toEqual([]);
});

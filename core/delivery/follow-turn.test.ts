import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { pause, personOf, type SampleCompany, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { type HandoffId, newId } from "../ids.ts";
import { silentLogger } from "../logger.ts";
import type { TurnEvent } from "../conversation/turn-event.ts";
import type { TakenTurn } from "../conversation/turn-store.ts";
import type { Channel, FollowedTurn, ThreadRef } from "./channel.ts";
import { followTurn } from "./follow-turn.ts";

describe("followTurn", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let turn: TakenTurn;
  let followed: { readonly thread: ThreadRef; readonly turn: FollowedTurn }[];
  let events: TurnEvent[];
  const channel: Channel = {
    name: "web",
    limits: { textLength: 100 },
    withdraw: () => Promise.resolve(),
    post: () => Promise.resolve({}),
    follow(thread, followedTurn) {
      followed.push({ thread, turn: followedTurn });
      return (event) => void events.push(event);
    },
  };
  const follow = () =>
    followTurn({ database, channels: new Map([["web", channel]]), logger: silentLogger }, turn);
  const shown = () => database.tables(company.tenantId).turns.get(turn.id)?.shown;
  beforeEach(async () => {
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    followed = [];
    events = [];
    const question = sampleQuestion(company, { shared: true });
    await database.inbox.receive(question);
    const taken = await database.withTenant(company.tenantId, ({ turns }) => turns.take(question.id, 10_000));
    if (!taken) throw new Error("there is no turn");
    turn = taken;
  });

  it("hands the turn's progress to its channel", () => {
    const text = { kind: "text", text: "Open" } as const;
    follow()(text);
    expect(events).toEqual([text]);
    expect(followed[0]?.thread).toEqual({ tenantId: company.tenantId, channel: "web", key: turn.threadKey });
    expect(followed[0]?.turn).toMatchObject({ id: turn.id, language: "en", attempt: 1 });
  });

  it("shows nothing where the channel is not set up in this process", () => {
    const show = followTurn({ database, channels: new Map(), logger: silentLogger }, turn);
    expect(() => {
      show({ kind: "text", text: "Open" });
    }).not.toThrow();
  });

  it("keeps with the turn what shows its progress, and takes no harm where that fails", async () => {
    follow();
    followed[0]?.turn.keep([{ ts: "1" }]);
    await pause(2);
    database.breakDown("turns");
    followed[0]?.turn.keep([{ ts: "1" }, { ts: "2" }]);
    await pause(2);
    database.breakDown();
    expect(shown()).toEqual([{ ts: "1" }]);
    followed[0]?.turn.keep([{ ts: "1" }, { ts: "2" }]);
    await pause(2);
    expect(shown()).toEqual([{ ts: "1" }, { ts: "2" }]);
  });

  it("stops the turn, and takes no harm where that fails", async () => {
    follow();
    database.breakDown("conversations");
    followed[0]?.turn.stop();
    await pause(2);
    database.breakDown();
    const stopped = () =>
      database.withTenant(company.tenantId, ({ turns }) => turns.extend(turn.id, turn.attempt, 10_000));
    expect(await stopped()).toEqual({ cancelRequested: false });
    followed[0]?.turn.stop();
    await pause(2);
    expect(await stopped()).toEqual({ cancelRequested: true });
  });

  it("tells that a human has taken the thread over", async () => {
    follow();
    expect(await followed[0]?.turn.mayShow()).toBe(true);
    const handoff = { id: newId<HandoffId>(), turnId: turn.id, requestedBy: turn.userId };
    await database.withTenant(company.tenantId, async ({ handoffs }) => {
      await handoffs.open(handoff, []);
      await handoffs.take(handoff.id, personOf(company, "ada"), []);
    });
    expect(await followed[0]?.turn.mayShow()).toBe(false);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createMemoryTokenStream } from "../../tests/support/in-memory.ts";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import {
  pause,
  personOf,
  type SampleCompany,
  sampleEnd,
  sampleQuestion,
} from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import type { Member } from "../identity/member.ts";
import type { TokenStream } from "../inference/token-stream.ts";
import { newId, type TurnId } from "../ids.ts";
import type { TurnEvent } from "./turn-event.ts";
import { watchTurn, type WatchOptions } from "./watch-turn.ts";

describe("watchTurn", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let tokens: TokenStream;
  let member: Member;
  let id: TurnId;
  beforeEach(async () => {
    database = createFakeDatabase();
    company = database.provision(smallCompany());
    tokens = createMemoryTokenStream();
    const found = database.tables(company.tenantId).members.get(personOf(company, "sam"));
    if (!found) throw new Error("nobody");
    member = found;
    const question = sampleQuestion(company);
    id = question.id;
    await database.inbox.receive(question);
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const watch = (options: Partial<WatchOptions> = {}, turn = id, who = member) =>
    watchTurn({ database, tokens }, who, turn, {
      afterSequence: 0,
      signal: new AbortController().signal,
      mayHaveEnded: true,
      ...options,
    });
  const all = async (options: Partial<WatchOptions> = {}): Promise<readonly TurnEvent[]> => {
    const events: TurnEvent[] = [];
    for await (const { event } of watch(options)) events.push(event);
    return events;
  };
  const take = () => database.withTenant(company.tenantId, ({ turns }) => turns.take(id, 10_000));
  const end = () => database.withTenant(company.tenantId, ({ turns }) => turns.end(id, sampleEnd(id)));
  const publish = (event: TurnEvent): void => {
    tokens.publish(company.tenantId, id, event);
  };

  it("follows the stream to its end", async () => {
    await take();
    const watching = all();
    await pause(5);
    publish({ kind: "state", state: "routed" });
    publish({ kind: "text", text: "Open" });
    await pause(5);
    publish({ kind: "error", code: "internal", message: "No.", remedy: null });
    expect(await watching).toEqual([
      { kind: "state", state: "routed" },
      { kind: "text", text: "Open" },
      { kind: "error", code: "internal", message: "No.", remedy: null },
    ]);
  });

  it("tells the end from the row where it was missed", async () => {
    await take();
    await end();
    const events = await all();
    expect(events).toMatchObject([{ kind: "reply", reply: { turnId: id } }]);
  });

  it("learns the end from the row where the stream is silent, also of a question that no worker had yet", async () => {
    jest.useFakeTimers();
    const watching = all({ mayHaveEnded: false });
    await jest.advanceTimersByTimeAsync(20);
    await take();
    await end();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await watching).toMatchObject([{ kind: "reply" }]);
  });

  it("goes on waiting where the database is away for a moment", async () => {
    await take();
    jest.useFakeTimers();
    const watching = all({ mayHaveEnded: false });
    database.breakDown("turns", "conversations");
    await jest.advanceTimersByTimeAsync(15_000);
    database.breakDown();
    publish({ kind: "error", code: "internal", message: "No.", remedy: null });
    expect(await watching).toMatchObject([{ kind: "error" }]);
  });

  it("ends when its reader leaves", async () => {
    await take();
    const gone = new AbortController();
    const watching = all({ signal: gone.signal });
    await pause(5);
    gone.abort();
    expect(await watching).toEqual([]);
  });

  it("goes on after the last event that the reader saw", async () => {
    await take();
    publish({ kind: "state", state: "routed" });
    const iterator = watch()[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    await iterator.return(undefined);
    publish({ kind: "text", text: "Open" });
    publish({ kind: "error", code: "internal", message: "No.", remedy: null });
    const seen = await all({ afterSequence: value?.sequence ?? 0 });
    expect(seen.map(({ kind }) => kind)).toEqual(["text", "error"]);
  });

  it("refuses an unknown turn, and one of another person", async () => {
    await expect(watch({}, newId<TurnId>()).next()).rejects.toMatchObject({ code: "not_found" });
    const vic = database.tables(company.tenantId).members.get(personOf(company, "vic"));
    if (!vic) throw new Error("nobody");
    await expect(watch({}, id, vic).next()).rejects.toMatchObject({ code: "not_found" });
    await take();
    await expect(watch({}, id, vic).next()).rejects.toMatchObject({ code: "not_found" });
  });
});

import { beforeEach, describe, expect, it } from "@jest/globals";
import { ExpertError } from "../../../core/errors.ts";
import { newId, type TenantId } from "../../../core/ids.ts";
import { type ChannelDirectory, createChannelDirectory } from "./channel-directory.ts";
import { slackUser, type StubSlack, stubSlack, stubWorkspace } from "./stub-workspace.fixture.ts";
import type { Workspace } from "./workspace.ts";

describe("who reads a channel", () => {
  let now: number;
  let slack: StubSlack;
  let workspace: Workspace;
  let channels: ChannelDirectory;
  beforeEach(() => {
    now = Date.parse("2026-03-01T10:00:00Z");
    slack = stubSlack();
    slack.facts = { kind: "private", outside: false, joined: true, memberCount: 2 };
    slack.members.push("U1", "U2");
    workspace = stubWorkspace(slack, newId<TenantId>());
    channels = another();
  });
  /** As of another process: nobody tells it of changes. */
  const another = (): ChannelDirectory =>
    createChannelDirectory(
      { people: async (_workspace, ids) => ids.map((id) => slackUser(id)) },
      { clock: { now: () => new Date(now) } },
    );
  const readers = async (of = workspace): Promise<readonly string[]> =>
    (await channels.readers(of, "C1")).people.map(({ id }) => id);
  const change = (facts: Partial<StubSlack["facts"]>, ...members: readonly string[]): void => {
    slack.facts = { ...slack.facts, ...facts };
    slack.members.splice(0, Infinity, ...members);
  };

  it("is asked once for 15 seconds, then whether it was opened or closed, by one call", async () => {
    const first = await channels.readers(workspace, "C1");
    now += 14_999;
    expect(await channels.readers(workspace, "C1")).toBe(first);
    expect(slack.asked).toEqual(["channel", "members"]);
    now += 1;
    const [second, third] = await Promise.all([1, 2].map(() => channels.readers(workspace, "C1")));
    expect([second, third]).toEqual([first, first]);
    expect(second).toBe(first);
    expect(slack.asked).toEqual(["channel", "members", "channel"]);
  });

  it.each<[string, Partial<StubSlack["facts"]>, readonly string[]]>([
    ["shared with another company", { outside: true }, []],
    ["joined by somebody", { memberCount: 3 }, ["U1", "U2", "U3"]],
    ["left by somebody", { memberCount: 1 }, ["U1"]],
    ["made public", { kind: "public" }, ["U1", "U2"]],
  ])("is known 15 seconds after it was %s, whichever process Slack told", async (_, facts, expected) => {
    await readers();
    change(facts, ...(expected.length === 0 ? ["U1", "U2"] : expected));
    now += 15_000;
    const found = await channels.readers(workspace, "C1");
    expect(found.facts).toMatchObject(facts);
    expect(found.people.map(({ id }) => id)).toEqual(expected);
  });

  it("is read whole after five minutes, where one came as another went", async () => {
    await readers();
    change({}, "U1", "U3");
    for (let quarter = 0; quarter < 19; quarter += 1) {
      now += 15_000;
      expect(await readers()).toEqual(["U1", "U2"]);
    }
    now += 15_000;
    expect(await readers()).toEqual(["U1", "U3"]);
  });

  it("stays as it is known while Slack wants a pause, for five minutes, and is unknown where it refuses", async () => {
    await readers();
    slack.fault = new ExpertError("rate_limited", "Slack wants a pause.");
    now += 60_000;
    expect(await readers()).toEqual(["U1", "U2"]);
    now += 4 * 60_000;
    await expect(readers()).rejects.toBe(slack.fault);
    slack.fault = null;
    await readers();
    slack.fault = new ExpertError("channel_refused", "The bot was removed.");
    now += 15_000;
    await expect(readers()).rejects.toBe(slack.fault);
    slack.fault = null;
    expect(await readers()).toEqual(["U1", "U2"]);
  });

  it("is forgotten in all workspaces of an organisation, whichever of them Slack names", async () => {
    const one = { ...workspace, installationId: "E1", teamId: "T1" };
    const two = { ...one, teamId: "T2" };
    await readers(one);
    await readers(two);
    change({}, "U1", "U3");
    channels.forget("C1");
    expect(await readers(one)).toEqual(["U1", "U3"]);
    expect(await readers(two)).toEqual(["U1", "U3"]);
    change({}, "U4");
    channels.forgetAll(two);
    expect(await readers(one)).toEqual(["U4"]);
    expect(await readers(two)).toEqual(["U4"]);
  });
});

import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { silentLogger } from "../../../core/logger.ts";
import type { Channel, Person, SlackPlatform } from "../../../tests/slack-platform/slack-platform.ts";
import { startSlackPlatform } from "../../../tests/slack-platform/start-slack-platform.ts";
import type { Receipt } from "./receiver.ts";
import { openSlackSocket, type SlackSocket } from "./socket.ts";

describe("the socket", () => {
  let platform: SlackPlatform;
  let ann: Person;
  let general: Channel;
  let taken: unknown[];
  let answer: (body: unknown) => Promise<Receipt>;
  let socket: SlackSocket | undefined;
  const begin = async (acknowledgeWithinMs: number): Promise<void> => {
    platform = await startSlackPlatform({ rateLimits: "off", acknowledgeWithinMs });
    const acme = platform.workspace({ name: "Acme" });
    ann = acme.person({ name: "Ann Lee" });
    general = acme.channel({ name: "general", members: [ann, acme.install()] });
    platform.connect({ socket: true });
    taken = [];
    answer = async () => ({ status: 200, answer: undefined });
  };
  const end = async (): Promise<void> => {
    await socket?.close();
    socket = undefined;
    await platform.close();
  };
  beforeEach(() => begin(60_000));
  afterEach(end);
  const open = async (appToken = platform.app.appToken): Promise<SlackSocket> => {
    const receiver = {
      receiveEnvelope: (body: unknown) => {
        // What Slack sends again counts once.
        if (!taken.some((one) => isDeepStrictEqual(one, body))) taken.push(body);
        return answer(body);
      },
    };
    socket = await openSlackSocket({ receiver, logger: silentLogger }, { appToken, apiUrl: platform.apiUrl });
    return socket;
  };
  const connections = (): number =>
    platform.calls.filter(({ method }) => method === "apps.connections.open").length;
  const until = async (holds: () => boolean): Promise<void> => {
    for (let i = 0; i < 3_000 && !holds(); i += 1) await pause(10);
    expect(holds()).toBe(true);
  };

  it("brings events, commands and clicks over one connection, in HTTP's own shapes", async () => {
    const opened = await open();
    await until(() => opened.connected && platform.socketCount === 1);
    const { deliveries } = await ann.mention(general, "how do I start the pump?");
    expect(deliveries.map(({ status }) => status)).toEqual([200, 200]);
    answer = async () => ({ status: 200, answer: { response_type: "ephemeral", text: "not connected" } });
    const command = await ann.slash("/expert", "help", general);
    expect(command).toMatchObject({ status: 200, answer: { text: "not connected" } });
    expect(taken).toMatchObject([
      { type: "event_callback", event: { type: expect.any(String) as unknown } },
      { type: "event_callback" },
      { command: "/expert", text: "help" },
    ]);
    expect(platform.violations).toEqual([]);
  });

  it("acknowledges once the event is stored", async () => {
    await open();
    let store: (() => void) | undefined;
    answer = () =>
      new Promise((resolve) => {
        store = () => {
          resolve({ status: 200, answer: undefined });
        };
      });
    let acknowledged = false;
    const stored = ann.dm("hello").finally(() => (acknowledged = true));
    await until(() => store !== undefined);
    await pause(50);
    expect(acknowledged).toBe(false);
    store?.();
    expect((await stored).deliveries).toMatchObject([{ status: 200 }]);
  });

  it("acknowledges not at all where it is not stored, and goes on", async () => {
    await end();
    await begin(400);
    await open();
    answer = async () => ({ status: 503, answer: undefined });
    expect((await ann.dm("hello")).deliveries).toMatchObject([{ status: 0 }]);
    answer = () => Promise.reject(new Error("a mistake"));
    expect((await ann.dm("hello")).deliveries).toMatchObject([{ status: 0 }]);
    answer = async () => ({ status: 200, answer: undefined });
    const statuses: unknown[] = [];
    while (!statuses.includes(200))
      statuses.push(...(await ann.dm("hello")).deliveries.map(({ status }) => status));
  });

  it("connects again when Slack refreshes the connection, and holds one at a time", async () => {
    const opened = await open();
    for (const reason of ["refresh_requested", "warning"] as const) {
      const before = connections();
      platform.refreshSockets(reason);
      await until(() => connections() > before && opened.connected && platform.socketCount === 1);
      expect((await ann.dm("still there?")).deliveries).toMatchObject([{ status: 200 }]);
    }
    await until(() => platform.socketCount === 1);
  });

  it("keeps trying where Slack cannot be reached, and ends no process", async () => {
    platform.fail({ method: "apps.connections.open", how: "http-500", times: 2 });
    const opened = await open();
    expect(opened.connected).toBe(false);
    await until(() => opened.connected && platform.socketCount === 1);
  });

  it("waits with a token that Slack refuses, and can be closed meanwhile", async () => {
    const opened = await open("xapp-1-wrong");
    expect(opened.connected).toBe(false);
    await pause(300);
    expect(platform.violations).toHaveLength(1);
    await opened.close();
  });

  it("acknowledges what is being stored when it closes, and takes nothing more", async () => {
    const opened = await open();
    let store: (() => void) | undefined;
    answer = () =>
      new Promise((resolve) => {
        store = () => {
          resolve({ status: 200, answer: undefined });
        };
      });
    const last = ann.dm("one more");
    await until(() => store !== undefined);
    const closing = opened.close();
    await pause(50);
    store?.();
    await closing;
    expect((await last).deliveries).toMatchObject([{ status: 200 }]);
    await until(() => platform.socketCount === 0);
    expect(opened.connected).toBe(false);
  });
});

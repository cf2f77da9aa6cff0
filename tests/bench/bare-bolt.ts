import type { EventTarget } from "./event-platform.ts";
import { type FixtureProcess, withFixture } from "./fixture-process.ts";

/** Runs `work` against a Bolt app that only acknowledges, in a process of its own. */
export const withBareBolt = <T>(signingSecret: string, work: (bolt: EventTarget) => Promise<T>): Promise<T> =>
  withFixture("bare-bolt.fixture.ts", async ({ pid, ask }: FixtureProcess) => {
    const { port } = await ask<{ port: number }>({ signingSecret });
    return await work({ pid, eventsUrl: `http://127.0.0.1:${port}/slack/events` });
  });

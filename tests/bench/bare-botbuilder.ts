import type { EventTarget } from "./event-platform.ts";
import { withFixture } from "./fixture-process.ts";
import type { FoundedTeams } from "./local-teams.ts";

export type BotbuilderOrder = Pick<FoundedTeams, "appId" | "issuer">;

/** Runs `work` against a botbuilder adapter whose bot does nothing, in a process of its own. */
export const withBareBotbuilder = <T>(
  { appId, issuer }: BotbuilderOrder,
  work: (app: EventTarget) => Promise<T>,
): Promise<T> =>
  withFixture("bare-botbuilder.fixture.ts", async ({ pid, ask }) => {
    const { port } = await ask<{ port: number }>({ appId, issuer });
    return await work({ pid, eventsUrl: `http://127.0.0.1:${port}/api/messages` });
  });

import { expect, it } from "@jest/globals";
import type { EventOf } from "./desk.ts";
import { away, inChannel, origin, teamsBench } from "./stub-teams.fixture.ts";
import { createStrangerNotice } from "./tell-stranger.ts";

it("tells whoever addresses the bot that nobody has connected them, now and then", async () => {
  const bench = teamsBench();
  const tell = createStrangerNotice(bench.desk());
  const message: EventOf<"message"> = {
    ...origin(),
    kind: "message",
    addressed: true,
    message: { id: "1", text: "hello", files: [] },
  };
  await tell(message);
  await tell(message);
  await tell({ ...message, ...inChannel, addressed: false });
  await tell({ ...origin(inChannel), kind: "members_changed" });
  expect(bench.teams.said).toEqual([
    expect.stringMatching(/^a:sam: Your organisation's Microsoft 365 is not/),
  ]);
  bench.now += 600_000;
  bench.teams.faults.set("send", away);
  await tell(message);
  bench.teams.faults.clear();
  await tell({ ...origin(inChannel), kind: "installed", told: "members", upgrade: false, teamName: null });
  expect(bench.teams.said).toHaveLength(2);
});
